"""Traffic cubes -> `toPorts` and `icmps`: what a rule is about (facts/cilium.md 1.4, 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from npconv.dataclass import dataclass
from npconv.dialects.cilium.icmp_types import LISTED
from npconv.dialects.cilium.lift_ports import EXTENDED
from npconv.dialects.cilium.model_ports import ICMPField, ICMPRule, PortProtocol
from npconv.ir.condition import REMEMBERED
from npconv.ir.dimensions import Axis, DstPortNamed
from npconv.ir.intervals import Intervals, ports
from npconv.lowering.cube import Cube
from npconv.lowering.forms import ICMP_V4, ICMP_V6, WITH_PORTS

MAX_PORTS = 40
"""Ports in one `toPorts` entry, and types in one `icmps` entry (pkg/policy/api/rule_validation.go)."""

NAMES = {6: "TCP", 17: "UDP", 132: "SCTP"}
EVERY_PORT = ports((1, 65535))
_RANKS = {name: rank for rank, name in enumerate(NAMES.values())}


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one entry of a rule may say of traffic: ports, or ICMP types, or (with neither) nothing."""

    ports: tuple[PortProtocol, ...] = ()
    icmps: tuple[ICMPRule, ...] = ()


@lru_cache(maxsize=REMEMBERED)
def traffic(cubes: tuple[Cube, ...]) -> tuple[Traffic, ...]:
    """The traffic of a rule as entries: one without any condition if some cube has none."""
    if any(cube.is_full for cube in cubes):
        return (Traffic(),)
    listed = tuple(sorted(_of_any(dict.fromkeys(port for cube in cubes for port in _ports(cube))), key=_place))
    fields = tuple(dict.fromkeys(field for cube in cubes for field in _icmp(cube)))
    found: list[Traffic] = []
    if listed:
        found.append(Traffic(ports=listed))
    if fields:
        found.append(Traffic(icmps=tuple(ICMPRule(fields=chunk) for chunk in chunks(fields))))
    return tuple(found)


def _place(port: PortProtocol) -> tuple[bool, int, str, int, int]:
    """Numbers ascending, then names; TCP before UDP."""
    text = port.port or ""
    numbered = text.isdecimal()
    number, rank = int(text) if numbered else 0, _RANKS.get(port.protocol or "", len(_RANKS))
    return (not numbered, number, "" if numbered else text, rank, port.end_port or 0)


def chunks(items: tuple[ICMPField, ...]) -> Iterator[tuple[ICMPField, ...]]:
    """Groups of at most `MAX_PORTS` items."""
    for start in range(0, len(items), MAX_PORTS):
        yield items[start : start + MAX_PORTS]


def chunked_ports(items: tuple[PortProtocol, ...]) -> Iterator[tuple[PortProtocol, ...]]:
    """Groups of at most `MAX_PORTS` ports."""
    for start in range(0, len(items), MAX_PORTS):
        yield items[start : start + MAX_PORTS]


def _of_any(listed: Collection[PortProtocol]) -> Iterator[PortProtocol]:
    """The ports, where all three protocols together are called `ANY`."""
    if len(listed) < len(NAMES):
        yield from listed
        return
    for port in listed:
        family = [replace(port, protocol=name) for name in NAMES.values()]
        if port not in family or not all(one in listed for one in family):
            yield port
        elif port == family[0]:
            yield replace(port, protocol="ANY")


def _ports(cube: Cube) -> Iterator[PortProtocol]:
    numbers = cube.members(Axis.PROTOCOL)
    if isinstance(numbers, Intervals):
        yield from (PortProtocol(port="0", protocol=name) for name, number in EXTENDED.items() if number in numbers)
    part = numbers & WITH_PORTS if isinstance(numbers, Intervals) else WITH_PORTS
    if part.is_empty:
        return
    protocols = ["ANY"] if part == WITH_PORTS else [name for number, name in NAMES.items() if number in part]
    named = sorted(one.fact.name for one in cube.facts if isinstance(one.fact, DstPortNamed))
    for protocol in protocols:
        if named:
            yield PortProtocol(port=named[0], protocol=protocol)
            continue
        asked = cube.members(Axis.DST_PORT)
        spans = (asked & EVERY_PORT).spans if isinstance(asked, Intervals) else EVERY_PORT.spans
        if spans == EVERY_PORT.spans:
            yield PortProtocol(port="0", protocol=protocol)
            continue
        for low, high in spans:
            yield PortProtocol(port=str(low), end_port=high if high > low else None, protocol=protocol)


def _icmp(cube: Cube) -> Iterator[ICMPField]:
    numbers = cube.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals):
        return
    asked = cube.members(Axis.ICMP_TYPE)
    for group, family in ((ICMP_V4, "IPv4"), (ICMP_V6, "IPv6")):
        if (numbers & group).is_empty:
            continue
        types = asked & LISTED[family] if isinstance(asked, Intervals) else LISTED[family]
        for low, high in types.spans:
            yield from (ICMPField(type=number, family=family) for number in range(low, high + 1))
