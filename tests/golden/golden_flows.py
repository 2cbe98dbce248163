"""Two policy sets -> flows that their conditions tell apart, between endpoints that could exist."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Both, Condition, Either, Holds, Within
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    DstPortNamed,
    Fact,
    Families,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    LabelText,
    PathTest,
    Scope,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction, Policy, PolicySet, Rule
from npconv.ir.values import Values
from npconv.lowering.addresses import AddressPlan
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, UDPLITE, Endpoint, Flow, NamedPort

PORTED = (TCP, UDP, SCTP, UDPLITE)
PEERS = (Kind.POD, Kind.POD, Kind.POD, Kind.POD, Kind.OUTSIDE, Kind.OUTSIDE, Kind.HOST, Kind.REMOTE_NODE)
CLUSTER = Attribute.of(Scope.CLUSTER, NAME)
NEWS = 0.25
"""How often a value is drawn anew although a rule asks for another one."""


@dataclass(slots=True)
class Wish:
    """Values that would meet a condition, by dimension, and facts with their truth."""

    values: dict[object, object] = field(default_factory=dict)
    facts: dict[Fact, bool] = field(default_factory=dict)


@dataclass
class World:
    """What two policy sets talk about, and where endpoints have their addresses."""

    sets: tuple[PolicySet, ...]
    plan: AddressPlan
    namespaces: Mapping[str, Mapping[str, str]]
    """The namespaces whose labels are known."""
    random: random.Random

    @cached_property
    def leaves(self) -> tuple[Within | Holds, ...]:
        """Every leaf of every condition."""
        found = dict.fromkeys(
            leaf
            for policy, _, rule in self.rules
            for condition in (policy.subject, *((rule.subject, rule.peer, rule.traffic, rule.request) if rule else ()))
            for leaf in _leaves(condition)
        )
        return tuple(found)

    @cached_property
    def rules(self) -> tuple[tuple[Policy, Direction, Rule | None], ...]:
        """Every rule with its policy; a section without rules counts as one."""
        return tuple(
            (policy, section.direction, rule)
            for one in self.sets
            for tier in one.tiers
            for policy in tier.policies
            for section in policy.sections
            for rule in (section.rules or (None,))
        )

    @cached_property
    def attributes(self) -> dict[Attribute, list[str | None]]:
        """Every attribute that is asked for, with the values that matter, one other, and absence."""
        found: dict[Attribute, dict[str | None, None]] = {NAMESPACE: {}, SERVICE_ACCOUNT: {}}
        for leaf in self.leaves:
            if isinstance(leaf, Within) and isinstance(leaf.dimension, Attribute) and isinstance(leaf.members, Values):
                found.setdefault(leaf.dimension, {}).update(dict.fromkeys(sorted(leaf.members.named)))
            elif isinstance(leaf, Holds) and isinstance(leaf.fact, LabelText):
                text = leaf.fact.text
                found.setdefault(leaf.fact.attribute, {}).update(dict.fromkeys((text, f"x{text}", f"{text}x")))
        found[NAMESPACE].update(dict.fromkeys((*self.namespaces, "elsewhere")))
        return {
            key: [*values, "other", *(() if key.key in (NAME, NAMESPACE.key) else (None,))]
            for key, values in sorted(found.items())
            if key.scope in (Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)
        }

    @cached_property
    def ports(self) -> list[int]:
        """Ports on either side of every boundary."""
        return self._numbers((Axis.DST_PORT, Axis.SRC_PORT), 65535) or [80]

    @cached_property
    def protocols(self) -> list[int]:
        """Protocols that are asked for, and the ones that everybody knows."""
        return sorted({*self._numbers((Axis.PROTOCOL,), 255), TCP, UDP, SCTP, ICMP, 47} - {0})

    @cached_property
    def icmp(self) -> list[int]:
        """ICMP types and codes that are asked for, echo request and unreachable."""
        return sorted({*self._numbers((Axis.ICMP_TYPE, Axis.ICMP_CODE), 255), 8, 3})

    @cached_property
    def addresses(self) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
        """Addresses on either side of every boundary."""
        sets = [one.members for one in self.leaves if isinstance(one, Within) and isinstance(one.members, Addresses)]
        found = {ipaddress.ip_address("198.51.100.7"), ipaddress.ip_address("2001:db8:ffff::7")}
        for one in sets:
            for number in _edges(one.v4):
                found.add(ipaddress.IPv4Address(number))
            for number in _edges(one.v6):
                found.add(ipaddress.IPv6Address(number))
        return sorted(found, key=lambda one: (one.version, int(one)))

    @cached_property
    def named(self) -> dict[str, int]:
        """The one number that each port name means."""
        names = {one.fact.name for one in self.leaves if isinstance(one, Holds) and isinstance(one.fact, DstPortNamed)}
        return {name: 8080 + index for index, name in enumerate(sorted(names))}

    @cached_property
    def requests(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Methods and paths that are asked for, and near misses."""
        facts = [one.fact for one in self.leaves if isinstance(one, Holds)]
        methods = {one.method for one in facts if isinstance(one, HttpMethod) and not one.regex} | {"PATCH"}
        texts = {one.text for one in facts if isinstance(one, HttpPath) and one.test != PathTest.REGEX.value} | {"/"}
        paths = {path + tail for path in texts for tail in ("", "x", "/x", "?q=1")}
        return tuple(sorted(methods)), tuple(sorted(paths))

    def flow(self) -> Flow | None:
        """A random flow that some rule may be about; None if the one drawn could not exist."""
        policy, direction, rule = self.random.choice(self.rules)
        if self.random.random() < NEWS:
            direction = self.random.choice(list(Direction))
        wished = [policy.subject, *((rule.subject,) if rule else ())]
        labels: dict[str, dict[Attribute, str]] = {}
        subject = self._endpoint(Kind.POD, self._wish(*wished), labels, "subject")
        peer_wish = self._wish(rule.peer) if rule else Wish()
        kind = peer_wish.values.get(Axis.KIND, self.random.choice(PEERS))
        peer = self._endpoint(kind, peer_wish, labels, "peer") if kind in PEERS else None
        if subject is None or peer is None:
            return None
        traffic = self._wish(rule.traffic) if rule else Wish()
        return self._traffic(direction, subject, peer, traffic, asks_request=bool(rule and _has_request(rule)))

    def _traffic(
        self, direction: Direction, subject: Endpoint, peer: Endpoint, wish: Wish, *, asks_request: bool
    ) -> Flow | None:
        family = self._pick(Axis.FAMILY, wish, [Family.V4, Family.V4, Family.V6])
        protocol = self._pick(Axis.PROTOCOL, wish, self.protocols)
        if subject.address(family) is None or peer.address(family) is None:
            return None
        if family is Family.V6 and self.plan.only_v4:  # as in the proof: pods have no such address
            return None
        if (protocol, family) in ((ICMP, Family.V6), (ICMPV6, Family.V4)):
            return None
        port = self._pick(Axis.DST_PORT, wish, self.ports) if protocol in PORTED else 0
        named = [one.name for one, holds in wish.facts.items() if holds and isinstance(one, DstPortNamed)]
        destination = subject if direction is Direction.INGRESS else peer
        if named and self.random.random() > NEWS:
            declared = next((one for one in destination.named_ports if one.name in named), None)
            protocol, port = (declared.protocol, declared.number) if declared else (protocol, port)
        source_port = self._pick(Axis.SRC_PORT, wish, [*self.ports, 40000]) if protocol in PORTED else 0
        is_icmp = protocol in (ICMP, ICMPV6)
        request = None
        if protocol == TCP and asks_request and self.random.random() < 0.8:
            methods, paths = self.requests
            request = self._true(self.random.choice(methods), self.random.choice(paths))
        return Flow(
            direction=direction,
            subject=subject,
            peer=peer,
            protocol=protocol,
            port=port or (1 if protocol in PORTED else 0),
            source_port=source_port or (1 if protocol in PORTED else 0),
            icmp_type=self._pick(Axis.ICMP_TYPE, wish, self.icmp) if is_icmp else 0,
            icmp_code=self._pick(Axis.ICMP_CODE, wish, [0, *self.icmp]) if is_icmp else 0,
            family=family,
            request=request,
        )

    def _endpoint(self, kind: Kind, wish: Wish, labels: dict[str, dict[Attribute, str]], title: str) -> Endpoint | None:
        addresses = self._addresses(kind, wish)
        if not addresses:
            return None
        attributes = self._pod(wish, labels) if kind is Kind.POD else {}
        shown = " ".join(f"{key}={value}" for key, value in attributes.items() if key != CLUSTER)
        declared = [
            NamedPort(name, self.random.choice((TCP, TCP, TCP, UDP, SCTP)), number)
            for name, number in self.named.items()
            if kind is Kind.POD and self.random.random() < 0.7
        ]
        return Endpoint(
            kind=kind,
            attributes=attributes,
            addresses=addresses,
            named_ports=tuple(declared),
            title=f"{title} {kind.value} {', '.join(map(str, addresses))} {shown}".rstrip(),
        )

    def _pod(self, wish: Wish, labels: dict[str, dict[Attribute, str]]) -> dict[Attribute, str]:
        name = str(self._value(NAMESPACE, wish))
        if name not in labels:
            own = self.namespaces.get(name)
            asked = [key for key in self.attributes if key.scope is Scope.NAMESPACE and key != NAMESPACE]
            drawn = {key: self._value(key, wish) for key in asked} if own is None else {}
            given = {Attribute.of(Scope.NAMESPACE, key): value for key, value in (own or {}).items()}
            labels[name] = {**given, **{key: value for key, value in drawn.items() if value is not None}}
        account = str(self._value(SERVICE_ACCOUNT, wish))
        if (both := f"{name}/{account}") not in labels:
            asked = [key for key in self.attributes if key.scope is Scope.SERVICE_ACCOUNT and key != SERVICE_ACCOUNT]
            drawn = {key: self._value(key, wish) for key in asked}
            labels[both] = {key: value for key, value in drawn.items() if value is not None}
        pod = {key: self._value(key, wish) for key in self.attributes if key.scope is Scope.POD}
        return {
            **{key: value for key, value in pod.items() if value is not None},
            **labels[name],
            **labels[both],
            NAMESPACE: name,
            SERVICE_ACCOUNT: account,
            CLUSTER: "default",
        }

    def _addresses(self, kind: Kind, wish: Wish) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
        """One IPv4 address, and one IPv6 address where the endpoint can have one."""
        asked = wish.values.get(Axis.ADDRESS)
        pods, nodes = self.plan.pods.addresses, self.plan.nodes.addresses
        here = pods if kind is Kind.POD else nodes if kind is not Kind.OUTSIDE else ~(pods | nodes)
        found = []
        for version in (4,) if kind is not Kind.OUTSIDE and self.plan.only_v4 else (4, 6):
            known = [one for one in self.addresses if one.version == version]
            inside = [one for one in known if one in here] or [
                ipaddress.ip_address(number) if version == 4 else ipaddress.IPv6Address(number)
                for low, high in (here.v4 if version == 4 else here.v6).spans[:1]
                for number in (low + min(7, high - low),)
            ]
            if version == 6 and not inside and kind is not Kind.OUTSIDE:
                inside = [ipaddress.IPv6Address("fd00:10:244::7")]
            wished = [one for one in inside if isinstance(asked, Addresses) and one in asked]
            if inside:
                found.append(self.random.choice(wished if wished and self.random.random() > NEWS else inside))
        return tuple(found)

    def _value(self, key: Attribute, wish: Wish) -> str | None:
        """A value for a label: a wished one mostly."""
        values = self.attributes[key]
        asked = wish.values.get(key)
        good = [one for one in values if one in asked] if isinstance(asked, Values) else []
        for fact, holds in wish.facts.items():
            if holds and isinstance(fact, LabelText) and fact.attribute == key:
                good = [fact.text]
        return self.random.choice(good if good and self.random.random() > NEWS else values)

    def _pick(self, dimension: Axis, wish: Wish, values: list[object]) -> object:
        asked = wish.values.get(dimension)
        good = [one for one in values if one in asked] if isinstance(asked, Intervals | Families) else []
        return self.random.choice(good if good and self.random.random() > NEWS else values)

    def _wish(self, *conditions: Condition) -> Wish:
        wish = Wish()
        todo = list(conditions)
        while todo:
            match todo.pop():
                case Both(parts):
                    todo.extend(parts)
                case Either(parts):
                    todo.append(self.random.choice(parts))
                case Within(dimension, members):
                    if isinstance(members, Kinds):
                        ours = [one for one in PEERS if one in members]
                        wish.values[dimension] = self.random.choice(ours) if ours else None
                    else:
                        wish.values[dimension] = members
                case Holds(fact, negated):
                    wish.facts[fact] = not negated
                case _:
                    pass
        return wish

    def _true(self, method: str, path: str) -> frozenset[Fact]:
        """The facts of both sides that are true of a request."""
        facts = [one.fact for one in self.leaves if isinstance(one, Holds)]
        return frozenset(fact for fact in facts if _is_true(fact, method, path))

    def _numbers(self, axes: tuple[Axis, ...], top: int) -> list[int]:
        sets = [
            one.members
            for one in self.leaves
            if isinstance(one, Within) and one.dimension in axes and isinstance(one.members, Intervals)
        ]
        return sorted({number for one in sets for number in _edges(one) if 0 < number <= top})


def flows(world: World, count: int) -> Iterator[Flow]:
    """About `count` flows."""
    for _ in range(count if world.rules else 0):
        found = world.flow()
        if found is not None:
            yield found


def _edges(numbers: Intervals) -> Iterator[int]:
    for low, high in numbers.spans:
        yield from (one for one in (low - 1, low, high, high + 1) if 0 <= one <= numbers.top)


def _leaves(condition: Condition) -> Iterator[Within | Holds]:
    match condition:
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _leaves(part)
        case Within() | Holds():
            yield condition
        case _:
            return


def _has_request(rule: Rule) -> bool:
    return any(True for _ in _leaves(rule.request))


def _is_true(fact: Fact, method: str, path: str) -> bool:
    """Whether a request meets a fact: Calico looks at the path alone, Envoy at path and query (facts 3.10, 2.7)."""
    plain = path.partition("?")[0]
    match fact:
        case HttpMethod(text, regex):
            return re.fullmatch(text, method) is not None if regex else text == method
        case HttpPath(test, text):
            match PathTest(test):
                case PathTest.EXACT:
                    return plain == text
                case PathTest.PREFIX:
                    return plain == text or plain.startswith(text.rstrip("/") + "/")
                case PathTest.TEXT_PREFIX:
                    return plain.startswith(text)
                case PathTest.REGEX:
                    return re.fullmatch(text, path) is not None
        case _:
            return False
