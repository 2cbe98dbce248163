"""Cilium label selectors -> conditions. Decides what stands behind each source and key of an identity label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from npconv.dialects.cilium import labels
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, family, kind, negate, within
from npconv.ir.dimensions import API_SERVER, NAME, NAMESPACE, SERVICE_ACCOUNT, Attribute, Family, Kind, Scope
from npconv.ir.values import ABSENT, PRESENT, Values
from npconv.semantics.selectors import values
from npconv.source.label_selector import LabelSelector, Requirement

CLUSTER: Final = Attribute.of(Scope.CLUSTER, NAME)
"""The name of a pod's cluster."""

KINDS: Final[Mapping[str, Kind]] = {
    "host": Kind.HOST,
    "remote-node": Kind.REMOTE_NODE,
    "world": Kind.OUTSIDE,
    "health": Kind.HEALTH,
    "ingress": Kind.INGRESS,
    "init": Kind.INIT,
    "unmanaged": Kind.UNMANAGED,
}
"""The reserved labels that are kinds of endpoint (pkg/labels/labels.go)."""


def condition(selector: LabelSelector, profile: CiliumProfile) -> Condition:
    """What the selector selects, by labels alone: what lacks a label meets `NotIn` and `DoesNotExist` (facts 2.11).

    Whatever Cilium puts into selectors by itself must be in it already, or be asked for beside it
    (`labels.added_to_peer` and its like).
    """
    return both(*(_requirement(one, profile) for one in selector.requirements))


def on_nodes(selector: LabelSelector, profile: CiliumProfile) -> Condition:
    """What a selector over node labels selects. Nodes are of the own cluster unless they say otherwise."""
    parts: list[Condition] = []
    for one in selector.requirements:
        source, name = labels.split_key(one.key)
        if source == labels.RESERVED:
            parts.append(_requirement(one, profile))
        elif name == labels.CLUSTER:
            own = profile.cluster_name in values(one)
            parts.append(within(CLUSTER, values(one) | ABSENT if own else values(one)))
        else:
            parts.append(within(Attribute.of(Scope.NODE, name), values(one)))
    return both(*parts)


def reserved(name: str, profile: CiliumProfile) -> Condition:
    """The endpoints that carry the label `reserved:<name>`."""
    match name:
        case "kube-apiserver":
            return within(API_SERVER, PRESENT)
        case "world-ipv4" | "world-ipv6":
            return _world_of_a_family(name, profile)
        case "none":
            return NEVER
        case _ if name in KINDS:
            return kind(KINDS[name])
        case _:
            return within(Attribute.of(Scope.RESERVED, name), PRESENT)


def _requirement(requirement: Requirement, profile: CiliumProfile) -> Condition:
    source, name = labels.split_key(requirement.key)
    members = values(requirement)
    if source == labels.RESERVED:
        return _reserved(name, members, profile)
    if source not in (labels.ANY, labels.K8S):
        return within(_foreign(source, name), members)
    if not labels.is_identity_label(requirement.key, profile.labels):
        return ALWAYS if None in members else NEVER
    return within(_of_pod(name), members)


def _reserved(name: str, members: Values, profile: CiliumProfile) -> Condition:
    """Reserved labels have the empty value."""
    there = reserved(name, profile)
    return either(there if "" in members else NEVER, negate(there) if None in members else NEVER)


def _of_pod(name: str) -> Attribute:
    """The labels of pods, with those that Cilium derives from where a pod is and what it runs as (facts 1.7)."""
    if name == labels.POD_NAMESPACE:
        return NAMESPACE
    if name == labels.CLUSTER:
        return CLUSTER
    if name == labels.SERVICE_ACCOUNT:
        return SERVICE_ACCOUNT
    if name.startswith(labels.NAMESPACE_LABELS):
        return Attribute.of(Scope.NAMESPACE, name.removeprefix(labels.NAMESPACE_LABELS))
    return Attribute.of(Scope.POD, name)


def _foreign(source: str, name: str) -> Attribute:
    """Labels of other sources; no pod label of Kubernetes meets them (oracle case 45)."""
    if source == labels.CIDR_GROUP:
        return Attribute.of(Scope.CIDR_GROUP, name)
    if source == "node:":
        return Attribute.of(Scope.NODE, name)
    return Attribute.of(Scope.OTHER, source + name)


def _world_of_a_family(name: str, profile: CiliumProfile) -> Condition:
    """On a single-stack cluster everything outside is `world`, and nothing has these labels (oracle case 89)."""
    if not (profile.ipv4 and profile.ipv6):
        return NEVER
    return both(kind(Kind.OUTSIDE), family(Family.V4 if name == "world-ipv4" else Family.V6))
