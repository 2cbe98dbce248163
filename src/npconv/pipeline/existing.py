"""Two policy sets and their cluster -> the flows between what exists on which they differ.

Every pod is asked, with every pod and node as the other end, and with outside addresses, ports and requests that stand
for all others: one for each part into which the policies cut them. Pods whose policies are the same are passed over.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Cluster
from npconv.ir.addresses import V4_TOP, V6_TOP
from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import API_SERVER, NAMESPACE, Axis, Fact, Family, HttpMethod, HttpPath, Kind, Named
from npconv.ir.policy import Direction, Policy, PolicySet, Rule
from npconv.pipeline.bits import Bits, Peers, allowed, first_of_each, is_plain
from npconv.pipeline.endpoints import Existing, as_seen_from, existing
from npconv.pipeline.requests import facts_of, true_of
from npconv.semantics.compare import Counterexample
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Address, Endpoint, Flow
from npconv.semantics.languages import UndecidedError
from npconv.semantics.mentions import V6_START, Mentions
from npconv.semantics.namespaces import namespaces
from npconv.semantics.regex import UnreadableError
from npconv.semantics.requests import METHOD, PATH_AND_QUERY, method_language, path_language, sample
from npconv.semantics.space import PORTED, Space
from npconv.semantics.verdict import Verdict, meets, verdict

_USUAL: Final = (TCP, UDP, SCTP, ICMP, ICMPV6)
_SOURCE_PORT: Final = 50_000
_ALIKE: Final = 2
"""How many pods are asked to which the same rules apply: the second, because the first is no peer of its own."""

_PLAIN_PORTS: Final = (80, 443, 8080)
_PLAIN_ADDRESSES: Final = ("203.0.113.10", "2001:db8::10")
"""Addresses for documentation: nobody's (RFC 5737, RFC 3849)."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is sent, where it does not matter who sends it."""

    protocol: int
    port: int = 0
    source_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0


def differences(old: PolicySet, new: PolicySet, cluster: Cluster, space: Space) -> Iterator[Counterexample]:
    """One flow for each pair of deciding rules that makes a difference between endpoints that exist."""
    everything = existing(cluster, space.cluster)
    asking = _Asking(old, new, everything)
    seen: set[tuple[int, ...]] = set()
    for one in everything:
        if one.endpoint.kind is not Kind.POD:  # what polices nodes is not in a cluster's objects
            continue
        for direction in Direction:
            for flow, before, after in asking.about(one, direction):
                cause = (
                    id(before.rule),
                    id(before.policy),
                    id(after.rule),
                    id(after.policy),
                    direction is direction.INGRESS,
                )
                if cause not in seen:
                    seen.add(cause)
                    yield Counterexample(flow=flow, old=before, new=after)


class _Asking:
    def __init__(self, old: PolicySet, new: PolicySet, everything: tuple[Existing, ...]) -> None:
        self._sets = (old, new)
        self._near: dict[tuple[int, Direction, str | None], PolicySet] = {}
        self._seen: Counter[tuple[object, ...]] = Counter()
        self._everything = everything
        self._mentions = {direction: _mentions((old, new), direction) for direction in Direction}
        names = {port.name: port.number for one in everything for port in one.endpoint.named_ports}
        self._traffic = {
            direction: tuple(_traffic(mentioned, names.values())) for direction, mentioned in self._mentions.items()
        }
        facts = facts_of(old) | facts_of(new)
        self._requests = tuple(_requests([fact for fact in facts if isinstance(fact, HttpMethod | HttpPath)]))
        taken = {address for one in everything for address in one.endpoint.addresses}
        self._outside = tuple(
            Existing(endpoint=one)
            for one in _outside(self._mentions.values(), [one for one in facts if isinstance(one, Named)], taken)
        )
        self._peer_bits = Peers((*everything, *self._outside))
        nobody = Endpoint(kind=Kind.POD)
        self._sent = {
            direction: Bits([_with(Flow(direction=direction, subject=nobody, peer=nobody), one) for one in listed])
            for direction, listed in self._traffic.items()
        }

    def about(self, subject: Existing, direction: Direction) -> Iterator[tuple[Flow, Verdict, Verdict]]:
        """The flows of one subject that differ, with what either side says of them."""
        for family in Family:
            if subject.endpoint.addresses and subject.endpoint.address(family) is None:
                continue
            probe = Flow(direction=direction, subject=subject.endpoint, peer=subject.endpoint, family=family)
            old, new = self._selecting(0, probe), self._selecting(1, probe)
            if old == new:
                continue
            rules = tuple(_rules(old, direction)) + tuple(_rules(new, direction))
            view = (
                probe.direction,
                family,
                subject.endpoint.named_ports,
                bool(subject.node),
                *(id(policy) for policies in (old, new) for tier in policies.tiers for policy in tier.policies),
                *(meets(rule.subject, probe, subject.endpoint) for rule in rules),
            )
            if self._seen[view] == _ALIKE:
                continue
            self._seen[view] += 1
            if all(is_plain(rule) for rule in rules):
                yield from self._at_once(subject, probe, (old, new), rules)
                continue
            for peer in self._peers(subject, direction, family, rules):
                yield from self._between(replace(probe, peer=peer), old, new, rules)

    def _at_once(
        self, subject: Existing, probe: Flow, sets: tuple[PolicySet, PolicySet], rules: tuple[Rule, ...]
    ) -> Iterator[tuple[Flow, Verdict, Verdict]]:
        """The same, for rules that ask for nothing else: verdicts for the flows on which the bits differ, only."""
        family, sent = probe.family, self._sent[probe.direction]
        wrong = ICMPV6 if family is Family.V4 else ICMP
        listed = self._traffic[probe.direction]
        possible = sum(1 << at for at, one in enumerate(listed) if one.protocol != wrong)
        apart = first_of_each((possible,), (sent.of(rule.traffic, family) for rule in rules))
        whole = sum(1 << at for at in apart)
        for bit, peer in self._peer_bits.told_apart(subject, family, [rule.peer for rule in rules]):
            one, other = (
                allowed(each, probe, peer=bit, peers=self._peer_bits, traffic=sent, whole=whole) for each in sets
            )
            for at in (at for at in apart if (one ^ other) >> at & 1):
                flow = _with(replace(probe, peer=peer), listed[at])
                before, after = verdict(sets[0], flow), verdict(sets[1], flow)
                if before.allowed is not after.allowed:
                    yield flow, before, after

    def _selecting(self, which: int, flow: Flow) -> PolicySet:
        """The policies of one set that select a flow's subject in its direction."""
        place = flow.subject.attributes.get(NAMESPACE)
        key = which, flow.direction, place
        near = self._near.get(key)
        if near is None:
            near = self._near[key] = _kept(
                self._sets[which],
                lambda one: one.section(flow.direction) is not None and place in namespaces(one.subject),
            )
        return _kept(near, lambda one: meets(one.subject, flow, flow.subject))

    def _peers(
        self, subject: Existing, direction: Direction, family: Family, rules: tuple[Rule, ...]
    ) -> Iterator[Endpoint]:
        """One peer for each way in which the rules see peers."""
        seen: set[object] = set()
        for one in (*self._everything, *self._outside):
            if one is subject:
                continue
            peer = as_seen_from(one, subject)
            if peer.addresses and peer.address(family) is None:
                continue
            flow = Flow(direction=direction, subject=subject.endpoint, peer=peer, family=family)
            view = (peer.named_ports, tuple(meets(rule.peer, flow, peer) for rule in rules))
            if view not in seen:
                seen.add(view)
                yield peer

    def _between(
        self, flow: Flow, old: PolicySet, new: PolicySet, rules: tuple[Rule, ...]
    ) -> Iterator[tuple[Flow, Verdict, Verdict]]:
        seen: set[tuple[bool, ...]] = set()
        for traffic in self._traffic[flow.direction]:
            sent = _with(flow, traffic)
            if (sent.protocol, sent.family) in ((ICMP, Family.V6), (ICMPV6, Family.V4)):
                continue
            view = tuple(meets(rule.traffic, sent, sent.peer) for rule in rules)
            if view in seen:
                continue
            seen.add(view)
            asks = sent.protocol == TCP and any(rule.request != ALWAYS for rule in rules)
            for request in (None, *self._requests) if asks else (None,):
                asked = replace(sent, request=request)
                before, after = verdict(old, asked), verdict(new, asked)
                if before.allowed is not after.allowed:
                    yield asked, before, after


def _with(flow: Flow, traffic: Traffic) -> Flow:
    return replace(
        flow,
        protocol=traffic.protocol,
        port=traffic.port,
        source_port=traffic.source_port,
        icmp_type=traffic.icmp_type,
        icmp_code=traffic.icmp_code,
    )


def _kept(policies: PolicySet, wanted: Callable[[Policy], bool]) -> PolicySet:
    """Some policies of a set; tiers that are left without any are left out."""
    tiers = (replace(tier, policies=tuple(one for one in tier.policies if wanted(one))) for tier in policies.tiers)
    return PolicySet(tiers=tuple(tier for tier in tiers if tier.policies))


def _rules(policies: PolicySet, direction: Direction) -> Iterator[Rule]:
    for tier in policies.tiers:
        for policy in tier.policies:
            section = policy.section(direction)
            yield from section.rules if section is not None else ()


def _mentions(sets: Iterable[PolicySet], direction: Direction) -> Mentions:
    mentions = Mentions()
    for policies in sets:
        for tier in policies.tiers:
            mentions.add(tier.policies, direction)
    return mentions


def _traffic(mentions: Mentions, named: Iterable[int]) -> Iterator[Traffic]:
    """Traffic of every sort that the policies tell apart."""
    starts = mentions.numbers.get(Axis.DST_PORT, set()) | {one + more for one in named for more in (0, 1)}
    ports = tuple(_representatives(starts, _PLAIN_PORTS))
    sources = tuple(_representatives(mentions.numbers.get(Axis.SRC_PORT, set()), (_SOURCE_PORT,)))
    protocols = mentions.numbers.get(Axis.PROTOCOL, set())
    for protocol in sorted(
        {*_USUAL, *protocols} & set(range(256)), key=lambda one: (one not in _USUAL, one != TCP, one)
    ):
        if protocol in PORTED:
            for port in ports:
                for source in sources:
                    yield Traffic(protocol, port=port, source_port=source)
        elif protocol in (ICMP, ICMPV6):
            for number in sorted({8 if protocol == ICMP else 128, 0} | mentions.numbers.get(Axis.ICMP_TYPE, set())):
                for code in sorted({0} | mentions.numbers.get(Axis.ICMP_CODE, set())):
                    if number < 256 and code < 256:
                        yield Traffic(protocol, icmp_type=number, icmp_code=code)
        else:
            yield Traffic(protocol)


def _representatives(starts: Iterable[int], usual: Iterable[int]) -> Iterator[int]:
    """A port for each part between these starts: a usual one if one is in it."""
    ordered = sorted({1, *(one for one in starts if 0 < one <= 65535)})
    for start, end in zip(ordered, [*ordered[1:], 65536], strict=True):
        yield next((one for one in usual if start <= one < end), start)


def _outside(mentions: Iterable[Mentions], names: Iterable[Named], taken: set[Address]) -> Iterator[Endpoint]:
    """An address outside the cluster for each part into which the policies cut them, and one for each name."""
    beyond = V6_START + V6_TOP + 1
    starts = sorted({0, V6_START}.union(*(one.peer.addresses for one in mentions)) - {beyond})
    ends = [*starts[1:], beyond]
    plain = [ipaddress.ip_address(text) for text in _PLAIN_ADDRESSES]
    for start, end in zip(starts, ends, strict=True):
        usual = next((one for one in plain if start <= _number(one) < end), None)
        chosen = usual or _free(start, end, taken)
        if chosen is not None:
            yield Endpoint(kind=Kind.OUTSIDE, addresses=(chosen,), title="outside address")
            yield Endpoint(kind=Kind.OUTSIDE, attributes={API_SERVER: ""}, addresses=(chosen,), title="API server at")
    for name in sorted(names):
        yield Endpoint(
            kind=Kind.OUTSIDE,
            addresses=tuple(plain),
            facts=frozenset({name}),
            title=f"outside address of a name like {name.pattern}",
        )


def _free(start: int, end: int, taken: set[Address]) -> Address | None:
    """The first address of a part that nobody in the cluster has; the very first, a network's own, if need be."""
    for number in (*range(start + 1, min(end, start + len(taken) + 3)), start):
        address = _address(number)
        if address not in taken and not address.is_unspecified:
            return address
    return None


def _number(address: Address) -> int:
    return int(address) if address.version == 4 else int(address) + V6_START


def _address(number: int) -> Address:
    return ipaddress.IPv4Address(number) if number <= V4_TOP else ipaddress.IPv6Address(number - V6_START)


def _requests(facts: Iterable[HttpMethod | HttpPath]) -> Iterator[frozenset[Fact]]:
    """Requests that stand for those that the policies tell apart: each mentioned method with each mentioned path."""
    methods, paths = {"GET"}, {"/"}
    known = tuple(facts)
    for fact in known:
        try:
            if isinstance(fact, HttpMethod):
                methods |= {found for found in [sample([(method_language(fact), True)], METHOD)] if found}
            else:
                paths |= {found for found in [sample([(path_language(fact), True)], PATH_AND_QUERY)] if found}
        except (UnreadableError, UndecidedError):
            continue
    seen: set[frozenset[Fact]] = set()
    for method in (*sorted(methods), "OTHER"):
        for path in (*sorted(paths), "/any/other"):
            true, _ = true_of(known, method, path)
            if known and true not in seen:
                seen.add(true)
                yield true
