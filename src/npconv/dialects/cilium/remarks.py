"""Cilium objects -> what is valid about them, and does not do what it looks like (facts/cilium.md 1.7 to 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import engines as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Path, below
from npconv.dialects.cilium import labels
from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumNetworkPolicy,
    CiliumObject,
    CiliumPolicy,
    EgressDenyRule,
    EgressRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.profile import CiliumProfile, Enforcement
from npconv.source.label_selector import LabelSelector, Operator


def remarks(objects: Sequence[CiliumObject], profile: CiliumProfile) -> Iterator[Diagnostic]:
    """The findings, object by object; none of them refuses anything."""
    usual: dict[int, bool] = {}
    for policy in objects:
        if isinstance(policy, CiliumCIDRGroup):
            continue
        if profile.enforcement is Enforcement.NEVER:
            yield _remark(
                codes.NO_EFFECT, policy.origin, "no policy is in force: Cilium runs with `enable-policy=never`"
            )
            continue
        for rule in policy.rules:
            yield from _of_rule(policy, rule, usual, profile)


def _of_rule(policy: CiliumPolicy, rule: Rule, usual: dict[int, bool], profile: CiliumProfile) -> Iterator[Diagnostic]:
    at = rule.origin or policy.origin
    if rule.node_selector is not None and not profile.host_firewall:
        yield _remark(
            codes.NO_EFFECT,
            below(at, "nodeSelector"),
            "policies for nodes are not in force: the host firewall is off",
            help="if it is on, say so: `cilium,enable-host-firewall=true`",
        )
    if not rule.entries:
        yield _remark(codes.NO_EFFECT, at, "a rule without any entry does nothing", help="`ingress: [{}]` denies")
    selector = rule.endpoint_selector
    if isinstance(policy, CiliumNetworkPolicy) and selector is not None and not _is_usual(selector, usual, profile):
        own = policy.metadata.namespace or "default"
        yield from _of_namespace(selector, own, rule.at("endpointSelector"))
    for one, path in _selectors(rule):
        if not _is_usual(one, usual, profile):
            yield from _of_labels(one, rule.at(*path), profile)
    for index, arriving in enumerate(rule.ingress or ()):
        yield from _of_parts(arriving, rule.at("ingress", index))
    for index, entry in enumerate(rule.egress or ()):
        yield from _of_parts(entry, rule.at("egress", index))
        yield from _of_empty_lists(entry, rule.at("egress", index))
    for index, denied in enumerate(rule.egress_deny or ()):
        yield from _of_services(denied, rule.at("egressDeny", index))


def _of_namespace(selector: LabelSelector, own: str, origin: Origin | None) -> Iterator[Diagnostic]:
    """A policy of a namespace selects there alone, whatever its selector says (oracle cases 30, 30b)."""
    for one in selector.requirements:
        source, name = labels.split_key(one.key)
        if name != labels.POD_NAMESPACE or one.operator is not Operator.IN or own in (one.values or ()):
            continue
        if source == labels.K8S and (selector.match_labels or ()) and one.key in dict(selector.match_labels or ()):
            yield _remark(
                codes.READ_OTHERWISE,
                below(origin, "matchLabels", one.key),
                f"the policy is for namespace `{own}`: Cilium puts that in the place of `{(one.values or ('',))[0]}`",
                help="write the policy into the other namespace",
            )
        else:
            yield _remark(
                codes.NO_EFFECT,
                origin,
                f"the rule selects nobody: it is for namespace `{own}`, and asks for another one",
                help="write the policy into the other namespace",
            )


def _is_usual(selector: LabelSelector, known: dict[int, bool], profile: CiliumProfile) -> bool:
    """Whether a selector, which is known by its identity, asks for no namespace, and for labels of identities alone."""
    found = known.get(id(selector))
    if found is None:
        found = known[id(selector)] = all(
            labels.is_identity_label(key, profile.labels) and labels.split_key(key)[1] != labels.POD_NAMESPACE
            for key in labels.keys_of(selector)
        )
    return found


def _of_labels(selector: LabelSelector, origin: Origin | None, profile: CiliumProfile) -> Iterator[Diagnostic]:
    """Labels that make no identity are on nobody, as far as Cilium sees (facts 1.7)."""
    for one in selector.requirements:
        if labels.is_identity_label(one.key, profile.labels):
            continue
        negative = one.operator in (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
        yield _remark(
            codes.READ_OTHERWISE,
            origin,
            f"`{one.key}` is no part of an identity: the requirement {'always' if negative else 'never'} holds",
            help="select by another label, or say which labels Cilium keeps: `cilium,labels=...`",
        )


def _selectors(rule: Rule) -> Iterator[tuple[LabelSelector, Path]]:
    if rule.endpoint_selector is not None:
        yield rule.endpoint_selector, ("endpointSelector",)
    yield from rule.endpoints()


def _of_parts(entry: IngressRule | EgressRule, origin: Origin | None) -> Iterator[Diagnostic]:
    """Empty lists of requests are no rules (`L7Rules.IsEmpty`, Len); ICMP type 0 becomes every type (71b)."""
    for number, part in enumerate(entry.to_ports or ()):
        for key in ("http", "dns", "kafka") if part.rules is not None else ():
            if getattr(part.rules, key) == ():
                yield _remark(
                    codes.READ_OTHERWISE,
                    below(origin, "toPorts", number, "rules", key),
                    f"an empty `{key}` is no rule: every request passes",
                    help="leave the entry out to allow nothing",
                )
    for index, icmp in enumerate(entry.icmps or ()):
        if any(one.number == 0 for one in icmp.fields or ()):
            yield _remark(
                codes.READ_OTHERWISE,
                below(origin, "icmps", index),
                "ICMP type 0 stands for every type in Cilium",
                help="replies need no rule: leave it out",
            )


def _of_empty_lists(entry: EgressRule, origin: Origin | None) -> Iterator[Diagnostic]:
    """Empty lists of what Cilium has to look up count as absent, and the ports are open to everybody (68c, 68f)."""
    if not (entry.to_ports or entry.icmps):
        return
    others = (entry.to_endpoints, entry.to_cidr, entry.to_cidr_set, entry.to_entities, entry.to_nodes)
    looked_up = (("toFQDNs", entry.to_fqdns), ("toGroups", entry.to_groups), ("toServices", entry.to_services))
    if any(one is not None for one in others) or any(found for _, found in looked_up):
        return
    for key, found in looked_up:
        if found is not None:
            yield _remark(
                codes.READ_OTHERWISE,
                below(origin, key),
                f"an empty `{key}` is nobody to look up, and everybody to Cilium: the ports are open to all",
                help="leave the entry out, or name somebody",
            )


def _of_services(entry: EgressDenyRule, origin: Origin | None) -> Iterator[Diagnostic]:
    if entry.to_services:
        what = "these ports are denied to everybody" if entry.to_ports or entry.icmps else "nothing is denied"
        yield _remark(
            codes.READ_OTHERWISE,
            below(origin, "toServices"),
            f"Cilium never looks up the services of a Deny: {what}",
            help="say the pods behind them with `toEndpoints`",
        )


def _remark(code: Code, origin: Origin | None, message: str, *, help: str = "") -> Diagnostic:
    return Diagnostic(code=code, message=message, origin=origin, help=help)
