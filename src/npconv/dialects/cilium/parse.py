"""Documents -> Cilium's model.

Reads the fields of all versions; what one version lacks, `prune` takes out and `validate` reports.
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import cilium, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.model import (
    Authentication,
    CIDRGroupSpec,
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumObject,
    EgressDenyRule,
    EgressRule,
    EnableDefaultDeny,
    IngressDenyRule,
    IngressRule,
    Log,
    Rule,
    RuleLabel,
)
from npconv.dialects.cilium.model_peers import CIDRRule, Groups, Service
from npconv.dialects.cilium.parse_fields import Item, Part, each, needed, one, selector, selectors, texts
from npconv.dialects.cilium.parse_peers import cidr_rule, fqdn, groups, service
from npconv.dialects.cilium.parse_ports import icmp_rule, port_deny_rule, port_rule
from npconv.source import object_meta
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink
from npconv.source.object_meta import ObjectMeta

_GROUP_VERSIONS = {
    "CiliumNetworkPolicy": ("cilium.io/v2",),
    "CiliumClusterwideNetworkPolicy": ("cilium.io/v2",),
    "CiliumCIDRGroup": ("cilium.io/v2", "cilium.io/v2alpha1"),
}


def parse(document: Document) -> tuple[CiliumObject | None, list[Diagnostic]]:
    """The object that a claimed document holds, with everything that is wrong with how it is written.

    The object is what an API server would keep: unknown fields are reported (NPC110, an error) and left
    out of it. It is None if a value could not be read at all: a wrong type, a required field missing, a
    version that nobody serves.
    """
    sink = Sink()
    if document.api_version not in _GROUP_VERSIONS[document.kind]:
        expected = " or ".join(f"`{one}`" for one in _GROUP_VERSIONS[document.kind])
        sink.error(
            cilium.UNSERVED_VERSION,
            document.origin.at("apiVersion"),
            f"no Cilium release serves `{document.kind}` as this version (expected {expected}, "
            f"found `{document.api_version}`)",
        )
        return None, sink.diagnostics
    with Fields(document.data, document.origin, sink) as fields:
        fields.skip("apiVersion", "kind")
        metadata = object_meta.read(fields.mapping("metadata"))
        found = _object(document, fields, metadata)
    unreadable = any(one.is_error and one.code is not reading.UNKNOWN_FIELD for one in sink.diagnostics)
    return None if unreadable else found, sink.diagnostics


def _object(document: Document, fields: Fields, metadata: ObjectMeta) -> CiliumObject:
    if document.kind == "CiliumCIDRGroup":
        return CiliumCIDRGroup(
            api_version=document.api_version,
            metadata=metadata,
            spec=one(fields, "spec", _group_spec),
            status=fields.raw("status"),
            origin=document.origin,
        )
    build = CiliumNetworkPolicy if document.kind == "CiliumNetworkPolicy" else CiliumClusterwideNetworkPolicy
    return build(
        api_version=document.api_version,
        metadata=metadata,
        spec=one(fields, "spec", _rule),
        specs=each(fields, "specs", _RULE),
        status=fields.raw("status"),
        origin=document.origin,
    )


def _group_spec(fields: Fields) -> CIDRGroupSpec:
    fields.required("externalCIDRs")
    return CIDRGroupSpec(external_cidrs=texts(fields, "externalCIDRs"))


def _rule(fields: Fields) -> Rule:
    return Rule(
        description=fields.text("description"),
        endpoint_selector=selector(fields, "endpointSelector"),
        node_selector=selector(fields, "nodeSelector"),
        enable_default_deny=one(fields, "enableDefaultDeny", _enable_default_deny),
        ingress=each(fields, "ingress", _ingress),
        ingress_deny=each(fields, "ingressDeny", _ingress_deny),
        egress=each(fields, "egress", _egress),
        egress_deny=each(fields, "egressDeny", _egress_deny),
        labels=each(fields, "labels", _rule_label),
        log=one(fields, "log", _log),
        origin=fields.origin,
    )


def _enable_default_deny(fields: Fields) -> EnableDefaultDeny:
    return EnableDefaultDeny(ingress=fields.boolean("ingress"), egress=fields.boolean("egress"))


@Part
def _rule_label(fields: Fields) -> RuleLabel:
    return RuleLabel(key=needed(fields, "key"), value=fields.text("value"), source=fields.text("source"))


def _log(fields: Fields) -> Log:
    return Log(value=fields.text("value"))


def _authentication(fields: Fields) -> Authentication:
    return Authentication(mode=needed(fields, "mode"))


def _cidr_rules(fields: Fields, key: str) -> tuple[CIDRRule, ...] | None:
    return each(fields, key, cidr_rule)


def _groups(fields: Fields, key: str) -> tuple[Groups, ...] | None:
    return each(fields, key, groups)


def _services(fields: Fields) -> tuple[Service, ...] | None:
    return each(fields, "toServices", service)


@Part
def _ingress(fields: Fields) -> IngressRule:
    return IngressRule(
        from_endpoints=selectors(fields, "fromEndpoints"),
        from_requires=selectors(fields, "fromRequires"),
        from_cidr=texts(fields, "fromCIDR"),
        from_cidr_set=_cidr_rules(fields, "fromCIDRSet"),
        from_entities=texts(fields, "fromEntities"),
        from_groups=_groups(fields, "fromGroups"),
        from_nodes=selectors(fields, "fromNodes"),
        to_ports=each(fields, "toPorts", port_rule),
        icmps=each(fields, "icmps", icmp_rule),
        authentication=one(fields, "authentication", _authentication),
    )


@Part
def _ingress_deny(fields: Fields) -> IngressDenyRule:
    return IngressDenyRule(
        from_endpoints=selectors(fields, "fromEndpoints"),
        from_requires=selectors(fields, "fromRequires"),
        from_cidr=texts(fields, "fromCIDR"),
        from_cidr_set=_cidr_rules(fields, "fromCIDRSet"),
        from_entities=texts(fields, "fromEntities"),
        from_groups=_groups(fields, "fromGroups"),
        from_nodes=selectors(fields, "fromNodes"),
        to_ports=each(fields, "toPorts", port_deny_rule),
        icmps=each(fields, "icmps", icmp_rule),
    )


@Part
def _egress(fields: Fields) -> EgressRule:
    return EgressRule(
        to_endpoints=selectors(fields, "toEndpoints"),
        to_requires=selectors(fields, "toRequires"),
        to_cidr=texts(fields, "toCIDR"),
        to_cidr_set=_cidr_rules(fields, "toCIDRSet"),
        to_entities=texts(fields, "toEntities"),
        to_services=_services(fields),
        to_groups=_groups(fields, "toGroups"),
        to_nodes=selectors(fields, "toNodes"),
        to_fqdns=each(fields, "toFQDNs", fqdn),
        to_ports=each(fields, "toPorts", port_rule),
        icmps=each(fields, "icmps", icmp_rule),
        authentication=one(fields, "authentication", _authentication),
    )


@Part
def _egress_deny(fields: Fields) -> EgressDenyRule:
    return EgressDenyRule(
        to_endpoints=selectors(fields, "toEndpoints"),
        to_requires=selectors(fields, "toRequires"),
        to_cidr=texts(fields, "toCIDR"),
        to_cidr_set=_cidr_rules(fields, "toCIDRSet"),
        to_entities=texts(fields, "toEntities"),
        to_services=_services(fields),
        to_groups=_groups(fields, "toGroups"),
        to_nodes=selectors(fields, "toNodes"),
        to_ports=each(fields, "toPorts", port_deny_rule),
        icmps=each(fields, "icmps", icmp_rule),
    )


_RULE: Final = Item(_rule)
