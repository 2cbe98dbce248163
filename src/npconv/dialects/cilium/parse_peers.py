"""The peers of a Cilium rule, from fields to the model."""

from __future__ import annotations

from npconv.dialects.cilium.model_peers import (
    AWSGroup,
    CIDRRule,
    FQDNSelector,
    Groups,
    K8sServiceNamespace,
    K8sServiceSelectorNamespace,
    Service,
)
from npconv.dialects.cilium.parse_fields import Part, one, pairs, selector, texts
from npconv.source.fields import Fields
from npconv.source.label_selector import LabelSelector


@Part
def cidr_rule(fields: Fields) -> CIDRRule:
    """An entry of `fromCIDRSet` or `toCIDRSet`."""
    return CIDRRule(
        cidr=fields.text("cidr"),
        cidr_group_ref=fields.text("cidrGroupRef"),
        cidr_group_selector=selector(fields, "cidrGroupSelector"),
        except_=texts(fields, "except"),
    )


@Part
def fqdn(fields: Fields) -> FQDNSelector:
    """An entry of `toFQDNs` or of `rules.dns`."""
    return FQDNSelector(
        match_name=fields.text("matchName"),
        match_pattern=fields.text("matchPattern"),
    )


@Part
def service(fields: Fields) -> Service:
    """An entry of `toServices`."""
    return Service(
        k8s_service=one(fields, "k8sService", _service_name),
        k8s_service_selector=one(fields, "k8sServiceSelector", _service_selector),
    )


@Part
def groups(fields: Fields) -> Groups:
    """An entry of `fromGroups` or `toGroups`."""
    return Groups(aws=one(fields, "aws", _aws))


def _service_name(fields: Fields) -> K8sServiceNamespace:
    return K8sServiceNamespace(service_name=fields.text("serviceName"), namespace=fields.text("namespace"))


def _service_selector(fields: Fields) -> K8sServiceSelectorNamespace:
    fields.required("selector")
    return K8sServiceSelectorNamespace(
        selector=selector(fields, "selector") or LabelSelector(),
        namespace=fields.text("namespace"),
    )


def _aws(fields: Fields) -> AWSGroup:
    return AWSGroup(
        labels=pairs(fields, "labels"),
        security_groups_ids=texts(fields, "securityGroupsIds"),
        security_groups_names=texts(fields, "securityGroupsNames"),
        region=fields.text("region"),
    )
