"""ClusterNetworkPolicy and its forerunners -> IR, in the order in which one engine asks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, assert_never

from npconv.diagnostics.codes import engines as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.policy_api import lift_rules
from npconv.dialects.policy_api.forms import form_of
from npconv.dialects.policy_api.lifted import Lifted
from npconv.dialects.policy_api.model import (
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    Namespaces,
    Pods,
    Policy,
    Subject,
    Tier,
)
from npconv.dialects.policy_api.ties import ties
from npconv.ir import policy as ir
from npconv.ir.condition import Condition, both
from npconv.semantics import selectors
from npconv.semantics.meaning import KUBERNETES, EngineMeaning

_RANKS: Final = {ir.Action.DENY: 0, ir.Action.ALLOW: 1, ir.Action.PASS: 2, ir.Action.LOG: 3}


def lift(policies: Sequence[Policy], meaning: EngineMeaning) -> Lifted:
    """What the policies mean to the engine. None of them isolates: a flow that none decides goes on.

    Lower priorities come first; among equals the name decides, or, where the engine has it so, the number of the
    rule and then Deny before Accept before Pass (Cilium: oracle case 80j). Upstream leaves that choice undefined.
    """
    refused = [finding for policy in policies if (finding := _refusal(policy, meaning)) is not None]
    kept = [policy for policy in policies if _refusal(policy, meaning) is None]
    priorities = {_name(policy): priority_of(policy) for policy in kept}
    admin, baseline = (_tier([one for one in kept if tier_of(one) is tier], meaning) for tier in Tier)
    open_ = [
        finding
        for tier in (admin, baseline)
        if meaning.name == KUBERNETES.name  # engines have an order
        for finding in ties(tier, [priorities[one.name] for one in tier])
    ]
    return Lifted(
        admin=admin, baseline=baseline, priorities=priorities, diagnostics=(*refused, *_misread(kept, meaning), *open_)
    )


def tier_of(policy: Policy) -> Tier:
    """The tier of a policy of any kind."""
    match policy:
        case ClusterNetworkPolicy():
            return policy.tier
        case AdminNetworkPolicy():
            return Tier.ADMIN
        case BaselineAdminNetworkPolicy():
            return Tier.BASELINE
        case _:
            assert_never(policy)


def priority_of(policy: Policy) -> int:
    """Its priority; a cluster has one BaselineAdminNetworkPolicy, which needs none."""
    match policy:
        case ClusterNetworkPolicy() | AdminNetworkPolicy():
            return policy.priority
        case BaselineAdminNetworkPolicy():
            return 0
        case _:
            assert_never(policy)


def _tier(policies: Sequence[Policy], meaning: EngineMeaning) -> tuple[ir.Policy, ...]:
    found: list[ir.Policy] = []
    for _, group in groupby(sorted(policies, key=_order), key=priority_of):
        tied = list(group)
        if len(tied) > 1 and meaning.ties_deny_first:
            found += _interleaved(tied, meaning)
        else:
            found += [_policy(policy, meaning) for policy in tied]
    return tuple(found)


def _order(policy: Policy) -> tuple[int, str]:
    return priority_of(policy), policy.metadata.name


def _policy(policy: Policy, meaning: EngineMeaning) -> ir.Policy:
    sections = tuple(
        ir.Section(
            direction=direction,
            isolates=False,
            rules=tuple(one for rule in rules for one in lift_rules.lift(rule, direction, meaning)),
        )
        for direction, rules in (
            (ir.Direction.INGRESS, policy.ingress or ()),
            (ir.Direction.EGRESS, policy.egress or ()),
        )
        if rules
    )
    return _named(policy, sections, meaning)


def _interleaved(tied: Sequence[Policy], meaning: EngineMeaning) -> list[ir.Policy]:
    """The policies of one priority, cut into policies of one rule: first rules first, and of these the denies first."""
    cut = [
        (index, _RANKS[one.action], _named(policy, (_alone(direction, one),), meaning))
        for policy in tied
        for direction, rules in (
            (ir.Direction.INGRESS, policy.ingress or ()),
            (ir.Direction.EGRESS, policy.egress or ()),
        )
        for index, rule in enumerate(rules)
        for one in lift_rules.lift(rule, direction, meaning)
    ]
    return [policy for _, _, policy in sorted(cut, key=lambda one: one[:2])]


def _alone(direction: ir.Direction, rule: ir.Rule) -> ir.Section:
    return ir.Section(direction=direction, isolates=False, rules=(rule,))


def _named(policy: Policy, sections: tuple[ir.Section, ...], meaning: EngineMeaning) -> ir.Policy:
    return ir.Policy(
        name=_name(policy), subject=_subject(policy.subject, meaning), sections=sections, origin=policy.origin
    )


def _name(policy: Policy) -> ir.PolicyName:
    return ir.PolicyName(form_of(policy).kind, "", policy.metadata.name)


def _subject(subject: Subject, meaning: EngineMeaning) -> Condition:
    match subject:
        case Namespaces(selector=selector):
            return both(meaning.subjects, selectors.namespaces(selector))
        case Pods(pod_selector=pods, namespace_selector=namespaces):
            return both(
                meaning.subjects,
                selectors.in_some_namespace() if namespaces is None else selectors.namespaces(namespaces),
                selectors.pods(pods, meaning),
            )
        case _:
            assert_never(subject)


def _misread(policies: Sequence[Policy], meaning: EngineMeaning) -> Iterator[Diagnostic]:
    """A note for every rule that the engine closes, since it cannot do with a part of it, or reads without a part."""
    for policy in policies:
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            closed = lift_rules.closed(rule, meaning)
            reason = closed or lift_rules.overlooked(rule, meaning)
            if reason is not None:
                yield Diagnostic(
                    code=codes.PORT_OVERLOOKED if closed is None else codes.RULE_CLOSED,
                    message=f"{meaning.name} {reason.text}",
                    origin=reason.origin or rule.origin,
                    help=reason.help,
                )


def _refusal(policy: Policy, meaning: EngineMeaning) -> Diagnostic | None:
    """Why the engine drops the whole policy, if it does."""
    for rule in policy.egress or ():
        reason = lift_rules.refusal(rule, meaning)
        if reason is not None:
            label = f"{form_of(policy).kind}/{policy.metadata.name}"
            return Diagnostic(
                code=codes.POLICY_DROPPED,
                message=f"{meaning.name} drops `{label}`: {reason.text}",
                origin=reason.origin or rule.origin or policy.origin,
                help=reason.help,
            )
    return None
