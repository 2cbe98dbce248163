"""Objects as the API server checks them with the CRD: what `Sanitize` leaves to it (facts/cilium.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumObject,
    CommonPeers,
    EgressCommonRule,
    EgressDenyRule,
    EgressRule,
    IngressDenyRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.model_peers import CIDRRule, FQDNSelector, Service
from npconv.dialects.cilium.model_ports import ICMPRule, PortRule
from npconv.dialects.cilium.validate_findings import Findings
from npconv.dialects.cilium.validate_rules import entities, entity, entries_of, rules_of
from npconv.dialects.cilium.validate_schema_ports import icmp_rule, name_shape, port_rule, ports
from npconv.dialects.cilium.validate_selectors import prefix, selector, selectors
from npconv.source import names, object_meta

_MODES = ("disabled", "required", "test-always-fail")
_LONGEST_LOG = 32


def schema(obj: CiliumObject, findings: Findings) -> None:
    """Everything that the CRD of the release refuses, as far as Cilium's own check does not cover it."""
    if obj.metadata.name or obj.metadata.generate_name:
        object_meta.validate(obj.metadata, findings.refusals)
    if isinstance(obj, CiliumCIDRGroup):
        _group(obj, findings)
        return
    for rule, path in rules_of(obj):
        _rule(rule, path, findings)


def _group(group: CiliumCIDRGroup, findings: Findings) -> None:
    served = "cilium.io/v2alpha1" if findings.version < (1, 18) else "cilium.io/v2"
    if group.api_version == "cilium.io/v2" and served != group.api_version:
        text = f"must be `{served}` before Cilium 1.18 (found `{group.api_version}`)"
        findings.add(codes.UNSERVED_VERSION, ("apiVersion",), text)
    if group.spec is None:
        findings.add(codes.VALUE, ("spec",), "is required")
        return
    for index, text in enumerate(group.spec.external_cidrs or ()):
        prefix(text, ("spec", "externalCIDRs", index), findings)


def _has_control(text: str) -> bool:
    import unicodedata  # noqa: PLC0415 - few policies have a text for the log

    return any(unicodedata.category(char).startswith("C") for char in text)


def _rule(rule: Rule, path: Path, findings: Findings) -> None:
    if rule.ingress is None and rule.ingress_deny is None and rule.egress is None and rule.egress_deny is None:
        text = "must have `ingress`, `ingressDeny`, `egress` or `egressDeny`"
        findings.add(codes.NO_RULE, path, text)
    _subject(rule, path, findings)
    log = (rule.log.value if rule.log is not None else None) or ""
    if log and (len(log) > _LONGEST_LOG or _has_control(log)):
        findings.add(codes.VALUE, (*path, "log", "value"), f"must have at most {_LONGEST_LOG} printable characters")
    for entry, at in entries_of(rule, path, findings):
        _peers(entry.peers, at, findings)
        if isinstance(entry, EgressCommonRule):
            for index, one in enumerate(entry.to_services or ()):
                _service(one, (*at, "toServices", index), findings)
        match entry:
            case IngressRule() | EgressRule():
                _allow(entry, at, findings)
            case IngressDenyRule() | EgressDenyRule():
                for index, deny in enumerate(entry.to_ports or ()):
                    ports(deny.ports, (*at, "toPorts", index), findings)
            case _:
                assert_never(entry)
        if entry.icmps:
            _icmps(entry.icmps, (*at, "icmps"), findings)


def _subject(rule: Rule, path: Path, findings: Findings) -> None:
    if (rule.endpoint_selector is None) == (rule.node_selector is None):
        findings.add(codes.SUBJECT, path, "must have one of `endpointSelector` and `nodeSelector`")
    for key, one in (("endpointSelector", rule.endpoint_selector), ("nodeSelector", rule.node_selector)):
        if one is not None:
            selector(one, (*path, key), findings)


def _allow(entry: IngressRule | EgressRule, path: Path, findings: Findings) -> None:
    if entry.authentication is not None and entry.authentication.mode not in _MODES:
        known = ", ".join(f"`{mode}`" for mode in _MODES)
        text = f"must be one of {known} (found `{entry.authentication.mode}`)"
        findings.add(codes.VALUE, (*path, "authentication", "mode"), text)
    rules: Sequence[PortRule] = entry.to_ports or ()
    for index, rule in enumerate(rules):
        port_rule(rule, (*path, "toPorts", index), findings)
    if isinstance(entry, EgressRule):
        for index, name in enumerate(entry.to_fqdns or ()):
            _one_name(name, (*path, "toFQDNs", index), findings)


def _icmps(rules: tuple[ICMPRule, ...], path: Path, findings: Findings) -> None:
    for index, rule in enumerate(rules):
        icmp_rule(rule, (*path, index), findings)


def _peers(given: CommonPeers, path: Path, findings: Findings) -> None:
    side = given.side
    for key, asked in (("Endpoints", given.endpoints), ("Nodes", given.nodes), ("Requires", given.requires)):
        if asked:
            selectors(asked, (*path, side + key), findings)
    for index, text in enumerate(given.cidr or ()):
        prefix(text, (*path, f"{side}CIDR", index), findings)
    for index, one in enumerate(given.cidr_set or ()):
        _cidr_rule(one, (*path, f"{side}CIDRSet", index), findings)
    if given.entities:
        _entities(given.entities, (*path, f"{side}Entities"), findings)


def _cidr_rule(one: CIDRRule, path: Path, findings: Findings) -> None:
    given = [value for value in (one.cidr, one.cidr_group_ref, one.cidr_group_selector) if value is not None]
    if len(given) != 1:
        findings.add(codes.ADDRESSES, path, "must name one of `cidr`, `cidrGroupRef` and `cidrGroupSelector`")
    if one.cidr is not None:
        prefix(one.cidr, (*path, "cidr"), findings)
    for index, text in enumerate(one.except_ or ()):
        prefix(text, (*path, "except", index), findings)
    if one.cidr_group_ref is not None:
        reasons = names.dns_subdomain(one.cidr_group_ref)
        findings.add_all(codes.ADDRESSES, (*path, "cidrGroupRef"), reasons, one.cidr_group_ref)


def _entities(many: tuple[str, ...], path: Path, findings: Findings) -> None:
    known = entities(findings.version)
    for index, name in enumerate(many):
        if name not in known:
            entity(name, (*path, index), findings)


def _service(one: Service, path: Path, findings: Findings) -> None:
    if one.k8s_service_selector is not None:
        selector(one.k8s_service_selector.selector, (*path, "k8sServiceSelector", "selector"), findings)


def _one_name(one: FQDNSelector, path: Path, findings: Findings) -> None:
    if (one.match_name is None) == (one.match_pattern is None):
        findings.add(codes.NAME, path, "must have one of `matchName` and `matchPattern`")
    name_shape(one, path, findings)
