"""Traffic cubes -> `ports` of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from npconv.dialects.k8s.model import Port
from npconv.ir.condition import REMEMBERED
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import Intervals
from npconv.ir.intervals import ports as port_set
from npconv.lowering.box import Box
from npconv.lowering.cube import Cube
from npconv.lowering.forms import WITH_PORTS, named_ports_of

NAMES = {6: "TCP", 17: "UDP", 132: "SCTP"}
EVERY_PORT = port_set((1, 65535))


@lru_cache(maxsize=REMEMBERED)
def ports(cubes: tuple[Cube, ...]) -> tuple[Port, ...] | None:
    """The ports of a rule, in order; None, which is every protocol, if some cube asks for nothing."""
    if any(cube.is_full for cube in cubes):
        return None
    return tuple(sorted(dict.fromkeys(port for cube in cubes for port in _ports(cube)), key=_rank))


def _rank(port: Port) -> tuple[int, int, str]:
    """Protocols in the order of their numbers, then numbers, then names."""
    protocol = list(NAMES.values()).index(port.protocol or "TCP")
    return (protocol, port.port, "") if isinstance(port.port, int) else (protocol, 0, port.port or "")


def _ports(cube: Cube) -> Iterator[Port]:
    numbers, asked = cube.members(Axis.PROTOCOL), cube.members(Axis.DST_PORT)
    part = numbers & WITH_PORTS if isinstance(numbers, Intervals) else WITH_PORTS
    named = named_ports_of(Box(traffic=cube))
    for protocol in (name for number, name in NAMES.items() if number in part):
        if named:
            yield from (Port(protocol=protocol, port=name) for name in named)
            continue
        spans = (asked & EVERY_PORT).spans if isinstance(asked, Intervals) else EVERY_PORT.spans
        if spans == EVERY_PORT.spans:
            yield Port(protocol=protocol)
            continue
        for low, high in spans:
            yield Port(protocol=protocol, port=low, end_port=high if high > low else None)
