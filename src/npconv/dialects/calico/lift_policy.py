"""A Calico policy -> an IR policy: whom it selects, and its rules in the directions that it governs.

Source: libcalico-go/lib/backend/syncersv1/updateprocessors/{,global}networkpolicyprocessor.go; facts 1.13, 3.3, 3.14.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from npconv.diagnostics.codes import calico_lift as codes
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.calico.defaults import types_of
from npconv.dialects.calico.lift_context import Context
from npconv.dialects.calico.lift_entity import has_blank_selector
from npconv.dialects.calico.lift_rule import rules_of
from npconv.dialects.calico.lift_subject import Subject, selector_is_void, subject_of
from npconv.dialects.calico.model import GlobalNetworkPolicy, NetworkPolicy, Policy, PolicyType
from npconv.dialects.calico.model_rule import Action
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.calico.placed import rules
from npconv.ir import policy as ir
from npconv.ir.policy import Direction, PolicyName, Section

DIRECTIONS: Final = {PolicyType.INGRESS: Direction.INGRESS, PolicyType.EGRESS: Direction.EGRESS}

_TRAFFIC: Final = {
    "doNotTrack": "untracked traffic",
    "preDNAT": "traffic before DNAT",
    "applyOnForward": "forwarded traffic",
}


def name_of(policy: Policy) -> PolicyName:
    """How people name a policy. A NetworkPolicy without a namespace is of `default`, as clients have it."""
    match policy:
        case NetworkPolicy(metadata=metadata):
            return PolicyName("NetworkPolicy", metadata.namespace or "default", metadata.name)
        case GlobalNetworkPolicy(metadata=metadata):
            return PolicyName("GlobalNetworkPolicy", "", metadata.name)
        case _:
            assert_never(policy)


def policy_of(policy: Policy, hosts: Sequence[HostEndpoint], context: Context) -> ir.Policy | None:
    """What a policy means; None if it means nothing to pods, nor to a host's own traffic."""
    if _is_void(policy, context):
        context.findings.add(
            codes.POLICY_ABSENT,
            policy.origin,
            f"Calico drops {context.policy}: a blank selector makes it invalid",
            help="write an empty text or `all()`",
        )
        return None
    subject = subject_of(policy, context.policy.namespace, hosts, context.parse)
    if subject.could_be_host and not hosts:
        context.findings.share(
            codes.HOST_ENDPOINTS,
            "the cluster has no host endpoint",
            who=str(context.policy),
            origin=_selecting(policy),
            label="selects host endpoints too",
            help="include the HostEndpoint objects, or write `namespaceSelector: all()` if only pods are meant",
        )
    if isinstance(policy, GlobalNetworkPolicy) and not _is_normal(policy, subject, context):
        return None
    types = types_of(policy, context.profile)
    _remark_ignored(policy, types, context)
    sections = tuple(
        Section(
            direction=DIRECTIONS[one],
            isolates=True,
            rules=tuple(
                lifted
                for placed in rules(policy, one)
                for lifted in rules_of(placed.rule, DIRECTIONS[one], context, placed.origin)
            ),
        )
        for one in types
    )
    return ir.Policy(name=context.policy, subject=subject.condition, sections=sections, origin=policy.origin)


def _is_normal(policy: GlobalNetworkPolicy, subject: Subject, context: Context) -> bool:
    """Whether a policy acts where pods and a host's own processes are policed; says what else is lost.

    Pods never feel `doNotTrack` and `preDNAT` policies, and `applyOnForward` changes nothing for them.
    """
    fields = {"doNotTrack": policy.do_not_track, "preDNAT": policy.pre_dnat, "applyOnForward": policy.apply_on_forward}
    written = [name for name, value in fields.items() if value]
    if not written:
        return True
    normal = written == ["applyOnForward"]
    if subject.hosts or not normal:
        effect = Effect.INERT
        if subject.hosts:
            effect = Effect.WIDENS if normal else _effect(policy, context)
        hosts = ", ".join(f"`{name}`" for name in subject.hosts)
        context.findings.add(
            codes.HOST_STAGE,
            below(policy.origin, "spec", written[0]),
            f"what `{written[0]}` does to {_TRAFFIC[written[0]]} of hosts is left out",
            notes=(f"it selects the host endpoints {hosts}",) if hosts else ("no host endpoint is selected",),
            help="keep the host's own firewall for it" if hosts else "",
            effect=effect,
        )
    return normal


def _effect(policy: GlobalNetworkPolicy, context: Context) -> Effect:
    """What leaving out a doNotTrack or preDNAT policy does: its Allow bypasses later policies, its Deny is final.

    Its tier never ends in Deny on these paths (facts 3.14).
    """
    types = types_of(policy, context.profile)
    actions = {one.rule.action for one in rules(policy, *types)}
    found = Effect.INERT
    if Action.ALLOW in actions:
        found |= Effect.NARROWS
    if Action.DENY in actions:
        found |= Effect.WIDENS
    return found


def _selecting(policy: Policy) -> Origin | None:
    """Where it says whom a policy selects."""
    by_namespace = isinstance(policy, GlobalNetworkPolicy) and policy.namespace_selector and not policy.selector
    return policy.origin.at("spec", "namespaceSelector" if by_namespace else "selector") if policy.origin else None


def _is_void(policy: Policy, context: Context) -> bool:
    """Whether a blank selector, of the policy or of any of its rules, makes Felix drop the policy."""
    namespace = context.policy.namespace
    return selector_is_void(policy) or any(
        has_blank_selector(rule, namespaced=bool(namespace))
        for rule in (*(policy.ingress or ()), *(policy.egress or ()))
    )


def _remark_ignored(policy: Policy, types: Sequence[PolicyType], context: Context) -> None:
    for one in DIRECTIONS:
        first = None if one in types else next(rules(policy, one), None)
        if first is not None:
            context.findings.add(
                codes.RULES_IGNORED,
                first.origin,
                f"{one.value.lower()} rules of {context.policy} are ignored: its `types` leave the direction out",
                help=f"add `{one.value}` to `types`, or remove the rules",
            )
