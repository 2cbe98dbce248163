"""What a rule asks of a flow -> a flow that it matches, where one is easy to find: no search, and no promise.

What is abstract about a flow, that a request or a name is one of which something is true, is settled by a text: every
fact of the policies near the subject is true or false of that. Whoever uses a guess asks `verdict` about it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

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
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    Members,
    Named,
    Request,
)
from npconv.ir.intervals import PORT_TOP, Intervals
from npconv.ir.policy import Direction, PolicySet, Rule
from npconv.ir.values import Values
from npconv.semantics.decode import share_labels
from npconv.semantics.flow import TCP, Address, Endpoint, Flow
from npconv.semantics.judge import Judge
from npconv.semantics.languages import UndecidedError, contains
from npconv.semantics.mentions import leaves
from npconv.semantics.regex import UnreadableError
from npconv.semantics.requests import METHOD, PATH_AND_QUERY, method_language, path_language, sample
from npconv.semantics.space import BEARERS, CLUSTER_NAME, HTTP_ANY, PORTED, Space
from npconv.semantics.texts import DNS_NAME, dns_names
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
_REQUESTS: Final = 4
"""How many requests are tried that a rule asks for one or another of."""
_REMEMBERED: Final = 1 << 10

Sets: TypeAlias = Mapping[Dimension, Members]


class _HardError(Exception):
    """No flow is easy to find."""


class Guesses:
    """Flows that are asked of two policy sets."""

    def __init__(self, judges: Sequence[Judge], space: Space) -> None:
        self._judges = judges
        self._space = space
        self._known: dict[tuple[int, ...], frozenset[Fact]] = {}

    def of(self, rule: Rule, direction: Direction) -> Iterator[Flow]:
        """Flows of the space that a rule matches: with each request that it asks for, and without."""
        asked = rule.request.parts if isinstance(rule.request, Either) else (rule.request,)
        for request in (*asked[:_REQUESTS], None) if rule.request is not ALWAYS else (None,):
            try:
                flow = self._flow(rule, direction, request)
            except _HardError:
                continue
            if matches(rule, flow) and not self._space.objections(flow):
                yield flow

    def _flow(self, rule: Rule, direction: Direction, request: Condition | None) -> Flow:
        own, none = _leaves(rule.subject)
        asked, names = _leaves(rule.peer)
        sent, more = _leaves(rule.traffic)
        if none or more:
            raise _HardError
        family = _family(own, asked, sent)
        subject = self._endpoint(own, (Kind.POD,), family)
        near = [judge.near(subject, direction) for judge in self._judges]
        known = self._facts(near, direction) if names or request is not None else frozenset()
        peer = self._endpoint(asked, _KINDS, family, subject=subject, facts=_names(names, known))
        protocol = _number(sent.get(Axis.PROTOCOL), TCP)
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
            request=None if request is None else _request(request, known),
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
            self._known[key] = frozenset(fact for one in asked for fact in _abstract(one))
        return self._known[key]

    def _endpoint(
        self,
        sets: Sets,
        kinds: Sequence[Kind],
        family: Family,
        *,
        subject: Endpoint | None = None,
        facts: frozenset[Fact] = frozenset(),
    ) -> Endpoint:
        kind, address = self._who(sets, kinds, family, subject)
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

    def _who(self, sets: Sets, kinds: Sequence[Kind], family: Family, other: Endpoint | None) -> tuple[Kind, Address]:
        asked, addresses = sets.get(Axis.KIND), sets.get(Axis.ADDRESS)
        for kind in kinds:
            if isinstance(asked, Kinds) and kind not in asked.members:
                continue
            if all(
                None in members or kind in BEARERS[attribute.scope]
                for attribute, members in sets.items()
                if isinstance(attribute, Attribute) and isinstance(members, Values)
            ):
                address = self._address(addresses, kind, family, other)
                if address is not None:
                    return kind, address
        raise _HardError

    def _address(self, asked: Members | None, kind: Kind, family: Family, other: Endpoint | None) -> Address | None:
        allowed = self._space.addresses(kind)
        possible = allowed if isinstance(allowed, Addresses) else None
        if isinstance(asked, Addresses):
            possible = asked if possible is None else asked & possible
        taken = other.addresses if other is not None else ()
        for text in _USUAL[kind]:
            usual = ipaddress.ip_address(text)
            if usual.version == family.value and usual not in taken and (possible is None or usual in possible):
                return usual
        spans = () if possible is None else (possible.v4 if family is Family.V4 else possible.v6).spans
        make = ipaddress.IPv4Address if family is Family.V4 else ipaddress.IPv6Address
        free = (make(at) for low, high in spans for at in range(low, min(high, low + len(taken)) + 1))
        return next((one for one in free if one not in taken), None)


def _leaves(condition: Condition) -> tuple[Sets, tuple[Holds, ...]]:
    """What a conjunction asks, by dimension; of a disjunction, the first part. Raises _HardError."""
    found = _asked(condition)
    if found is None:
        raise _HardError
    return found


@lru_cache(maxsize=_REMEMBERED)
def _asked(condition: Condition) -> tuple[Sets, tuple[Holds, ...]] | None:
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


@lru_cache(maxsize=_REMEMBERED)
def _abstract(condition: Condition) -> tuple[Fact, ...]:
    """What a condition asks of names and requests."""
    facts = (one.fact for one in leaves(condition) if isinstance(one, Holds))
    return tuple(one for one in facts if isinstance(one, Named | HttpMethod | HttpPath | Request))


@lru_cache(maxsize=_REMEMBERED)
def _settled_request(asked: Condition, known: frozenset[Fact]) -> frozenset[Fact] | None:
    """The facts that are true of a request for which a condition holds."""
    found = _asked(asked)
    if found is None or found[0] or any(isinstance(one, Request) and one != HTTP_ANY for one in known):
        return None
    try:
        wanted = [(one.fact, not one.negated) for one in found[1]]
        methods = [(method_language(one), true) for one, true in wanted if isinstance(one, HttpMethod)]
        paths = [(path_language(one), true) for one, true in wanted if isinstance(one, HttpPath)]
        method, path = sample(methods, METHOD), sample(paths, PATH_AND_QUERY)
        if method is None or path is None:
            return None
        return frozenset(one for one in known if _is_true(one, method, path))
    except (UnreadableError, UndecidedError):
        return None


def _is_true(fact: Fact, method: str, path: str) -> bool:
    match fact:
        case HttpMethod():
            return contains(method_language(fact), method)
        case HttpPath():
            return contains(path_language(fact), path)
        case _:
            return fact == HTTP_ANY


def _request(asked: Condition, known: frozenset[Fact]) -> frozenset[Fact]:
    found = _settled_request(asked, known)
    if found is None:
        raise _HardError
    return found


@lru_cache(maxsize=_REMEMBERED)
def _settled_names(asked: tuple[Holds, ...], known: frozenset[Fact]) -> frozenset[Fact] | None:
    """Of the patterns that somebody asks for those that match a name for which some facts are true."""
    wanted = [(dns_names(one.fact.pattern), not one.negated) for one in asked if isinstance(one.fact, Named)]
    try:
        name = sample(wanted, DNS_NAME) if len(wanted) == len(asked) else None
    except UndecidedError:
        return None
    if name is None:
        return None
    return frozenset(one for one in known if isinstance(one, Named) and contains(dns_names(one.pattern), name))


def _names(asked: tuple[Holds, ...], known: frozenset[Fact]) -> frozenset[Fact]:
    found = _settled_names(asked, known) if asked else frozenset()
    if found is None:
        raise _HardError
    return found
