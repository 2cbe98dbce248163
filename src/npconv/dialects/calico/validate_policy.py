"""Calico policies, enforced and staged: what Calico refuses about them.

Sources: libcalico-go/lib/validator/v3/validator.go (`validateNetworkPolicySpec`, `validateGlobalNetworkPolicySpec`,
`validateStaged…`), CEL rules on the specs (api/config/crd), Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.calico.model import GlobalNetworkPolicy, Policy, PolicyType, Staged
from npconv.dialects.calico.model_kubernetes import StagedAction, StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_rule import Rule
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate_checks import Checks, Gate
from npconv.dialects.calico.validate_rule import rules
from npconv.source import cidr, label_selector
from npconv.source.by_value import REMEMBERED
from npconv.source.refusals import Refusals

_SPEC: Final[Path] = ("spec",)
_HINT: Final = "AssumeNeededOnEveryNode"


def policy(found: Policy, checks: Checks) -> None:
    """The spec of an enforced policy."""
    is_global = isinstance(found, GlobalNetworkPolicy)
    _selectors(found, checks)
    _types(found, checks)
    _hints(found.performance_hints or (), checks)
    if isinstance(found, GlobalNetworkPolicy):
        _host_flags(found, checks)
    if not _all_valid(found, checks, is_global=is_global):
        _refuse(found.ingress or (), found.egress or (), checks, is_global=is_global)


def _all_valid(found: Policy, checks: Checks, *, is_global: bool) -> bool:
    return all(_is_valid(one, None, is_global, checks.profile, checks.gate) for one in found.ingress or ()) and all(
        _is_valid(None, one, is_global, checks.profile, checks.gate) for one in found.egress or ()
    )


@lru_cache(maxsize=REMEMBERED)
def _is_valid(
    ingress: Rule | None,
    egress: Rule | None,
    is_global: bool,
    profile: CalicoProfile,
    gate: Gate,
) -> bool:
    """Whether there is nothing to say of one rule."""
    checks = Checks(refusals=Refusals(None), profile=profile, gate=gate)
    _refuse([one for one in (ingress,) if one], [one for one in (egress,) if one], checks, is_global=is_global)
    return not checks.refusals.diagnostics


def _refuse(ingress: Sequence[Rule], egress: Sequence[Rule], checks: Checks, *, is_global: bool) -> None:
    rules(ingress, (*_SPEC, "ingress"), checks, namespaced=not is_global)
    rules(egress, (*_SPEC, "egress"), checks, namespaced=not is_global)
    for index, rule in enumerate(ingress):
        _placed(rule, "ingress", (*_SPEC, "ingress", index), checks, is_global=is_global)
    for index, rule in enumerate(egress):
        _placed(rule, "egress", (*_SPEC, "egress", index), checks, is_global=is_global)


def staged_delete(found: Staged, written: tuple[str, ...], checks: Checks) -> None:
    """A staged `Delete` may say nothing but the tier. `written` are the fields of `spec` that are there."""
    for key in written:
        if key not in ("stagedAction", "tier") or (key == "tier" and isinstance(found, StagedKubernetesNetworkPolicy)):
            checks.add(codes.STAGED, (*_SPEC, key), f"must not be set with `stagedAction: {StagedAction.DELETE.value}`")


def staged_kubernetes(found: StagedKubernetesNetworkPolicy, checks: Checks) -> None:
    """The Kubernetes policy inside: labels, ports and blocks."""
    code = codes.STAGED_KUBERNETES
    if found.pod_selector is not None:
        label_selector.validate(found.pod_selector, (*_SPEC, "podSelector"), checks.refusals, code)
    for index, name in enumerate(found.policy_types or ()):
        if name not in ("Ingress", "Egress"):
            checks.add(code, (*_SPEC, "policyTypes", index), f"must be `Ingress` or `Egress` (found `{name}`)")
    for key, items, peers in (("ingress", found.ingress, "from"), ("egress", found.egress, "to")):
        for index, rule in enumerate(items or ()):
            at = (*_SPEC, key, index)
            for number, port in enumerate(rule.ports or ()):
                if port.protocol not in (None, "TCP", "UDP", "SCTP"):
                    text = f"must be `TCP`, `UDP` or `SCTP` (found `{port.protocol}`)"
                    checks.add(code, (*at, "ports", number, "protocol"), text)
                if port.end_port is not None and not isinstance(port.port, int):
                    checks.add(code, (*at, "ports", number, "endPort"), "needs a number as `port` beside it")
            for number, peer in enumerate(rule.peers or ()):
                where = (*at, peers, number)
                for name, selector in (
                    ("podSelector", peer.pod_selector),
                    ("namespaceSelector", peer.namespace_selector),
                ):
                    if selector is not None:
                        label_selector.validate(selector, (*where, name), checks.refusals, code)
                if peer.ip_block is not None and cidr.lenient(peer.ip_block.cidr or "") is None:
                    text = f"must be an address with a prefix length (found `{peer.ip_block.cidr or ''}`)"
                    checks.add(code, (*where, "ipBlock", "cidr"), text)


def _selectors(found: Policy, checks: Checks) -> None:
    selectors = {"selector": found.selector, "serviceAccountSelector": found.service_account_selector}
    if isinstance(found, GlobalNetworkPolicy):
        selectors["namespaceSelector"] = found.namespace_selector
    for key, text in selectors.items():
        if text is None:
            continue
        checks.selector((*_SPEC, key), text)
        checks.no_global((*_SPEC, key), text)
    # Only a global policy with nothing to add to its selector leaves it out of parentheses.
    if not isinstance(found, GlobalNetworkPolicy) or found.namespace_selector or found.service_account_selector:
        checks.blank_selector((*_SPEC, "selector"), found.selector)


def _types(found: Policy, checks: Checks) -> None:
    types = found.types or ()
    for index, one in enumerate(types):
        if one in types[:index]:
            checks.add(codes.TYPES, (*_SPEC, "types", index), f"must not repeat (found `{one.value}`)")


def _hints(hints: tuple[str, ...], checks: Checks) -> None:
    for index, hint in enumerate(hints):
        at = (*_SPEC, "performanceHints", index)
        if hint != _HINT:
            checks.add(codes.PERFORMANCE_HINTS, at, f"must be `{_HINT}` (found `{hint}`)")
        elif hint in hints[:index]:
            checks.add(codes.PERFORMANCE_HINTS, at, f"must not repeat (found `{hint}`)")


def _host_flags(found: GlobalNetworkPolicy, checks: Checks) -> None:
    flag = "preDNAT" if found.pre_dnat else "doNotTrack" if found.do_not_track else ""
    if found.pre_dnat and found.do_not_track:
        checks.add(codes.HOST_POLICY, (*_SPEC, "doNotTrack"), "must not be true beside `preDNAT`")
    if flag and not found.apply_on_forward:
        checks.add(codes.HOST_POLICY, (*_SPEC, flag), "needs `applyOnForward: true`")
    if found.pre_dnat and found.egress:
        checks.add(codes.HOST_POLICY, (*_SPEC, "egress"), "must have no rules beside `preDNAT`")
    if found.pre_dnat and PolicyType.EGRESS in (found.types or ()):
        checks.add(codes.HOST_POLICY, (*_SPEC, "types"), "must not hold `Egress` beside `preDNAT`")


def _placed(
    rule: Rule, direction: Literal["ingress", "egress"], path: Path, checks: Checks, *, is_global: bool
) -> None:
    """What only one direction allows. The CRDs do not know these rules."""
    if not checks.strict:
        return
    own, peer = ("destination", "source") if direction == "ingress" else ("source", "destination")
    if rule.entity("destination" if direction == "ingress" else "source").services is not None:
        text = f"may stand only in the `{peer}` of {direction} rules"
        checks.add(codes.SERVICES, (*path, own, "services"), text)
    services = rule.entity("source" if direction == "ingress" else "destination").services
    if is_global and services is not None and not services.namespace:
        checks.add(codes.SERVICES, (*path, peer, "services", "namespace"), "is required in a global policy")
    if direction == "egress" and rule.http is not None:
        checks.add(codes.HTTP, (*path, "http"), "may stand only in ingress rules")
