"""Cilium peers as data: CIDR rules, DNS names, services and cloud groups."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.dialects.cilium.model_node import Node
from npconv.source.label_selector import LabelSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class CIDRRule(Node):
    """An entry of `fromCIDRSet` or `toCIDRSet` (pkg/policy/api/cidr.go): one of three ways to name addresses.

    The API calls `except` unsupported beside a group, but the engine honours it (1.20, oracle case 88b).
    """

    cidr: str | None = None
    cidr_group_ref: str | None = None
    cidr_group_selector: LabelSelector | None = None
    except_: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FQDNSelector(Node):
    """An entry of `toFQDNs`, and of `rules.dns` (pkg/policy/api/fqdn.go)."""

    match_name: str | None = None
    match_pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class K8sServiceNamespace(Node):
    """A service by name. Without a namespace: every service of that name, in all namespaces."""

    service_name: str | None = None
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class K8sServiceSelectorNamespace(Node):
    """Services by their labels. Without a namespace: in all namespaces."""

    selector: LabelSelector
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Node):
    """An entry of `toServices` (pkg/policy/api/service.go)."""

    k8s_service: K8sServiceNamespace | None = None
    k8s_service_selector: K8sServiceSelectorNamespace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AWSGroup(Node):
    """EC2 instances by label or security group; the operator turns them into a CIDR group."""

    labels: tuple[tuple[str, str], ...] | None = None
    security_groups_ids: tuple[str, ...] | None = None
    security_groups_names: tuple[str, ...] | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups(Node):
    """An entry of `fromGroups` or `toGroups` (pkg/policy/api/groups.go)."""

    aws: AWSGroup | None = None
