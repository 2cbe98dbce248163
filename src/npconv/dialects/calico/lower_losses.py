"""What happened while lowering to Calico -> losses, each with the flows that it may change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import calico_losses as codes
from npconv.diagnostics.codes import losses as shared_codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.lift_context import Context
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_rule import rules_of
from npconv.dialects.calico.model_rule import Rule
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.condition import both, kind
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, PolicyName
from npconv.lowering import losses
from npconv.lowering.losses import Loss, Reach
from npconv.lowering.sayable import Unsayable

OWN_NODE: Final = kind(Kind.HOST)


def left_out(rule: ir.Rule, policy: ir.Policy) -> tuple[Reach, ...]:
    """What it may change to leave an Allow out, or a part of it: the flows of the Allow."""
    subject = both(policy.subject, rule.subject)
    return (Reach(subject=subject, peer=rule.peer, traffic=rule.traffic, request=rule.request),)


def denied(
    written: Iterable[Rule], policy: ir.Policy, direction: Direction, namespace: str, profile: CalicoProfile
) -> tuple[Reach, ...]:
    """What it may change that a Deny covers more: the flows of the Deny as it was written, in this namespace."""
    name = PolicyName(policy.name.kind, namespace, policy.name.name)
    context = Context(profile=profile, holders=(), findings=Findings(), policy=name)
    lifted = (one for rule in written for one in rules_of(rule, direction, context))
    return tuple(
        dict.fromkeys(
            Reach(subject=both(policy.subject, one.subject), peer=one.peer, traffic=one.traffic, request=one.request)
            for one in lifted
        )
    )


def unsaid(
    reason: Unsayable,
    rule: ir.Rule,
    policy: ir.Policy,
    direction: Direction,
    reach: tuple[Reach, ...],
    *,
    kept: bool,
) -> Loss:
    """A condition of a rule that has no words here: an Allow is left out (`kept`: in part), a Deny covers more."""
    if rule.action is Action.DENY:
        instead = "Deny covers more than in the source"
    else:
        instead = f"part of the {_name(rule)} left out" if kept else f"{_name(rule)} left out"
    found = _of_rule(rule, policy, direction, reach, f"{instead}: {reason.why}")
    return replace(found, code=reason.code, reason=reason)


def too_many_rules(rule: ir.Rule, policy: ir.Policy, direction: Direction, reach: tuple[Reach, ...]) -> Loss:
    """A rule that became more rules than the bound."""
    instead = "it is left out" if rule.action in (Action.ALLOW, Action.LOG) else "everything is denied instead"
    message = f"{_name(rule)} rule takes too many rules of Calico; {instead}"
    return _of_rule(rule, policy, direction, reach, message)


def passed(rule: ir.Rule, policy: ir.Policy, direction: Direction, reach: tuple[Reach, ...]) -> Loss:
    """A Pass that became a Deny."""
    message = "flows are denied that the source passes on: it cannot be said which"
    return replace(_of_rule(rule, policy, direction, reach, message), code=codes.PASSES)


def refused(policy: ir.Policy, message: str, reason: Unsayable | None = None) -> Loss:
    """A policy that cannot be written at all."""
    return losses.refused(policy, codes.REFUSED, message, reason)


def selects_nothing(policy: ir.Policy) -> Loss:
    """A policy for no pod."""
    lost = refused(policy, "policy left out: it selects no pod")
    return replace(lost, code=shared_codes.SELECTS_NOTHING, effect=Effect.INERT, reach=())


def isolates_more(policy: ir.Policy, made: ir.Policy) -> Loss:
    """A policy that isolates its pods in Calico only, since what would pass on the rest for these cannot be written."""
    return Loss(
        code=codes.TOO_MANY,
        effect=Effect.NARROWS,
        policy=policy,
        direction=made.sections[0].direction,
        rule=None,
        message="pods are isolated that the source does not isolate: to select these takes too many policies",
        reach=(Reach(subject=made.subject),),
    )


def from_own_node(policy: ir.Policy, rule: ir.Rule | None) -> Loss:
    """What the own node may send its pods, though the rule (or the isolation of the policy) denies it."""
    why = "" if rule is not None else ", though no rule allows it"
    return Loss(
        code=codes.FROM_OWN_NODE,
        effect=Effect.WIDENS,
        policy=policy,
        direction=Direction.INGRESS,
        rule=rule,
        message=f"the pod's own node gets through{why}: Calico never denies it",
        reach=(_of_own_node(policy, rule),),
    )


def to_own_node(policy: ir.Policy, rule: ir.Rule | None, message: str) -> Loss:
    """What pods may not send to their own node any more, as far as the rule goes, or the subject of the policy."""
    return Loss(
        code=codes.OWN_NODE_OUT,
        effect=Effect.NARROWS,
        policy=policy,
        direction=Direction.EGRESS,
        rule=rule,
        message=message,
        reach=(_of_own_node(policy, rule),),
    )


def dropped(policy: ir.Policy) -> Loss:
    """What any pod sends to its own node, where the target cluster drops all of that."""
    message = "no pod reaches its own node: `defaultEndpointToHostAction` of the target cluster drops that"
    return replace(to_own_node(policy, None, message), reach=(Reach(subject=kind(Kind.POD), peer=OWN_NODE),))


def built_in(policy: ir.Policy, rule: ir.Rule, direction: Direction) -> Loss:
    """What the source's engine lets pass of itself."""
    message = f"`{policy.name.name}` of the source's engine is not in the output"
    return replace(_of_rule(rule, policy, direction, left_out(rule, policy), message), code=codes.BUILT_IN)


def _of_rule(rule: ir.Rule, policy: ir.Policy, direction: Direction, reach: tuple[Reach, ...], message: str) -> Loss:
    is_log = rule.action is Action.LOG
    return Loss(
        code=codes.TOO_MANY,
        effect=Effect.INERT if is_log else Effect.NARROWS,
        policy=policy,
        direction=direction,
        rule=rule,
        message=message,
        reach=() if is_log else reach,
    )


def _of_own_node(policy: ir.Policy, rule: ir.Rule | None) -> Reach:
    if rule is None:
        return Reach(subject=policy.subject, peer=OWN_NODE)
    return Reach(
        subject=both(policy.subject, rule.subject),
        peer=both(rule.peer, OWN_NODE),
        traffic=rule.traffic,
        request=rule.request,
    )


def _name(rule: ir.Rule) -> str:
    return rule.action.value.capitalize()
