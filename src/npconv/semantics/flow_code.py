"""A flow as literals: both ends, protocol, ports, ICMP, family and facts, and the conditions on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import assert_never

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import (
    NAMESPACE,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Fact,
    Families,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    LabelText,
    Named,
    Request,
    Scope,
    SrcPortNamed,
)
from npconv.ir.intervals import ICMP_TOP, PORT_TOP, PROTOCOL_TOP, Intervals
from npconv.ir.policy import Direction
from npconv.ir.values import Values
from npconv.semantics.endpoint_code import EndpointCode, same_labels
from npconv.semantics.flow import ICMP, ICMPV6, TCP
from npconv.semantics.gates import FALSE, TRUE, Gates
from npconv.semantics.groups import Group
from npconv.semantics.mentions import V6_START, Mentions, SideMentions
from npconv.semantics.number_line import NumberLine
from npconv.semantics.space import DECLARABLE, HTTP_ANY, PORTED, Space, parser

TOPS = {
    Axis.PROTOCOL: PROTOCOL_TOP,
    Axis.DST_PORT: PORT_TOP,
    Axis.SRC_PORT: PORT_TOP,
    Axis.ICMP_TYPE: ICMP_TOP,
    Axis.ICMP_CODE: ICMP_TOP,
}
"""The axes that are numbers, and the highest number of each."""

SHARED = (Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)
"""Scopes of which two pods may share one object, so both sides tell the same values apart."""


class FlowCode:
    """The literals of a flow in one direction, for one group of subjects, with or without a request."""

    def __init__(
        self,
        gates: Gates,
        space: Space,
        mentions: Mentions,
        group: Group,
        direction: Direction,
        *,
        with_request: bool,
    ) -> None:
        if group.kind is Kind.POD and not group.namespaces.cofinite:
            mentions.subject.values.setdefault(NAMESPACE, set()).update(group.namespaces.named)
        share(mentions.subject, mentions.peer)
        self.gates = gates
        self.space = space
        self.group = group
        self.direction = direction
        self.with_request = with_request
        self.subject = EndpointCode(gates, space, mentions.subject, [group.kind])
        self.subject.add_labels(group)
        peers = [kind for kind in Kind if kind in space.peer_kinds and not group.kind == kind == Kind.HOST]
        self.peer = EndpointCode(gates, space, mentions.peer, peers)
        self.peer.add_labels(None)
        own = {number for protocol in PORTED | {ICMP, ICMPV6} for number in (protocol, protocol + 1)}
        self.numbers = {
            axis: NumberLine(gates, top, mentions.numbers.get(axis, set()) | (own if axis is Axis.PROTOCOL else {1}))
            for axis, top in TOPS.items()
        }
        self.destination_ports = {name: gates.variable() for name in sorted(mentions.destination_ports)}
        self.source_ports = {name: gates.variable() for name in sorted(mentions.source_ports)}
        requests = sorted(mentions.requests, key=str) if with_request else []
        self.requests: dict[HttpMethod | HttpPath | Request, int] = {fact: gates.variable() for fact in requests}
        self._known: dict[tuple[int, bool], int] = {}

    @property
    def v6(self) -> int:
        """The literal for "the flow is IPv6"."""
        return self.subject.address.at_least(V6_START)

    @property
    def source(self) -> EndpointCode:
        """The endpoint that opens the connection."""
        return self.peer if self.direction is Direction.INGRESS else self.subject

    @property
    def destination(self) -> EndpointCode:
        """The endpoint that is connected to."""
        return self.subject if self.direction is Direction.INGRESS else self.peer

    def protocol(self, numbers: Iterable[int]) -> int:
        """The literal for "the protocol is one of these"."""
        return self.numbers[Axis.PROTOCOL].inside((number, number) for number in sorted(numbers))

    def literal(self, condition: Condition, endpoint: EndpointCode) -> int:
        """The literal for "the condition holds", where the endpoint's dimensions are those of `endpoint`.

        Remembered by identity: conditions must outlive the encoding.
        """
        key = (id(condition), endpoint is self.subject)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._literal(condition, endpoint)
        return found

    def parts(self, condition: Condition, endpoint: EndpointCode) -> list[int]:
        """Literals that together mean the condition: one for each part of a conjunction."""
        if isinstance(condition, Both):
            return [self.literal(part, endpoint) for part in condition.parts]
        return [self.literal(condition, endpoint)]

    def clauses(self) -> Iterator[tuple[int, ...]]:
        """What makes the literals a flow of the space."""
        yield from self.subject.clauses()
        yield from self.peer.clauses()
        yield from same_labels(self.gates, self.subject, self.peer)
        for line in self.numbers.values():
            yield from line.clauses()
        yield from self._family_clauses()
        yield from self._traffic_clauses()
        yield from self._request_clauses()

    def preferences(self) -> list[int]:
        """What makes a flow easy to read: IPv4, TCP, no names and facts, a pod as the peer."""
        facts = [*self.destination_ports.values(), *self.source_ports.values(), *self.requests.values()]
        facts += [*self.subject.facts.values(), *self.peer.facts.values()]
        return [-self.v6, self.protocol((TCP,)), -self.gates.any_of(facts), self.peer.is_kind({Kind.POD})]

    def _literal(self, condition: Condition, endpoint: EndpointCode) -> int:
        match condition:
            case Always():
                return TRUE
            case Never():
                return FALSE
            case Both(parts):
                return self.gates.all_of(self.literal(part, endpoint) for part in parts)
            case Either(parts):
                return self.gates.any_of(self.literal(part, endpoint) for part in parts)
            case Holds(fact, negated):
                found = self._fact(fact, endpoint)
                return -found if negated else found
            case Within(dimension, members):
                return self._within(dimension, members, endpoint)
            case _:
                assert_never(condition)

    def _within(
        self,
        dimension: Axis | Attribute,
        members: Values | Intervals | Addresses | Kinds | Families,
        endpoint: EndpointCode,
    ) -> int:
        match members:
            case Values() if isinstance(dimension, Attribute):
                return endpoint.among(dimension, members)
            case Intervals() if isinstance(dimension, Axis):
                return self.numbers[dimension].inside(members.spans)
            case Addresses():
                return endpoint.at(members)
            case Kinds():
                return endpoint.of_kinds(members)
            case Families():
                return self.gates.any_of(
                    [self.v6] * (Family.V6 in members.members) + [-self.v6] * (Family.V4 in members.members)
                )
            case _:
                raise TypeError(f"{type(members).__name__} on {dimension}")

    def _fact(self, fact: Fact, endpoint: EndpointCode) -> int:
        match fact:
            case LabelText():
                return endpoint.passing(fact)
            case DstPortNamed(name):
                return self.destination_ports[name]
            case SrcPortNamed(name):
                return self.source_ports[name]
            case BackendOf() | Named():
                return endpoint.facts[fact]
            case HttpMethod() | HttpPath() | Request():
                return self.requests.get(fact, FALSE)
            case _:
                assert_never(fact)

    def _family_clauses(self) -> Iterator[tuple[int, ...]]:
        v6, other = self.v6, self.peer.address.at_least(V6_START)
        yield (-v6, other)
        yield (v6, -other)
        for endpoint in (self.subject, self.peer):
            for kind, literal in endpoint.kinds.items():
                families = self.space.families_of(kind)
                if Family.V4 not in families:
                    yield (-literal, v6)
                if Family.V6 not in families:
                    yield (-literal, -v6)

    def _traffic_clauses(self) -> Iterator[tuple[int, ...]]:
        ported = self.protocol(PORTED)
        for axis in (Axis.DST_PORT, Axis.SRC_PORT):
            some = self.numbers[axis].at_least(1)
            yield (-ported, some)
            yield (ported, -some)
        icmp = self.protocol((ICMP, ICMPV6))
        for axis in (Axis.ICMP_TYPE, Axis.ICMP_CODE):
            yield (icmp, -self.numbers[axis].at_least(1))
        if not self.space.cross_family_icmp:
            yield (-self.protocol((ICMP,)), -self.v6)
            yield (-self.protocol((ICMPV6,)), self.v6)
        declarable = self.protocol(DECLARABLE)
        for literals, endpoint in ((self.destination_ports, self.destination), (self.source_ports, self.source)):
            for literal in literals.values():
                yield (-literal, declarable)
                yield (-literal, endpoint.is_kind(self.space.named_port_kinds))
        for endpoint in (self.subject, self.peer):
            for fact, literal in endpoint.facts.items():
                if isinstance(fact, BackendOf) and fact.with_port:
                    yield (-literal, declarable)

    def _request_clauses(self) -> Iterator[tuple[int, ...]]:
        if self.with_request:
            yield (self.protocol(PORTED),)
        by_parser: dict[str, list[int]] = {}
        for fact, literal in self.requests.items():
            if parser(fact):
                by_parser.setdefault(parser(fact), []).append(literal)
        for one, other in combinations(sorted(by_parser), 2):
            yield (-self.gates.any_of(by_parser[one]), -self.gates.any_of(by_parser[other]))
        for literal in by_parser.get("http", ()):
            yield (-literal, self.protocol((TCP,)))
            if HTTP_ANY in self.requests:
                yield (-literal, self.requests[HTTP_ANY])


def share(one: SideMentions, other: SideMentions) -> None:
    """Make both sides tell the same values apart where they can share one namespace or service account."""
    both = {NAMESPACE} & (set(one.values) | set(other.values))
    for each in set(one.values) & set(other.values):
        if each.scope in SHARED:
            both.add(each)
    for each in both:
        one.values[each] = other.values[each] = one.values.get(each, set()) | other.values.get(each, set())
        if each in one.texts or each in other.texts:
            one.texts[each] = other.texts[each] = one.texts.get(each, set()) | other.texts.get(each, set())
