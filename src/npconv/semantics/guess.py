"""What a rule asks of a flow -> a flow that it matches, where one is easy to find: no search, and no promise.

What is abstract about a flow, that a request or a name is one of which something is true, is settled by a text: every
fact of the policies near the subject is true or false of that. Whoever uses a guess asks `verdict` about it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

from npconv.dataclass import dataclass
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Both, Condition, Either, Holds, Within, joined
from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    Dimension,
    Fact,
    Families,
    Family,
    Kind,
    Kinds,
    Members,
)
from npconv.ir.intervals import PORT_TOP, Intervals
from npconv.ir.policy import Direction, PolicySet, Rule
from npconv.ir.values import Values
from npconv.semantics.decode import share_labels
from npconv.semantics.flow import TCP, Address, Endpoint, Flow
from npconv.semantics.judge import Judge
from npconv.semantics.space import BEARERS, CLUSTER_NAME, PORTED, Space
from npconv.semantics.truths import of_texts, true_of_a_peer, true_of_a_request
from npconv.semantics.verdict import matches

_KINDS: Final = (Kind.POD, Kind.OUTSIDE, Kind.REMOTE_NODE, Kind.HOST)
"""What the other end of a flow is, the likeliest first."""
_USUAL: Final = {
    Kind.POD: ("10.0.0.5", "10.0.1.7", "fd00::5", "fd00::1:7"),
    Kind.OUTSIDE: ("198.18.0.7", "203.0.113.7", "2001:db8::7"),
    Kind.REMOTE_NODE: ("192.168.0.20", "fd00:1::20"),
    Kind.HOST: ("192.168.0.10", "fd00:1::10"),
}
"""Addresses of which policies seldom speak."""
_REMEMBERED: Final = 1 << 10

_OTHER_PROTOCOLS: Final = (17, 132, 1, 50)
_AT_MOST: Final = 4
"""How many requests, and how many peers, are tried that a rule asks for one or another of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likely:
    """What a flow may be like, where a rule leaves that open."""

    peer: Condition | None = None
    """The part of a disjunction that is met; None: the first."""
    kinds: tuple[Kind, ...] = _KINDS
    at: Kind | None = None
    """Whose address the peer has; None: that of its own kind."""
    family: Family | None = None
    protocol: int = TCP
    request: Condition | None = None


_SUBJECT: Final = _Likely(kinds=(Kind.POD,))
_USUALLY: Final = _Likely()
_OTHERWISE: Final = (
    *(_Likely(kinds=(kind,)) for kind in _KINDS[1:]),
    *(_Likely(kinds=(Kind.OUTSIDE,), at=kind) for kind in (Kind.POD, Kind.REMOTE_NODE)),
    _Likely(family=Family.V6),
    *(_Likely(protocol=protocol) for protocol in _OTHER_PROTOCOLS),
)

Sets: TypeAlias = Mapping[Dimension, Members]
_T = TypeVar("_T")


class _HardError(Exception):
    """No flow is easy to find."""


class Guesses:
    """Flows that are asked of two policy sets."""

    def __init__(self, judges: Sequence[Judge], space: Space) -> None:
        self._judges = judges
        self._space = space
        self._known: dict[tuple[int, ...], frozenset[Fact]] = {}

    def of(self, rule: Rule, direction: Direction) -> Iterator[Flow]:
        """Flows of the space that a rule matches: the likeliest first, then some that differ from it in one thing."""
        before: list[Flow] = []
        for likely in _likely(rule):
            try:
                flow = self._flow(rule, direction, likely)
            except _HardError:
                continue
            if flow not in before and matches(rule, flow) and not self._space.objections(flow):
                before.append(flow)
                yield flow

    def _flow(self, rule: Rule, direction: Direction, likely: _Likely) -> Flow:
        own, none = _easy(_asked(rule.subject))
        asked, facts = _easy(_asked(rule.peer if likely.peer is None else likely.peer))
        sent, more = _easy(_asked(rule.traffic))
        if none or more:
            raise _HardError
        family = _family(own, asked, sent) if likely.family is None else likely.family
        subject = self._endpoint(own, _SUBJECT, family)
        near = [judge.near(subject, direction) for judge in self._judges]
        known = self._facts(near, direction) if facts or likely.request is not None else frozenset()
        peer = self._endpoint(asked, likely, family, subject=subject, facts=_easy(true_of_a_peer(facts, known)))
        protocol = _number(sent.get(Axis.PROTOCOL), likely.protocol)
        ported = protocol in PORTED
        return Flow(
            direction=direction,
            subject=subject,
            peer=peer,
            protocol=protocol,
            port=_number(sent.get(Axis.DST_PORT), 80, _SOME_PORT) if ported else 0,
            source_port=_number(sent.get(Axis.SRC_PORT), 40000, _SOME_PORT) if ported else 0,
            icmp_type=_number(sent.get(Axis.ICMP_TYPE), 0),
            icmp_code=_number(sent.get(Axis.ICMP_CODE), 0),
            family=family,
            request=None if likely.request is None else _easy(true_of_a_request(likely.request, known)),
        )

    def _facts(self, near: Sequence[PolicySet], direction: Direction) -> frozenset[Fact]:
        """What policies ask of names and requests."""
        key = (direction is Direction.INGRESS, *map(id, near))
        if key not in self._known:
            asked: set[Condition] = set()
            for policies in near:
                for tier in policies.tiers:
                    for policy in tier.policies:
                        section = policy.section(direction)
                        for rule in section.rules if section is not None else ():
                            asked.update((rule.peer, rule.request))
            self._known[key] = frozenset(fact for one in asked for fact in of_texts(one))
        return self._known[key]

    def _endpoint(
        self,
        sets: Sets,
        likely: _Likely,
        family: Family,
        *,
        subject: Endpoint | None = None,
        facts: frozenset[Fact] = frozenset(),
    ) -> Endpoint:
        kind, address = self._who(sets, likely, family, subject)
        attributes = {
            attribute: value
            for attribute, members in sets.items()
            if isinstance(attribute, Attribute)
            and isinstance(members, Values)
            and kind in BEARERS[attribute.scope]
            and (value := _value(members)) is not None
        }
        if kind is Kind.POD:
            attributes.setdefault(NAMESPACE, "other")
            attributes.setdefault(SERVICE_ACCOUNT, "default")
            attributes[CLUSTER_NAME] = self._space.cluster
            if subject is not None:
                share_labels(dict(subject.attributes), attributes)
        return Endpoint(kind=kind, attributes=attributes, addresses=(address,), facts=facts)

    def _who(self, sets: Sets, likely: _Likely, family: Family, other: Endpoint | None) -> tuple[Kind, Address]:
        asked, addresses = sets.get(Axis.KIND), sets.get(Axis.ADDRESS)
        for kind in likely.kinds:
            if isinstance(asked, Kinds) and kind not in asked.members:
                continue
            if all(
                None in members or kind in BEARERS[attribute.scope]
                for attribute, members in sets.items()
                if isinstance(attribute, Attribute) and isinstance(members, Values)
            ):
                address = self._address(addresses, kind, kind if likely.at is None else likely.at, family, other)
                if address is not None:
                    return kind, address
        raise _HardError

    def _address(
        self, asked: Members | None, kind: Kind, at: Kind, family: Family, other: Endpoint | None
    ) -> Address | None:
        """An address of a kind, where another kind has its own; None if there is none."""
        possible: Addresses | None = None
        for each in (asked, self._space.addresses(kind), self._space.addresses(at)):
            if isinstance(each, Addresses):
                possible = each if possible is None else possible & each
        taken = other.addresses if other is not None else ()
        for text in _USUAL[at]:
            usual = ipaddress.ip_address(text)
            if usual.version == family.value and usual not in taken and (possible is None or usual in possible):
                return usual
        spans = () if possible is None else (possible.v4 if family is Family.V4 else possible.v6).spans
        make = ipaddress.IPv4Address if family is Family.V4 else ipaddress.IPv6Address
        free = (make(number) for low, high in spans for number in range(low, min(high, low + len(taken)) + 1))
        return next((one for one in free if one not in taken), None)


def _likely(rule: Rule) -> Iterator[_Likely]:
    """What to try, the likeliest first."""
    if rule.request is not ALWAYS:
        for request in _parts(rule.request):
            yield _Likely(request=request)
    yield _USUALLY
    for peer in _parts(rule.peer)[1:]:
        yield _Likely(peer=peer)
    yield from _OTHERWISE


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts[:_AT_MOST] if isinstance(condition, Either) else (condition,)


@lru_cache(maxsize=_REMEMBERED)
def _asked(condition: Condition) -> tuple[Sets, tuple[Holds, ...]] | None:
    """What a conjunction asks, by dimension; of a disjunction, the first part. None if nothing can be that."""
    sets: dict[Dimension, Members] = {}
    facts: list[Holds] = []
    todo = [condition]
    while todo:
        match todo.pop():
            case Both(parts):
                todo += parts
            case Either(parts):
                todo.append(parts[0])
            case Within(dimension, members):
                seen = sets.get(dimension)
                sets[dimension] = members if seen is None else joined(seen, members, conjunction=True)
            case Holds() as fact:
                facts.append(fact)
            case one if one is not ALWAYS:
                return None
    return None if any(members.is_empty for members in sets.values()) else (sets, tuple(facts))


def _family(*several: Sets) -> Family:
    """IPv4, if that can be."""
    for sets in several:
        addresses, families = sets.get(Axis.ADDRESS), sets.get(Axis.FAMILY)
        if isinstance(addresses, Addresses) and addresses.v4.is_empty:
            return Family.V6
        if isinstance(families, Families) and Family.V4 not in families.members:
            return Family.V6
    return Family.V4


def _value(members: Values) -> str | None:
    """One of some values; None for none."""
    if None in members:
        return None
    if not members.cofinite:
        return min(members.named)
    return next(name for name in ("other", *(f"other-{n}" for n in range(len(members.named) + 1))) if name in members)


_SOME_PORT: Final = Intervals(((1, PORT_TOP),), PORT_TOP)


def _number(asked: Members | None, usual: int, possible: Intervals | None = None) -> int:
    """One of some numbers, the usual one if that is among them."""
    if not isinstance(asked, Intervals):
        return usual
    spans = (asked if possible is None else asked & possible).spans
    if not spans:
        raise _HardError
    return usual if any(low <= usual <= high for low, high in spans) else spans[0][0]


def _easy(found: _T | None) -> _T:
    """What was found. Raises _HardError if nothing was."""
    if found is None:
        raise _HardError
    return found
