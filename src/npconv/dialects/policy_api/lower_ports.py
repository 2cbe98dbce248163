"""IR conditions on traffic -> `protocols` of a ClusterNetworkPolicy: destination ports of TCP, UDP and SCTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.dialects.policy_api.model import NamedPort, Port, PortNumber, PortRange
from npconv.ir.condition import Condition
from npconv.ir.dimensions import Axis, DstPortNamed, Families, Family
from npconv.ir.intervals import Intervals, ports
from npconv.lowering.cube import Cube, cubes
from npconv.lowering.forms import WITH_PORTS, by_protocol
from npconv.lowering.sayable import Unsayable

NAMES = {6: "TCP", 17: "UDP", 132: "SCTP"}
EVERY_PORT = ports((1, 65535))


@dataclass(slots=True)
class FoundPorts:
    """What is asked of the traffic of one family, or of both. `everything`: nothing at all."""

    everything: bool = False
    ports: list[Port] = field(default_factory=list)
    unsaid: list[Unsayable] = field(default_factory=list)


def traffic(condition: Condition, limit: int, *, widest: bool) -> dict[frozenset[Family], FoundPorts]:
    """The ports by family. Raises TooManyError if there are too many.

    With `widest`, what cannot be said is covered; else it is left out.
    """
    found: dict[frozenset[Family], FoundPorts] = {}
    for cube in cubes(condition, limit):
        families = cube.members(Axis.FAMILY)
        members = families.members if isinstance(families, Families) else frozenset(Family)
        group = found.setdefault(members, FoundPorts())
        free = cube.having(Axis.FAMILY, None)
        if free.is_full:
            group.everything = True
            continue
        for piece in by_protocol(free):
            reason = _unsayable(piece)
            if reason is None:
                group.ports += (one for one in _ports(piece) if one not in group.ports)
                continue
            group.unsaid.append(reason)
            group.everything = group.everything or widest
    return found


def _unsayable(cube: Cube) -> Unsayable | None:
    numbers = cube.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals) or not (numbers & ~WITH_PORTS).is_empty:
        only_named = numbers is None and cube.facts and not cube.sets
        if not only_named:
            return Unsayable("traffic", Axis.PROTOCOL, codes.TRAFFIC, "only TCP, UDP and SCTP can be named")
    if cube.members(Axis.SRC_PORT) is not None:
        return Unsayable("traffic", Axis.SRC_PORT, codes.TRAFFIC, "there are no source ports")
    for literal in sorted(cube.facts, key=str):
        lonely = len(cube.facts) == 1 and cube.members(Axis.DST_PORT) is None
        if not isinstance(literal.fact, DstPortNamed) or literal.negated or not lonely:
            return Unsayable("traffic", literal, codes.TRAFFIC, "a port may be named, but not excluded or paired")
        if numbers is not None and numbers != WITH_PORTS:
            return Unsayable("traffic", Axis.PROTOCOL, codes.TRAFFIC, "a port's name stands for any protocol")
    return None


def _ports(cube: Cube) -> Iterator[Port]:
    for literal in cube.facts:
        if isinstance(literal.fact, DstPortNamed):
            yield NamedPort(name=literal.fact.name)
            return
    numbers, asked = cube.members(Axis.PROTOCOL), cube.members(Axis.DST_PORT)
    spans = (asked & EVERY_PORT).spans if isinstance(asked, Intervals) else EVERY_PORT.spans
    for number, protocol in NAMES.items():
        if isinstance(numbers, Intervals) and number not in numbers:
            continue
        for low, high in spans:
            if low == high:
                yield PortNumber(protocol=protocol, number=low)
            else:
                yield PortRange(protocol=protocol, start=low, end=high)
