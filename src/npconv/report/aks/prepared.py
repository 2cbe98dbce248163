"""NetworkPolicy -> the same policy as it is best applied before the change, so that Cilium enforces what NPM does.

Two forms: one that means the same to Azure NPM (`keeping`), and one to rehearse with (`rehearsing`), in which NPM also
enforces what it refuses or gets wrong today, so that whatever that breaks breaks on a day of one's choosing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.azure_npm.faults import fault
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.cilium.single_ports import MOST, doubts_ranges
from npconv.dialects.cluster.model import NAME_LABEL
from npconv.dialects.k8s.emit import emit
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.dialects.k8s.placed import counting
from npconv.ir.policy import Direction
from npconv.report.aks import say
from npconv.report.aks.named import numbered
from npconv.report.aks.places import Cover, addresses_of
from npconv.report.aks.selectors import peers_for
from npconv.report.aks.world import OnePolicy, World
from npconv.source import cidr
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.label_selector import LabelSelector, Operator, Requirement
from npconv.source.object_meta import ObjectMeta

_UNDECLARED: Final = "without the rules of a direction that policyTypes does not list"
_RANGES: Final = "with each port of a range by itself"
_PODS: Final = "with selectors beside the ipBlocks that cover pods"
_NUMBERS: Final = "with numbers for port names"
_ACCEPTED: Final = "with addresses that Azure NPM takes"
_ANCHORED: Final = "with namespace selectors that cover pods alone"
_GUARDED: Final = "with guarded namespace selectors"

_ALL_PODS: Final = SelectorPeer(namespace_selector=LabelSelector())
_NAMED: Final = Requirement(key=NAME_LABEL, operator=Operator.EXISTS)
_Rules = tuple[Rule, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A policy to apply before the change, and how it differs from the one that is there."""

    policy: NetworkPolicy
    edits: tuple[str, ...]

    @property
    def manifest(self) -> str:
        """As YAML."""
        return say.manifest(emit(self.policy))

    @property
    def says(self) -> str:
        """What was edited."""
        return ", ".join(self.edits)

    @property
    def changes_today(self) -> bool:
        """Whether Azure NPM enforces something else by it."""
        return _ACCEPTED in self.edits or _GUARDED in self.edits

    @property
    def opens_pods(self) -> bool:
        """Whether pods that an ipBlock covers are selected, too."""
        return _PODS in self.edits

    @property
    def has_numbers(self) -> bool:
        """Whether names of ports became numbers."""
        return _NUMBERS in self.edits


def keeping(world: World, one: OnePolicy) -> Prepared | None:
    """The policy that means the same to NPM, and to Cilium as far as a NetworkPolicy can say it; None if unchanged."""
    return _edited(one, _keeping(world, one.stored))


def rehearsing(world: World, one: OnePolicy) -> Prepared | None:
    """The same, which NPM also accepts and gets right; None if there is none, or nothing to rehearse."""
    edits = [*_keeping(world, one.stored), *_rehearsing(world.npm)]
    found = _edited(one, edits)
    if found is None or not found.changes_today or refusals(found.policy, world.npm):
        return None
    return None if _is_faulty(found.policy, world.npm) else found


def _is_faulty(policy: NetworkPolicy, npm: AzureNpmProfile) -> bool:
    """Whether NPM still gets a peer wrong: on Windows it turns every negation of an egress rule round."""
    return any(
        isinstance(peer, SelectorPeer) and fault(peer, rule.direction, npm) is not None
        for rule in counting(policy)
        for peer, _ in rule.peers()
    )


_Edit = tuple[str, Callable[[NetworkPolicy], NetworkPolicy]]


def _edited(one: OnePolicy, edits: list[_Edit]) -> Prepared | None:
    policy = one.stored
    done: list[str] = []
    for what, edit in edits:
        after = edit(policy)
        if after != policy:
            policy = after
            done.append(what)
    if not done:
        return None
    of = one.written.metadata
    metadata = ObjectMeta(
        name=of.name,
        namespace=of.namespace,
        labels=kept_labels(of.labels),
        annotations=kept_annotations(of.annotations),
    )
    return Prepared(policy=replace(policy, metadata=metadata), edits=tuple(done))


def _keeping(world: World, stored: NetworkPolicy) -> list[_Edit]:
    edits: list[_Edit] = [
        (_UNDECLARED, _declared),
        (_PODS, lambda policy: _each(policy, lambda rule, _: (_with_pods(rule, world),))),
        (_NUMBERS, lambda policy: _each(policy, lambda rule, way: tuple(numbered(world, stored, rule, way)))),
        (_ANCHORED, lambda policy: _each(policy, lambda rule, way: (_anchored(rule, way, world.npm),))),
    ]
    if doubts_ranges(world.cilium):
        edits.append((_RANGES, lambda policy: _each(policy, lambda rule, _: (_listed(rule),))))
    return edits


def _rehearsing(npm: AzureNpmProfile) -> list[_Edit]:
    return [
        (_ACCEPTED, lambda policy: _each(policy, lambda rule, _: tuple(_accepted(rule)))),
        (_GUARDED, lambda policy: _each(policy, lambda rule, way: (_guarded(rule, way, npm),))),
    ]


def _declared(policy: NetworkPolicy) -> NetworkPolicy:
    types = policy.policy_types or ()
    return replace(
        policy,
        ingress=policy.ingress if "Ingress" in types else None,
        egress=policy.egress if "Egress" in types else None,
    )


def _each(policy: NetworkPolicy, edit: Callable[[Rule, Direction], tuple[Rule, ...]]) -> NetworkPolicy:
    """The policy with every rule replaced. A direction that loses all of its rules still isolates (`policyTypes`)."""

    def edited(rules: _Rules, direction: Direction) -> _Rules:
        return tuple(new for rule in rules or () for new in edit(rule, direction)) or None

    ingress, egress = edited(policy.ingress, Direction.INGRESS), edited(policy.egress, Direction.EGRESS)
    return replace(policy, ingress=ingress, egress=egress)


def _with_pods(rule: Rule, world: World) -> Rule:
    """Selectors for the pods that a block covers: the same pods to NPM, and to Cilium the only words for them."""
    added: list[Peer] = []
    for peer in rule.peers or ():
        if not isinstance(peer, IPBlock):
            continue
        asked = addresses_of(peer)
        cover = world.places.pods.cover(asked)
        if cover is Cover.ALL:
            added.append(_ALL_PODS)
        elif cover is Cover.SOME:
            covered = [one.pod for one in world.pods.having(asked)]
            added += peers_for(covered, world.pods) or ()
    peers = rule.peers or ()
    missing = [one for one in dict.fromkeys(added) if one not in peers]
    return replace(rule, peers=(*peers, *missing)) if missing else rule


def _listed(rule: Rule) -> Rule:
    if rule.ports is None:
        return rule
    return replace(rule, ports=tuple(dict.fromkeys(part for port in rule.ports for part in _single(port))))


def _single(port: Port) -> Iterator[Port]:
    first, last = port.port, port.end_port
    if not isinstance(first, int) or last is None or last - first >= MOST:
        yield port
        return
    for number in range(first, last + 1):
        yield replace(port, port=number, end_port=None)


def _accepted(rule: Rule) -> Iterator[Rule]:
    """The rule without what is not IPv4, and with the usual spelling; gone, if nobody is left of its peers."""
    if not rule.peers:
        yield rule
        return
    peers = tuple(_usual(peer) if isinstance(peer, IPBlock) else peer for peer in rule.peers)
    kept = tuple(peer for peer in peers if peer is not None)
    if kept:
        yield replace(rule, peers=kept) if kept != rule.peers else rule


def _usual(block: IPBlock) -> IPBlock | None:
    outer = cidr.lenient(block.cidr)
    if outer is None or outer.version != 4:
        return None
    inner = [found for text in block.except_ or () if (found := cidr.lenient(text)) is not None]
    spelled = block.cidr if cidr.strict(block.cidr) is not None and outer.network.prefixlen else cidr.usual_form(outer)
    excepted = tuple(cidr.usual_form(one) for one in inner) or None
    if block.except_ is not None and all(cidr.strict(text) is not None for text in block.except_):
        excepted = block.except_
    return replace(block, cidr=spelled, except_=excepted)


def _guarded(rule: Rule, direction: Direction, npm: AzureNpmProfile) -> Rule:
    if not rule.peers:
        return rule
    peers = tuple(
        _single_values(peer) if isinstance(peer, SelectorPeer) and fault(peer, direction, npm) is not None else peer
        for peer in rule.peers
    )
    return replace(rule, peers=peers) if peers != rule.peers else rule


def _anchored(rule: Rule, direction: Direction, npm: AzureNpmProfile) -> Rule:
    """A peer that is only negative, beside the name that every namespace has: without it, Cilium also covers nodes."""
    peers = tuple(
        _single_values(peer)
        if isinstance(peer, SelectorPeer) and is_negative(peer) and fault(peer, direction, npm) is None
        else peer
        for peer in rule.peers or ()
    )
    return replace(rule, peers=peers) if rule.peers and peers != rule.peers else rule


def is_negative(peer: SelectorPeer) -> bool:
    """Whether a peer selects namespaces, and only says what it is not."""
    if peer.namespace_selector is None or peer.namespace_selector.selects_all:
        return False
    every = (*peer.namespace_selector.requirements, *(peer.pod_selector or LabelSelector()).requirements)
    return all(one.operator in (Operator.NOT_IN, Operator.DOES_NOT_EXIST) for one in every)


def _single_values(peer: SelectorPeer) -> SelectorPeer:
    """One `NotIn` for each value, which NPM joins by "and", beside the name that every namespace has."""
    asked = peer.namespace_selector or LabelSelector()
    parted: list[Requirement] = []
    for one in asked.match_expressions or ():
        if one.operator is Operator.NOT_IN:
            parted += [replace(one, values=(value,)) for value in dict.fromkeys(one.values or ())]
        else:
            parted.append(one)
    return replace(peer, namespace_selector=replace(asked, match_expressions=(_NAMED, *parted)))
