"""What happened while lowering to ClusterNetworkPolicies -> losses, each with the flows that it may change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import kubernetes_losses
from npconv.diagnostics.codes import losses as shared_codes
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.policy_api.lift_rules import lift
from npconv.dialects.policy_api.model import Rule
from npconv.ir import policy as ir
from npconv.ir.condition import NEVER, Condition, both, family, kind
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import Action, Direction, TierEnd
from npconv.lowering import losses
from npconv.lowering.losses import Loss, Reach
from npconv.lowering.sayable import Unsayable
from npconv.lowering.views import seen_as
from npconv.semantics.meaning import KUBERNETES

NO_PODS: Final = kind(Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE)
"""Peers that no `from` can name."""


def left_out(rule: ir.Rule, subject: Condition) -> tuple[Reach, ...]:
    """What it may change to leave an Allow out, or a part of it: the flows of the Allow."""
    return (Reach(subject=subject, peer=rule.peer, traffic=rule.traffic, request=rule.request),)


def denied(written: Sequence[Rule], direction: Direction, subject: Condition) -> tuple[Reach, ...]:
    """What it may change that a Deny covers more: the flows of the Deny as it was written."""
    lifted = (one for rule in written for one in lift(rule, direction, KUBERNETES))
    return tuple(dict.fromkeys(Reach(subject=subject, peer=one.peer, traffic=one.traffic) for one in lifted))


def unsaid(
    reason: Unsayable,
    rule: ir.Rule,
    policy: ir.Policy,
    direction: Direction,
    reach: tuple[Reach, ...],
    *,
    widest: bool,
    kept: bool = False,
) -> Loss:
    """A condition of a rule that has no words here: an Allow is left out (`kept`: in part), a Deny covers more."""
    allow = "part of the Allow left out" if kept else "Allow left out"
    return Loss(
        code=reason.code,
        effect=Effect.NARROWS,
        policy=policy,
        direction=direction,
        rule=rule,
        message=f"{'Deny covers more than in the source' if widest else allow}: {reason.why}",
        reason=reason,
        reach=reach,
    )


def too_many_pieces(rule: ir.Rule, policy: ir.Policy, direction: Direction, reach: tuple[Reach, ...]) -> Loss:
    """A rule that became more rules than the bound."""
    instead = "it is left out" if rule.action is Action.ALLOW else "everything is denied instead"
    return Loss(
        code=codes.TOO_MANY,
        effect=Effect.NARROWS,
        policy=policy,
        direction=direction,
        rule=rule,
        message=f"{rule.action.value.capitalize()} rule needs too many pieces; {instead}",
        reach=reach,
    )


def passed(rule: ir.Rule, policy: ir.Policy, direction: Direction, reach: tuple[Reach, ...]) -> Loss:
    """A Pass that became a Deny."""
    return Loss(
        code=codes.PASSES,
        effect=Effect.NARROWS,
        policy=policy,
        direction=direction,
        rule=rule,
        message="flows are denied that the source passes on to another tier",
        reach=reach,
    )


def open_ingress(policy: ir.Policy, rule: ir.Rule | None) -> Loss:
    """What no `from` can name gets through: what the rule, or the isolation of the policy, denies of it."""
    if rule is None:
        reach = Reach(subject=policy.subject, peer=NO_PODS)
    else:
        subject = both(policy.subject, rule.subject)
        reach = Reach(subject=subject, peer=both(rule.peer, NO_PODS), traffic=rule.traffic, request=rule.request)
    return Loss(
        code=codes.INGRESS,
        effect=Effect.WIDENS,
        policy=policy,
        direction=Direction.INGRESS,
        rule=rule,
        message="ingress from nodes and from outside stays open: `from` selects pods only",
        reach=(reach,),
    )


def refused(policy: ir.Policy, message: str, reason: Unsayable | None = None) -> Loss:
    """A policy that cannot be written at all."""
    return losses.refused(policy, codes.REFUSED, message, reason)


def beyond(policy: ir.Policy, last: int) -> Loss:
    """A policy, or a part of one, for which no priority is left."""
    return replace(refused(policy, f"policy left out: no priority up to {last} is left for it"), code=codes.TOO_MANY)


def selects_nothing(policy: ir.Policy) -> Loss:
    """A policy for no pod."""
    return Loss(
        code=shared_codes.SELECTS_NOTHING,
        effect=Effect.INERT,
        policy=policy,
        direction=None,
        rule=None,
        message="policy left out: it selects no pod",
        refused=True,
    )


def built_in(
    tiers: Sequence[ir.Tier], written: Collection[ir.PolicyName], *, only_v4: bool, cluster: str
) -> Iterator[Loss]:
    """A loss for every rule that the source's engine has of itself, unless what it allows passes anyway."""
    for index, tier in enumerate(tiers):
        for policy in tier.policies:
            for section in policy.sections if policy.name not in written else ():
                for rule in section.rules:
                    if only_v4 and rule.traffic == family(Family.V6):
                        continue
                    peer = rule.peer
                    if section.direction is Direction.INGRESS:
                        if seen_as(peer, Kind.POD, cluster) == NEVER:
                            continue
                        peer = both(peer, kind(Kind.POD))
                    if rule.action is Action.ALLOW and not _closes(tiers[index:], section.direction, written):
                        continue
                    yield Loss(
                        code=kubernetes_losses.BUILT_IN,
                        effect=Effect.NARROWS if rule.action is Action.ALLOW else Effect.WIDENS,
                        policy=policy,
                        direction=section.direction,
                        rule=rule,
                        message=f"`{policy.name.name}` of the source's engine is not in the output",
                        reach=(Reach(subject=both(policy.subject, rule.subject), peer=peer, traffic=rule.traffic),),
                    )


def _closes(tiers: Sequence[ir.Tier], direction: Direction, written: Collection[ir.PolicyName]) -> bool:
    """Whether anything that is written denies in this direction."""
    return any(
        (section.isolates and tier.end is TierEnd.DENY) or any(rule.action is Action.DENY for rule in section.rules)
        for tier in tiers
        for policy in tier.policies
        if policy.name in written
        for section in policy.sections
        if section.direction is direction
    )
