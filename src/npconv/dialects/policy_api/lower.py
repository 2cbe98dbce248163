"""IR -> ClusterNetworkPolicies: ordered rules in two tiers, with isolation said as a Deny at the end.

The policy API has order, Deny and Pass, and no isolation: a flow that no rule decides goes on, and in the end passes.
What isolates in the source becomes a rule that denies everything, after everything that its tier allows. Ingress from
outside of the cluster cannot be denied at all, for `from` names pods only (facts/k8s_np.md 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, groupby

from npconv.dataclass import dataclass
from npconv.dialects.policy_api import lower_losses as losses
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lower_ends import Ends
from npconv.dialects.policy_api.lower_policy import Draft, Drafts, Shop, drafts
from npconv.dialects.policy_api.lower_tiers import Split, split
from npconv.dialects.policy_api.model import ClusterNetworkPolicy, Tier
from npconv.ir import policy as ir
from npconv.ir.condition import NEVER
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, PolicySet, TierEnd
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss, once
from npconv.lowering.together import together
from npconv.lowering.views import seen_as
from npconv.source.object_meta import ObjectMeta

PIECES = 256
"""The most rules that one rule may become (`--max-pieces`)."""

LAST_PRIORITY = 1000
STEP = 10
_LONGEST = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """ClusterNetworkPolicies, each with the source policy that it comes from, and what was lost."""

    objects: tuple[tuple[ClusterNetworkPolicy, ir.Policy], ...]
    losses: tuple[Loss, ...]


def lower(
    policies: PolicySet,
    plan: AddressPlan,
    *,
    names: Mapping[ir.PolicyName, ObjectMeta],
    after: Sequence[ir.Tier] | None = None,
    networks_outside: bool = False,
    channel: Channel = Channel.STANDARD,
    cluster: str = "default",
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in ClusterNetworkPolicies as the API means them (`semantics.meaning.KUBERNETES`).

    The set is about pods (`lowering.hosts.pods_only`). `names` gives every policy that is to be written its metadata;
    of those without (built into the source's engine), what isolates pods is written under its own name. `cluster` is
    what the source's engine calls the cluster. Where NetworkPolicies say the rest, `policies` come before them and
    `after` behind them; else the tiers are cut where that is exact. `networks_outside`: the engine takes `networks`
    for what is outside of the cluster alone.
    """
    shop = Shop(
        plan=plan,
        channel=channel,
        cluster=cluster,
        pieces=pieces,
        closed_behind=after is not None,
        networks_outside=networks_outside,
    )
    tiers = (*policies.tiers, *(after or ()))
    metadata = {policy.name: _own(policy, tier, names) for tier in tiers for policy in tier.policies}

    def joined(listed: Sequence[ir.Tier]) -> tuple[ir.Tier, ...]:
        return together(listed, lambda one: seen_as(one, Kind.POD, cluster), pieces)

    met = (*joined(policies.tiers), *joined(after or ()))
    cut = split(tuple(_written(met, metadata)))
    if after is not None:
        before = tuple(_written(joined(policies.tiers), metadata))
        cut = Split(admin=len(before), tiers=(*before, *_written(joined(after), metadata)))
    written = {name for name, own in metadata.items() if own is not None}
    lost = list(losses.built_in(met, written, only_v4=plan.only_v4, cluster=cluster))
    made: dict[Tier, list[Draft]] = {tier: [] for tier in Tier}
    for index, tier in enumerate(cut.tiers):
        found = _tier(tier, shop, cut.passes(index))
        made[Tier.ADMIN if index < cut.admin else Tier.BASELINE] += found.drafts
        lost += found.losses
    objects: list[tuple[ClusterNetworkPolicy, ir.Policy]] = []
    taken: set[str] = set()
    for target, listed in made.items():
        for draft, priority in zip(listed, _priorities(listed), strict=False):
            meta = metadata[draft.policy.name] or ObjectMeta(name=draft.policy.name.name)
            objects.append((_built(draft, target, priority, _named(meta, taken)), draft.policy))
        lost += [losses.beyond(draft.policy, LAST_PRIORITY) for draft in listed[LAST_PRIORITY + 1 :]]
    return Lowered(objects=tuple(objects), losses=once(lost))


def _own(policy: ir.Policy, tier: ir.Tier, names: Mapping[ir.PolicyName, ObjectMeta]) -> ObjectMeta | None:
    isolates = tier.end is TierEnd.DENY and any(section.isolates for section in policy.sections)
    made = ObjectMeta(name=policy.name.name) if isolates and seen_as(policy.subject, Kind.POD) != NEVER else None
    return names.get(policy.name) or made


def _written(tiers: Sequence[ir.Tier], metadata: Mapping[ir.PolicyName, ObjectMeta | None]) -> Iterator[ir.Tier]:
    """The tiers without built-in policies."""
    for tier in tiers:
        kept = tuple(one for one in tier.policies if metadata[one.name] is not None)
        if kept:
            yield replace(tier, policies=kept)


def _tier(tier: ir.Tier, shop: Shop, passes: Action) -> Drafts:
    """The policies of a tier. One that isolates closes itself, unless a later policy still lets its pods through."""
    found: list[Draft] = []
    lost: list[Loss] = []
    late: list[tuple[ir.Policy, frozenset[Direction]]] = []
    ends = {direction: Ends(tier, direction, shop) for direction in Direction}
    for index, policy in enumerate(tier.policies):
        isolates = frozenset(
            one.direction
            for one in policy.sections
            if one.isolates and tier.end is TierEnd.DENY and not ends[one.direction].decided(index)
        )
        early = frozenset(one for one in isolates if not ends[one].opened(index))
        one = drafts(policy, shop, passes=passes, closed=early)
        found += one.drafts
        lost += one.losses
        if isolates - early and not any(loss.refused for loss in one.losses):
            late.append((policy, isolates - early))
    for policy, closed in late:
        bare = replace(policy, sections=())
        one = drafts(bare, shop, passes=passes, closed=closed)
        found += (replace(draft, policy=policy) for draft in one.drafts)
        lost += (replace(loss, policy=policy) for loss in one.losses)
    return Drafts(tuple(found), tuple(lost))


def _priorities(listed: Sequence[Draft]) -> Iterator[int]:
    """Ten apart, with what one policy was split into at consecutive ones; without gaps where there are too many."""
    groups = [len(list(group)) for _, group in groupby(listed, key=lambda one: id(one.policy))]
    if STEP * len(groups) <= LAST_PRIORITY and all(size <= STEP for size in groups):
        yield from (STEP * number + part for number, size in enumerate(groups, 1) for part in range(size))
    else:
        yield from range(min(len(listed), LAST_PRIORITY + 1))


def _built(draft: Draft, tier: Tier, priority: int, metadata: ObjectMeta) -> ClusterNetworkPolicy:
    return ClusterNetworkPolicy(
        metadata=metadata,
        tier=tier,
        priority=priority,
        subject=draft.subject,
        ingress=draft.ingress or None,
        egress=draft.egress or None,
        origin=draft.policy.origin,
    )


def _named(meta: ObjectMeta, taken: set[str]) -> ObjectMeta:
    """The API's policies have no namespace: it becomes the first part of the name."""
    base = f"{meta.namespace}.{meta.name}"[:_LONGEST] if meta.namespace else meta.name
    numbered = (base if number == 1 else f"{base[: _LONGEST - 5]}-{number}" for number in count(1))
    name = next(one for one in numbered if one not in taken)
    taken.add(name)
    return ObjectMeta(name=name, labels=meta.labels, annotations=meta.annotations)
