"""A policy set and two endpoints -> the traffic that one side lets pass, exactly: protocols and ports, rule by rule.

Where `verdict` asks about one flow, this asks about all traffic between two ends at once; requests (layer 7) are left
open, as for a connection on which nothing has been asked yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.ir.condition import (
    ALWAYS,
    NEVER,
    REMEMBERED,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    either,
    negate,
    within,
)
from npconv.ir.dimensions import Axis, DstPortNamed, Fact, Members, SrcPortNamed
from npconv.ir.intervals import Intervals, ports, protocols
from npconv.ir.policy import Action, Direction, PolicySet, Rule, TierEnd
from npconv.lowering.cube import FULL, Cube, Cubes, cubes, meet, minus
from npconv.semantics.describe import PROTOCOLS
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import meets

_LIMIT: Final = 200
EVERYTHING: Final[Cubes] = (FULL,)
_MOST_LISTED: Final = 6


@dataclass(frozen=True, slots=True)
class _Asked:
    """The rules that one policy asks about a subject."""

    isolates: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a policy set asks about one subject in one direction: its tiers, and the policies that select it."""

    tiers: tuple[tuple[TierEnd, tuple[_Asked, ...]], ...]

    @property
    def is_silent(self) -> bool:
        """Whether no policy selects the subject, so that everything passes."""
        return not any(policies for _, policies in self.tiers)


def asked(policies: PolicySet, subject: Endpoint, direction: Direction) -> Asked:
    """The policies of a set that select a subject in a direction."""
    probe = Flow(direction=direction, subject=subject, peer=subject)
    tiers = []
    for tier in policies.tiers:
        found = []
        for policy in tier.policies:
            section = policy.section(direction)
            if section is not None and meets(policy.subject, probe, subject):
                rules = tuple(rule for rule in section.rules if rule.action is not Action.LOG)
                found.append(_Asked(section.isolates, rules))
        tiers.append((tier.end, tuple(found)))
    return Asked(tuple(tiers))


def passing(what: Asked, flow: Flow) -> Cubes:
    """The traffic between a flow's two ends that the subject's policies let pass. Raises TooManyError.

    Follows `semantics.verdict`: tiers, policies, rules in order, the first match decides, then the tier's end.
    """
    allowed: list[Cube] = []
    left: Cubes = EVERYTHING
    for end, policies in what.tiers:
        passed: list[Cube] = []
        for policy in policies:
            for rule in policy.rules:
                hit = _common(left, _traffic(rule, flow))
                if not hit:
                    continue
                left = without(left, hit)
                match rule.action:
                    case Action.ALLOW:
                        allowed += hit
                    case Action.PASS:
                        passed += hit
                    case _:
                        pass
        closes = end is TierEnd.DENY and any(policy.isolates for policy in policies)
        left = tuple(passed) if closes else (*left, *passed)
    return (*allowed, *left)


def common(one: Cubes, other: Cubes) -> Cubes:
    """The traffic that is in both."""
    return tuple(_common(one, other))


def without(one: Cubes, other: Iterable[Cube]) -> Cubes:
    """The traffic of one that is not in the other."""
    left = one
    for cube in other:
        left = tuple(piece for each in left for piece in minus(each, cube))
    return left


def text(traffic: Cubes) -> str:
    """`5432/tcp, 53/udp`; `everything`; empty where nothing passes."""
    if any(cube.is_full for cube in traffic) or (traffic and not without(EVERYTHING, traffic)):
        return "everything"
    by_protocols: dict[str, Intervals] = {}
    for cube in traffic:
        protocols_, numbers = _protocols(cube.members(Axis.PROTOCOL)), cube.members(Axis.DST_PORT)
        given = numbers if isinstance(numbers, Intervals) else ports((0, 65535))
        by_protocols[protocols_] = by_protocols[protocols_] | given if protocols_ in by_protocols else given
    found = [_ports(numbers, names) for names, numbers in by_protocols.items()]
    found = sorted(found, key=lambda one: (len(one), one))
    more = len(found) - _MOST_LISTED
    return ", ".join(found[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _common(one: Cubes, other: Iterable[Cube]) -> list[Cube]:
    other = tuple(other)
    return [found for left in one for right in other if (found := meet(left, right)) is not None]


def _traffic(rule: Rule, flow: Flow) -> Iterator[Cube]:
    """The traffic that a rule matches between these ends."""
    if meets(rule.peer, flow, flow.peer) and meets(rule.subject, flow, flow.subject):
        yield from _cubes(_known(rule.traffic, flow))


@lru_cache(maxsize=REMEMBERED)
def _cubes(traffic: Condition) -> Cubes:
    return cubes(traffic, _LIMIT)


def _known(condition: Condition, flow: Flow) -> Condition:
    """A condition on traffic in which names of ports are the numbers that these ends give them."""
    match condition:
        case Always() | Never():
            return condition
        case Both(parts):
            return both(*(_known(part, flow) for part in parts))
        case Either(parts):
            return either(*(_known(part, flow) for part in parts))
        case Within(Axis.FAMILY):
            return ALWAYS if meets(condition, flow, flow.peer) else NEVER
        case Within():
            return condition
        case Holds(fact, negated):
            return _named(fact, flow, negated=negated)
        case _:
            assert_never(condition)


def _named(fact: Fact, flow: Flow, *, negated: bool) -> Condition:
    match fact:
        case DstPortNamed(name):
            axis, end = Axis.DST_PORT, flow.destination
        case SrcPortNamed(name):
            axis, end = Axis.SRC_PORT, flow.source
        case _:
            return ALWAYS
    found = either(
        *(
            both(within(Axis.PROTOCOL, protocols(port.protocol)), within(axis, ports((port.number, port.number))))
            for port in end.named_ports
            if port.name == name
        )
    )
    return negate(found) if negated else found


def _protocols(found: Members | None) -> str:
    if not isinstance(found, Intervals):
        return "any protocol"
    if len(found) > len(PROTOCOLS):
        return "other protocols"
    return "+".join(PROTOCOLS.get(number, str(number)) for low, high in found.spans for number in range(low, high + 1))


def _ports(found: Intervals, names: str) -> str:
    """`80,443/tcp`; without ports where all of them are meant."""
    if ports((1, 65535)) & found == ports((1, 65535)):
        return names
    named = [(max(1, low), high) for low, high in found.spans if high]
    listed = [str(low) if low == high else f"{low}-{high}" for low, high in named]
    more = len(listed) - _MOST_LISTED
    shown = ",".join(listed[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
    return f"{shown}/{names}"
