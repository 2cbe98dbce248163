"""IR conditions on traffic -> what single Calico rules can ask of it: protocol, ICMP, family, ports of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Final, Literal

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico.lower_selectors import conjuncts, disjuncts
from npconv.dialects.calico.model_rule import Icmp, NamedPort, Port, PortRange
from npconv.ir.condition import REMEMBERED, Condition, Within, both
from npconv.ir.dimensions import Axis, Dimension, DstPortNamed, Families, Family, SrcPortNamed
from npconv.ir.intervals import PROTOCOL_TOP, Intervals, protocols
from npconv.lowering.cube import Cube, covers, cubes
from npconv.lowering.forms import WITH_PORTS, by_protocol
from npconv.lowering.sayable import Unsayable

MOST_LISTED: Final = 40
"""The most protocols or ICMP types that are written one rule each."""

_EVERY: Final = Intervals.all(PROTOCOL_TOP)
_NOT_ICMP: Final = ~protocols(1, 58)
_NUMERIC: Final = (Axis.DST_PORT, Axis.SRC_PORT, Axis.ICMP_TYPE, Axis.ICMP_CODE)
_ICMP_FAMILY: Final = {1: Family.V4, 58: Family.V6}
BOTH: Final = frozenset(Family)


@dataclass(frozen=True, slots=True)
class Ports:
    """`ports` and `notPorts` of one side; with neither: any port."""

    wanted: tuple[Port, ...] = ()
    unwanted: tuple[Port, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What one rule asks of traffic. `protocol` and `not_protocol` are numbers."""

    protocol: int | None = None
    not_protocol: int | None = None
    families: frozenset[Family] = BOTH
    icmp: Icmp | None = None
    not_icmp: Icmp | None = None
    source: Ports = Ports()
    destination: Ports = Ports()


@dataclass(frozen=True, slots=True)
class FoundTraffic:
    """The rules' worth of traffic, and what could not be said of it."""

    traffics: tuple[Traffic, ...]
    unsaid: tuple[Unsayable, ...]


@lru_cache(maxsize=REMEMBERED)
def traffics(condition: Condition, limit: int, *, widest: bool, with_protocol: bool = False) -> FoundTraffic:
    """The traffic of a rule, rule by rule. Raises TooManyError if there are too many.

    With `widest`, what cannot be said is covered; else it is left out. `with_protocol`: ports by name need one, too.
    """
    found: list[Traffic] = []
    unsaid: list[Unsayable] = []
    not_icmp, rest = _refused_icmp(condition)
    listed = cubes(rest, limit)
    for index, cube in enumerate(listed):
        others = listed[:index] + listed[index + 1 :]
        found += [
            replace(one, not_icmp=not_icmp or one.not_icmp)
            for piece in _pieces(cube, with_protocol)
            if piece == cube or not any(covers(other, piece) for other in others)
            for one in _traffic(piece, widest, with_protocol, unsaid)
        ]
    merged = _merged(_merged(dict.fromkeys(found), "destination"), "source")
    ordered = sorted(merged, key=lambda one: (one.protocol or 0, bool(one.not_protocol)))
    return FoundTraffic(tuple(ordered), tuple(unsaid))


def _refused_icmp(condition: Condition) -> tuple[Icmp | None, Condition]:
    """A `notICMP` with a type: "no ICMP, or not this type (or not this code)", and the rest of the conjunction."""
    for part in conjuncts(condition):
        asked: dict[Dimension, Intervals] = {}
        for one in disjuncts(part):
            if isinstance(one, Within) and isinstance(one.members, Intervals):
                asked[one.dimension] = ~one.members
        refused, code = asked.get(Axis.ICMP_TYPE), asked.get(Axis.ICMP_CODE)
        allowed = {Axis.ICMP_TYPE, Axis.ICMP_CODE, Axis.PROTOCOL}
        if len(asked) != len(disjuncts(part)) or len(asked) < 2 or not set(asked) <= allowed:
            continue
        if refused is None or len(refused) != 1 or 255 in refused or (code is not None and len(code) != 1):
            continue
        if asked.get(Axis.PROTOCOL, ~_NOT_ICMP) != ~_NOT_ICMP:
            continue
        rest = both(*(one for one in conjuncts(condition) if one != part))
        return Icmp(type=refused.spans[0][0], code=None if code is None else code.spans[0][0]), rest
    return None, condition


def _pieces(cube: Cube, with_protocol: bool) -> Iterator[Cube]:
    """Cut by protocol only where numbers of ports or ICMP are asked for: other protocols have none."""
    named = with_protocol and any(isinstance(one.fact, DstPortNamed | SrcPortNamed) for one in cube.facts)
    if named or any(cube.members(axis) is not None for axis in _NUMERIC):
        yield from by_protocol(cube)
    else:
        yield cube


def _traffic(cube: Cube, widest: bool, with_protocol: bool, unsaid: list[Unsayable]) -> Iterator[Traffic]:
    families = cube.members(Axis.FAMILY)
    asked = families.members if isinstance(families, Families) else BOTH
    for one in _by_protocol(cube, widest, with_protocol, unsaid):
        implied = _ICMP_FAMILY.get(one.protocol or 0)
        meant = asked if implied is None else asked & {implied}
        if not meant:
            continue
        yield from _with_ports(replace(one, families=meant), cube, widest, unsaid)


def _by_protocol(cube: Cube, widest: bool, with_protocol: bool, unsaid: list[Unsayable]) -> Iterator[Traffic]:
    seen = cube.members(Axis.PROTOCOL)
    numbers = seen if isinstance(seen, Intervals) else _EVERY
    only_names = not with_protocol and all(cube.members(axis) is None for axis in (Axis.DST_PORT, Axis.SRC_PORT))
    if numbers.is_full or (numbers == WITH_PORTS and only_names and _names(cube, DstPortNamed, negated=False)):
        yield Traffic()
    elif len(~numbers) == 1 and 0 not in ~numbers:
        yield Traffic(not_protocol=(~numbers).spans[0][0])
    elif len(numbers) > MOST_LISTED:
        unsaid.append(_too_long(Axis.PROTOCOL, "protocols"))
        if widest:
            yield Traffic()
    else:
        for number in _listed(numbers):
            if number:  # 0 is no protocol of Calico, nor of anybody else
                yield from _icmp(Traffic(protocol=number), cube, widest, unsaid)


def _icmp(traffic: Traffic, cube: Cube, widest: bool, unsaid: list[Unsayable]) -> Iterator[Traffic]:
    types, icmp_codes = cube.members(Axis.ICMP_TYPE), cube.members(Axis.ICMP_CODE)
    if traffic.protocol not in _ICMP_FAMILY or (types is None and icmp_codes is None):
        yield traffic
        return
    if isinstance(types, Intervals) and icmp_codes is None and len(~types) == 1 and 255 not in ~types:
        yield replace(traffic, not_icmp=Icmp(type=(~types).spans[0][0]))
        return
    small = isinstance(types, Intervals) and len(types) <= MOST_LISTED and 255 not in types
    if not small or (isinstance(icmp_codes, Intervals) and len(icmp_codes) > MOST_LISTED):
        unsaid.append(_too_long(Axis.ICMP_TYPE if types is not None else Axis.ICMP_CODE, "ICMP types"))
        if widest:
            yield traffic
        return
    for number in _listed(types):
        for code in _listed(icmp_codes) if isinstance(icmp_codes, Intervals) else (None,):
            yield replace(traffic, icmp=Icmp(type=number, code=code))


def _with_ports(traffic: Traffic, cube: Cube, widest: bool, unsaid: list[Unsayable]) -> Iterator[Traffic]:
    sides = (
        _ports(cube, Axis.SRC_PORT, SrcPortNamed, widest, unsaid),
        _ports(cube, Axis.DST_PORT, DstPortNamed, widest, unsaid),
    )
    for source, destination in product(*sides):
        yield replace(traffic, source=source, destination=destination)


def _ports(
    cube: Cube,
    axis: Axis,
    fact: type[DstPortNamed] | type[SrcPortNamed],
    widest: bool,
    unsaid: list[Unsayable],
) -> tuple[Ports, ...]:
    """What is asked of one side's port; nothing at all where it cannot be said and is not to be covered."""
    named, unnamed = _names(cube, fact, negated=False), _names(cube, fact, negated=True)
    numbers = cube.members(axis)
    wanted: tuple[Port, ...] = tuple(NamedPort(name) for name in named)
    unwanted: tuple[Port, ...] = tuple(NamedPort(name) for name in unnamed)
    if len(wanted) > 1:
        literal = next(one for one in sorted(cube.facts, key=str) if isinstance(one.fact, fact) and not one.negated)
        unsaid.append(Unsayable("traffic", literal, codes.TRAFFIC, "a port with two names"))
        if not widest:
            return ()
        wanted = ()
    if isinstance(numbers, Intervals):
        refused = _ranges(~numbers)
        if wanted or len(refused) < len(_ranges(numbers)):
            unwanted = (*refused, *unwanted)
        else:
            wanted = _ranges(numbers)
            if not wanted:
                return ()
    return (Ports(wanted, unwanted),)


def _names(cube: Cube, fact: type[DstPortNamed] | type[SrcPortNamed], *, negated: bool) -> tuple[str, ...]:
    return tuple(sorted(one.fact.name for one in cube.facts if isinstance(one.fact, fact) and one.negated is negated))


def _ranges(numbers: Intervals) -> tuple[PortRange, ...]:
    """Ports start at 1: 0 stands for flows without ports."""
    return tuple(PortRange(max(low, 1), high) for low, high in numbers.spans if high)


def _listed(numbers: object) -> tuple[int, ...]:
    spans = numbers.spans if isinstance(numbers, Intervals) else ()
    return tuple(number for low, high in spans for number in range(low, high + 1))


def _merged(found: Iterable[Traffic], side: Literal["source", "destination"]) -> list[Traffic]:
    """Traffic that differs only in the wanted ports of a side, together."""
    together: dict[tuple[Traffic, bool], list[Port]] = {}
    for one in found:
        ports = one.source if side == "source" else one.destination
        key = _with(one, side, Ports((), ports.unwanted))
        together.setdefault((key, bool(ports.wanted)), []).extend(ports.wanted)
    merged: list[Traffic] = []
    for (key, _), wanted in together.items():
        unwanted = (key.source if side == "source" else key.destination).unwanted
        merged.append(_with(key, side, Ports(tuple(sorted(dict.fromkeys(wanted), key=_rank)), unwanted)))
    return merged


def _with(traffic: Traffic, side: Literal["source", "destination"], ports: Ports) -> Traffic:
    return replace(traffic, source=ports) if side == "source" else replace(traffic, destination=ports)


def _rank(port: Port) -> tuple[bool, int, int, str]:
    if isinstance(port, PortRange):
        return (False, port.first, port.last, "")
    return (True, 0, 0, port.name)


def _too_long(axis: Axis, what: str) -> Unsayable:
    return Unsayable("traffic", axis, codes.TRAFFIC, f"so many {what} would take a rule each")


__all__ = ["BOTH", "FoundTraffic", "Ports", "Traffic", "traffics"]
