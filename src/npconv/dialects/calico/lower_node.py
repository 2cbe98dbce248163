"""The pod's own node in the source -> what Calico, which always lets it in, makes of that (facts/calico.md 3.13)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from npconv.diagnostics.codes import calico_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import ALWAYS, NEVER, Condition, both
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, TierEnd
from npconv.lowering.losses import Loss
from npconv.lowering.subjects import covered
from npconv.lowering.views import seen_as


def node_losses(policies: PolicySet, written: Collection[PolicyName], cluster: str, limit: int) -> tuple[Loss, ...]:
    """What the source does about own nodes that Calico does otherwise."""
    return (*_shut_out(policies, cluster, limit), *_let_out(policies, written, cluster))


def _shut_out(policies: PolicySet, cluster: str, limit: int) -> Iterator[Loss]:
    """Whatever denies a pod's own node its way in, before something lets it in altogether."""
    let_in: list[Condition] = []
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
                    let_in.append(subject)
                elif rule.action is Action.DENY and not covered(subject, let_in, limit):
                    message = "the pod's own node gets through: Calico never denies it"
                    yield _loss(policy, Direction.INGRESS, rule, message)
            if section.isolates and tier.end is TierEnd.DENY:
                isolating.append((policy, selected))
        for policy, subject in isolating:
            if not covered(subject, let_in, limit):
                message = "the pod's own node gets through, though no rule allows it: Calico never denies it"
                yield _loss(policy, Direction.INGRESS, None, message)


def _loss(policy: Policy, direction: Direction, rule: Rule | None, message: str) -> Loss:
    return Loss(
        code=codes.FROM_OWN_NODE,
        effect=Effect.WIDENS,
        policy=policy,
        direction=direction,
        rule=rule,
        message=message,
    )


def _let_out(policies: PolicySet, written: Collection[PolicyName], cluster: str) -> Iterator[Loss]:
    """What the source's engine lets out to the own node by itself, if any policy isolates or denies on egress."""
    closes = any(
        policy.name in written and (section.isolates or any(rule.action is Action.DENY for rule in section.rules))
        for tier in policies.tiers
        for policy in tier.policies
        for section in policy.sections
        if section.direction is Direction.EGRESS
    )
    for tier in policies.tiers if closes else ():
        for policy in tier.policies:
            section = policy.section(Direction.EGRESS)
            if policy.name in written or section is None:
                continue
            for rule in section.rules:
                if rule.action is Action.ALLOW and seen_as(rule.peer, Kind.HOST, cluster) != NEVER:
                    yield Loss(
                        code=codes.OWN_NODE_OUT,
                        effect=Effect.NARROWS,
                        policy=policy,
                        direction=Direction.EGRESS,
                        rule=rule,
                        message="pods that are isolated for egress do not reach their own node",
                    )
