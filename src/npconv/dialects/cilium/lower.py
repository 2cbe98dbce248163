"""IR -> Cilium model: one document per policy, allows and denies without order, isolation by default deny."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import product
from types import MappingProxyType
from typing import TypeVar

from npconv.dataclass import dataclass
from npconv.dialects.cilium import lower_entries as entries
from npconv.dialects.cilium.forms import also_matched, extended, splitter
from npconv.dialects.cilium.lower_own_node import keep_out
from npconv.dialects.cilium.lower_selectors import Writing, halved, subjects
from npconv.dialects.cilium.model import (
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumPolicy,
    EgressRule,
    EnableDefaultDeny,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.profile import AllowLocalhost, CIDRMatch, CiliumProfile
from npconv.dialects.cilium.say import target
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.policy import Direction, PolicySet
from npconv.lowering import closing
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube, covers
from npconv.lowering.denies import Unordered
from npconv.lowering.isolate import Isolated, isolated
from npconv.lowering.tiers import Bounds, Isolation, Ordered, join
from npconv.source.object_meta import ObjectMeta

PIECES = 256
"""The most pieces that one rule may be cut into (`--max-pieces`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """Cilium policies, each with the source policy it comes from, and what happened on the way, per direction.

    The policies are made one by one as somebody takes them, once: all of them at once are several times their text.
    """

    objects: Iterator[tuple[CiliumPolicy, ir.Policy]]
    joined: Mapping[Direction, Ordered]
    settled: Mapping[Direction, Unordered]


def lower(
    policies: PolicySet,
    profile: CiliumProfile,
    plan: AddressPlan,
    *,
    names: Mapping[ir.PolicyName, ObjectMeta],
    groups: Mapping[Addresses, str] = MappingProxyType({}),
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in Cilium's words, exactly where these can, narrower elsewhere (design, section 4).

    `groups` names CIDR groups that may stand for what they hold; the caller writes those that are used.
    `names` gives every policy that is to be written its metadata; policies without one are built into the source's
    engine, and Cilium has the same behaviour built in (the own node reaches its pods).
    """
    joined: dict[Direction, Ordered] = {}
    settled: dict[Direction, Unordered] = {}
    for direction in Direction:
        split = splitter(plan, direction, extended(profile), also_matched(profile, plan))
        bounds = Bounds(split, target(profile, also_matched(profile, plan)), pieces)
        found = join(policies, direction, bounds)
        found = found if profile.non_default_deny else isolated(found, bounds)
        joined[direction], settled[direction] = closing.settled(found, bounds)
        if direction is Direction.INGRESS and profile.allow_localhost is AllowLocalhost.ALWAYS:
            keep_out(joined[direction], settled[direction], bounds.target, pieces)
        if not profile.non_default_deny:
            settled[direction].allows = _where_isolated(settled[direction].allows, joined[direction].isolations)
    own = {
        direction: _Own(
            _by_policy(settled[direction].allows),
            _by_policy(settled[direction].denies),
            _by_policy(joined[direction].isolations),
        )
        for direction in Direction
    }
    named: dict[ir.PolicyName, list[ir.Policy]] = {}
    for tier in policies.tiers:
        for policy in tier.policies:
            named.setdefault(policy.name, []).append(policy)  # denies and allows of one object, or its several rules
    written = (
        (document, parts[0])
        for name, parts in named.items()
        if (metadata := names.get(name)) is not None
        and (document := _document(parts, metadata, own, groups, profile)) is not None
    )
    return Lowered(objects=written, joined=joined, settled=settled)


_Item = TypeVar("_Item", Clause, Isolation)


@dataclass(slots=True)
class _Part:
    """One direction of a rule of the output."""

    isolates: bool = False
    allows: list[Clause] = field(default_factory=list)
    denies: list[Clause] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.isolates or self.allows or self.denies)

    @property
    def is_bare(self) -> bool:
        """Whether it only isolates: an empty entry says so, and allows nothing."""
        return self.isolates and not self.allows and not self.denies


@dataclass(frozen=True, slots=True)
class _Own:
    """What belongs to each policy in one direction, by the policy's identity."""

    allows: Mapping[int, Sequence[Clause]]
    denies: Mapping[int, Sequence[Clause]]
    isolations: Mapping[int, Sequence[Isolation]]


def _by_policy(items: Iterable[_Item]) -> dict[int, list[_Item]]:
    found: dict[int, list[_Item]] = {}
    for one in items:
        found.setdefault(id(one.policy), []).append(one)
    return found


def _document(
    policies: Sequence[ir.Policy],
    metadata: ObjectMeta,
    own: Mapping[Direction, _Own],
    groups: Mapping[Addresses, str],
    profile: CiliumProfile,
) -> CiliumPolicy | None:
    parts: dict[Cube, dict[Direction, _Part]] = {}
    for policy, (direction, found) in product(policies, own.items()):
        for clause in found.allows.get(id(policy), ()):
            _part(parts, clause.box.subject, direction).allows.append(clause)
        for clause in found.denies.get(id(policy), ()):
            _part(parts, clause.box.subject, direction).denies.append(clause)
    for policy, (direction, found) in product(policies, own.items()):
        for isolation in found.isolations.get(id(policy), ()):
            _part(parts, isolation.subject, direction).isolates = True
            for cube, by in parts.items():
                if direction in by and covers(isolation.subject, cube):
                    by[direction].isolates = True
    if not profile.non_default_deny:  # every rule isolates, and is about isolated subjects alone
        for by in parts.values():
            for part in by.values():
                part.isolates = True
    cluster = profile.cluster_name if profile.scopes_to_local_cluster else ""
    by_pods = CIDRMatch.PODS in profile.cidr_match and not profile.ipv6
    writing = Writing(metadata.namespace, groups, cluster, halved(profile), by_pods)
    rules = tuple(rule for cube, by in parts.items() for rule in _rules(cube, by, writing))
    if not rules:
        return None
    kind = CiliumNetworkPolicy if metadata.namespace else CiliumClusterwideNetworkPolicy
    if len(rules) == 1:
        return kind(metadata=metadata, spec=rules[0])
    return kind(metadata=metadata, specs=rules)


def _where_isolated(allows: Iterable[Clause], isolations: list[Isolation]) -> list[Clause]:
    """Allows for the subjects that need one: where `enableDefaultDeny` has no effect, an Allow for others isolates."""
    known = Isolated(isolations, PIECES)
    return [
        clause.over(clause.box.having("subject", subject))
        for clause in allows
        for subject in known.parts(clause.box.subject)
    ]


def _part(parts: dict[Cube, dict[Direction, _Part]], subject: Cube, direction: Direction) -> _Part:
    return parts.setdefault(subject, {}).setdefault(direction, _Part())


def _rules(subject: Cube, by: Mapping[Direction, _Part], writing: Writing) -> Iterable[Rule]:
    ingress, egress = by.get(Direction.INGRESS, _Part()), by.get(Direction.EGRESS, _Part())
    if ingress.is_empty and egress.is_empty:
        return
    not_isolating = EnableDefaultDeny(
        ingress=False if not ingress.isolates and not ingress.is_empty else None,
        egress=False if not egress.isolates and not egress.is_empty else None,
    )
    rule = Rule(
        enable_default_deny=None if not_isolating == EnableDefaultDeny() else not_isolating,
        ingress=entries.ingress(ingress.allows, writing) or ((IngressRule(),) if ingress.is_bare else None),
        ingress_deny=entries.ingress_deny(ingress.denies, writing) or None,
        egress=entries.egress(egress.allows, writing) or ((EgressRule(),) if egress.is_bare else None),
        egress_deny=entries.egress_deny(egress.denies, writing) or None,
    )
    for selector in subjects(subject, writing.namespace):
        yield replace(rule, endpoint_selector=selector)
