"""Rules as Cilium itself checks them: `Rule.Sanitize` of pkg/policy/api/rule_validation.go, without the CRD."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import assert_never

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model import (
    CiliumNetworkPolicy,
    CiliumPolicy,
    EgressCommonRule,
    EgressDenyRule,
    EgressRule,
    Entry,
    IngressDenyRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.model_ports import PortRule
from npconv.dialects.cilium.validate_findings import Findings
from npconv.dialects.cilium.validate_ports import fqdn, icmp_rule, port_deny_rule, port_rule
from npconv.dialects.cilium.validate_selectors import cidr_rule, prefix, selector, selectors
from npconv.source.label_selector import LabelSelector

ENTITIES = (
    "all", "world", "cluster", "host", "remote-node", "kube-apiserver", "health", "ingress", "init", "unmanaged",
    "none",
)  # fmt: skip
"""The entities that the CRD knows in every release."""


@cache
def entities(version: tuple[int, int]) -> tuple[str, ...]:
    """The entities that the CRD of a release knows."""
    return (*ENTITIES, "cluster-mesh") if version >= (1, 20) else ENTITIES


def rules_of(policy: CiliumPolicy) -> Iterable[tuple[Rule, Path]]:
    """Every rule of a policy with the way to it."""
    if policy.spec is not None:
        yield policy.spec, ("spec",)
    for index, rule in enumerate(policy.specs or ()):
        yield rule, ("specs", index)


def entries_of(rule: Rule, path: Path, findings: Findings) -> Iterable[tuple[Entry, Path]]:
    """Every entry of a rule that is to be judged, with the way to it."""
    if findings.entries:
        yield from ((entry, (*path, *at)) for entry, at in rule.placed())


def policy(one: CiliumPolicy, findings: Findings) -> None:
    """A policy, as `CiliumNetworkPolicy.Parse` judges it. One bad rule refuses the whole object."""
    if not one.metadata.name and not one.metadata.generate_name:
        findings.add(codes.VALUE, ("metadata", "name"), "is required")
    if one.spec is None and one.specs is None:
        findings.add(codes.NO_RULE, ("spec",), "or `specs` is required")
    for rule, path in rules_of(one):
        _rule(rule, path, findings)
        if rule.node_selector is not None and isinstance(one, CiliumNetworkPolicy):
            help = "use a CiliumClusterwideNetworkPolicy"
            findings.add(codes.SUBJECT, (*path, "nodeSelector"), "is not allowed in a CiliumNetworkPolicy", help=help)


def _rule(rule: Rule, path: Path, findings: Findings) -> None:
    if findings.version >= (1, 17) and not any((rule.ingress, rule.ingress_deny, rule.egress, rule.egress_deny)):
        text = "must have an entry in `ingress`, `ingressDeny`, `egress` or `egressDeny`"
        findings.add(codes.NO_RULE, path, text, help="write `ingress: [{}]` to deny what no policy allows")
    match rule.endpoint_selector, rule.node_selector:
        case None, None:
            findings.add(codes.SUBJECT, path, "must have `endpointSelector` or `nodeSelector`")
        case LabelSelector() as subject, None:
            selector(subject, (*path, "endpointSelector"), findings)
        case None, LabelSelector() as subject:
            selector(subject, (*path, "nodeSelector"), findings)
        case _:
            findings.add(codes.SUBJECT, path, "must have only one of `endpointSelector` and `nodeSelector`")
    for index, label in enumerate(rule.labels or ()):
        if not label.key:  # the decoder objects (labels.Label.UnmarshalJSON)
            findings.add(codes.VALUE, (*path, "labels", index, "key"), "must not be empty")
    for entry, at in entries_of(rule, path, findings):
        match entry:
            case IngressRule() | EgressRule():
                _allow(entry, at, findings, host=rule.node_selector is not None)
            case IngressDenyRule() | EgressDenyRule():
                if findings.version >= (1, 17):
                    _deny(entry, at, findings)
            case _:
                assert_never(entry)


def _allow(entry: IngressRule | EgressRule, path: Path, findings: Findings, *, host: bool) -> None:
    _peers(entry, path, findings)
    ingress = isinstance(entry, IngressRule)
    if entry.to_ports:
        _l7_allowed(entry.to_ports, path, findings, host=host, ingress=ingress)
    if isinstance(entry, EgressRule):
        if findings.version < (1, 17) and entry.to_services and entry.to_ports:
            findings.add(codes.COMBINATION, path, "cannot combine `toServices` and `toPorts` before Cilium 1.17")
        for index, name in enumerate(entry.to_fqdns or ()):
            fqdn(name, (*path, "toFQDNs", index), findings, both=False)
    for index, rule in enumerate(entry.to_ports or ()):
        port_rule(rule, (*path, "toPorts", index), findings, ingress=ingress)
    _icmps(entry, path, findings)


def _deny(entry: IngressDenyRule | EgressDenyRule, path: Path, findings: Findings) -> None:
    _peers(entry, path, findings)
    for index, rule in enumerate(entry.to_ports or ()):
        port_deny_rule(rule, (*path, "toPorts", index), findings)
    _icmps(entry, path, findings)


def _icmps(entry: Entry, path: Path, findings: Findings) -> None:
    if not entry.icmps:
        return
    if not findings.profile.icmp_rules:
        findings.add(codes.NEEDS_FLAG, (*path, "icmps"), "needs the agent option `enable-icmp-rules`")
    if entry.to_ports:
        text = "cannot combine `icmps` and `toPorts`"
        findings.add(codes.COMBINATION, path, text, help="write an entry for each")
    for index, rule in enumerate(entry.icmps):
        icmp_rule(rule, (*path, "icmps", index), findings)


def _l7_allowed(ports: tuple[PortRule, ...], path: Path, findings: Findings, *, host: bool, ingress: bool) -> None:
    """Whether layer 7 rules may stand here at all; even empty lists of them count."""
    for index, one in enumerate(ports):
        if one.rules is None or one.rules.is_absent:
            continue
        at: Path = (*path, "toPorts", index, "rules")
        if not findings.profile.l7_proxy:
            findings.add(codes.NEEDS_FLAG, at, "needs the agent option `enable-l7-proxy`")
        if host and (ingress or one.rules.http or one.rules.kafka):
            text = "is not allowed on ingress" if ingress else "must hold only DNS rules"
            findings.add(codes.L7, at, f"{text} in a host policy")


def _peers(entry: Entry, path: Path, findings: Findings) -> None:
    given = [key for key, value in _kinds(entry) if value]
    if len(given) > 1:
        found = " and ".join(f"`{key}`" for key in given)
        findings.add(codes.COMBINATION, path, f"cannot combine {found}", help="write an entry for each")
    peers = entry.peers
    side, nodes, requires = peers.side, peers.nodes, peers.requires
    if requires and findings.version >= (1, 19):
        text = "has no effect since Cilium 1.19, and must be empty"
        findings.add(codes.NOT_IN_VERSION, (*path, f"{side}Requires"), text)
    if nodes and not findings.profile.node_selector_labels:
        findings.add(codes.NEEDS_FLAG, (*path, f"{side}Nodes"), "needs the agent option `enable-node-selector-labels`")
    if peers.endpoints:
        selectors(peers.endpoints, (*path, f"{side}Endpoints"), findings)
    if nodes:
        selectors(nodes, (*path, f"{side}Nodes"), findings)
    if requires and findings.version < (1, 19):
        selectors(requires, (*path, f"{side}Requires"), findings)
    for index, text in enumerate(peers.cidr or ()):
        # Cilium took bare addresses until 1.20, but no API server let them through.
        prefix(text, (*path, f"{side}CIDR", index), findings)
    for index, one in enumerate(peers.cidr_set or ()):
        cidr_rule(one, (*path, f"{side}CIDRSet", index), findings)
    for index, name in enumerate(peers.entities or ()):
        if name not in entities(findings.version) and name not in ("world-ipv4", "world-ipv6"):
            entity(name, (*path, f"{side}Entities", index), findings)


def entity(name: str, path: Path, findings: Findings) -> None:
    """Report an entity that is none."""
    known = ", ".join(f"`{one}`" for one in entities(findings.version))
    findings.add(codes.ENTITY, path, f"must be one of {known} (found `{name}`)")


def _kinds(entry: Entry) -> tuple[tuple[str, Sequence[object] | None], ...]:
    """The kinds of peers of which an entry may have one, under the names of their keys."""
    peers = entry.peers
    side = peers.side
    services = (("toServices", entry.to_services),) if isinstance(entry, EgressCommonRule) else ()
    names = (("toFQDNs", entry.to_fqdns),) if isinstance(entry, EgressRule) else ()
    return (
        (f"{side}Endpoints", peers.endpoints),
        (f"{side}CIDR", peers.cidr),
        (f"{side}CIDRSet", peers.cidr_set),
        (f"{side}Entities", peers.entities),
        *services,
        (f"{side}Groups", peers.groups),
        (f"{side}Nodes", peers.nodes),
        *names,
    )
