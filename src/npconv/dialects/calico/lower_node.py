"""The pod's own node in the source -> what Calico, which always lets it in, makes of that (facts/calico.md 3.13)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from npconv.dialects.calico import lower_losses as losses
from npconv.dialects.calico.lower_policy import Shop
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, family
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, TierEnd
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.lowering.subjects import Subjects
from npconv.lowering.views import seen_as


def node_losses(policies: PolicySet, written: Collection[PolicyName], shop: Shop) -> tuple[Loss, ...]:
    """What the source's engine does about own nodes, or lets pass by itself, and Calico does otherwise."""
    dropped = _dropped(policies, written) if shop.profile.endpoint_to_host == "drop" else ()
    return (
        *_shut_out(policies, shop.cluster, shop.pieces),
        *dropped,
        *_let_pass(policies, written, shop.plan, shop.cluster),
    )


def _shut_out(policies: PolicySet, cluster: str, limit: int) -> Iterator[Loss]:
    """Whatever denies a pod's own node its way in, before something lets it in altogether."""
    let_in = Subjects(limit)
    for tier in policies.tiers:
        isolating: list[tuple[Policy, Condition]] = []
        for policy in tier.policies:
            section = policy.section(Direction.INGRESS)
            if section is None:
                continue
            selected = seen_as(policy.subject, Kind.POD, cluster)
            for rule in section.rules:
                subject = both(selected, seen_as(rule.subject, Kind.POD, cluster))
                peer = seen_as(rule.peer, Kind.HOST, cluster)
                if NEVER in (subject, peer, rule.traffic, rule.request):
                    continue
                if rule.action is Action.ALLOW and (peer, rule.traffic, rule.request) == (ALWAYS, ALWAYS, ALWAYS):
                    let_in.add(subject)
                elif rule.action is Action.DENY and not let_in.cover(subject):
                    yield losses.from_own_node(policy, rule)
            if section.isolates and tier.end is TierEnd.DENY:
                isolating.append((policy, selected))
        for policy, subject in isolating:
            if not let_in.cover(subject):
                yield losses.from_own_node(policy, None)


def _let_pass(policies: PolicySet, written: Collection[PolicyName], plan: AddressPlan, cluster: str) -> Iterator[Loss]:
    """What the source's engine lets pass by itself, where any policy isolates or denies in that direction."""
    closed = {
        section.direction
        for tier in policies.tiers
        for policy in tier.policies
        for section in policy.sections
        if policy.name in written and (section.isolates or any(rule.action is Action.DENY for rule in section.rules))
    }
    for tier in policies.tiers:
        for policy in tier.policies:
            for section in policy.sections if policy.name not in written else ():
                for rule in section.rules if section.direction in closed else ():
                    if rule.action is Action.ALLOW and not (plan.only_v4 and rule.traffic == family(Family.V6)):
                        yield from _not_written(policy, rule, section.direction, cluster)


def _not_written(policy: Policy, rule: Rule, direction: Direction, cluster: str) -> Iterator[Loss]:
    if any(seen_as(rule.peer, one, cluster) != NEVER for one in (Kind.POD, Kind.REMOTE_NODE, Kind.OUTSIDE)):
        yield losses.built_in(policy, rule, direction)
    elif direction is Direction.EGRESS and seen_as(rule.peer, Kind.HOST, cluster) != NEVER:
        yield losses.to_own_node(policy, rule, "pods that are isolated for egress do not reach their own node")


def _dropped(policies: PolicySet, written: Collection[PolicyName]) -> Iterator[Loss]:
    """Whatever pods send to their own node, said once, at the first policy: the cluster drops it, and no policy."""
    own = [policy for tier in policies.tiers for policy in tier.policies if policy.name in written]
    for policy in own[:1]:
        yield losses.dropped(policy)
