"""Calico -> which kinds of the policy API it reads, how, and where it asks them.

Calico turns each object into a GlobalNetworkPolicy of a tier that it makes for them.
Source: libcalico-go/lib/backend/k8s/conversion/{clusternetworkpolicy,adminnetworkpolicy}.go; facts 0, 3.12, 4.2, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_objects import Holder, assume_no_labels, holders_of
from npconv.dialects.calico.lift_order import Placed
from npconv.dialects.calico.lift_selector import NAMESPACE_LABEL, NAMESPACE_PREFIX
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.addresses import NO_ADDRESS
from npconv.ir.condition import Condition, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Scope
from npconv.lowering.conditions import leaves
from npconv.semantics import selectors
from npconv.semantics.meaning import CALICO, EngineMeaning, Support
from npconv.source.label_selector import LabelSelector

CLUSTER: Final = "ClusterNetworkPolicy"
ADMIN: Final = "AdminNetworkPolicy"
BASELINE: Final = "BaselineAdminNetworkPolicy"

_BASELINE_ORDER: Final = 1000.0
"""Of the one BaselineAdminNetworkPolicy that a cluster has."""


def reads_policy_api(profile: CalicoProfile) -> frozenset[str]:
    """The kinds of `policy.networking.k8s.io` that this version enforces: v1alpha1 up to 3.31, then v1alpha2."""
    if profile.version >= (3, 32):
        return frozenset({CLUSTER})
    return frozenset({ADMIN, BASELINE}) if profile.version >= (3, 30) else frozenset({ADMIN})


def meaning(
    objects: Sequence[CalicoObject], profile: CalicoProfile, namespaces: Mapping[str, Mapping[str, str]]
) -> EngineMeaning:
    """How Calico reads the Kubernetes APIs where these objects are.

    Up to 3.31 it has no conversion for `namedPort`: the rule is for all traffic (projectcalico/calico#9254, closed).
    A peer by `namespaces` asks for no pod, so that it also matches network sets of these namespaces, and, where it
    asks for the absence of a label, host endpoints and global network sets, which have no namespace.
    """
    holders = holders_of(objects, namespaces)

    def others(selector: LabelSelector) -> Condition:
        found = NO_ADDRESS
        for holder in holders:
            found |= holder.addresses if _selects(selector, holder) else NO_ADDRESS
        return within(Axis.ADDRESS, found)

    named_ports = Support.IGNORED if profile.version <= (3, 31) else Support.UNDERSTOOD
    found = replace(CALICO, named_ports=named_ports)
    return replace(found, namespace_others=others) if holders else found


def place_policy_api(policy: ir.Policy, priority: int, *, baseline: bool) -> Placed:
    """The place of an object of the policy API. Orders are priorities; ties are broken as between any two policies."""
    name = policy.name.name
    if policy.name.kind == CLUSTER:
        tier = "kube-baseline" if baseline else "kube-admin"
        tie = f"{name}//KubernetesClusterNetworkPolicy"
        return Placed(policy=policy, tier=tier, order=float(priority), tie=tie.encode())
    tier, prefix = ("baselineadminnetworkpolicy", "kbanp") if baseline else ("adminnetworkpolicy", "kanp")
    order = _BASELINE_ORDER if baseline else float(priority)
    return Placed(policy=policy, tier=tier, order=order, tie=f"{prefix}.{tier}.{name}".encode())


def assume_labels(policies: Iterable[ir.Policy], holders: Sequence[Holder], findings: Findings) -> None:
    """Say which network sets a peer by namespace labels is taken not to match, where these labels are not known."""
    asked = {
        leaf.key
        for policy in policies
        for section in policy.sections
        for rule in section.rules
        for leaf in leaves(rule.peer)
        if isinstance(leaf, Attribute) and leaf.scope is Scope.NAMESPACE and leaf != NAMESPACE
    }
    for holder in holders:
        if holder.namespace and any(NAMESPACE_PREFIX + key not in holder.labels for key in asked):
            assume_no_labels(holder, findings)


def _selects(selector: LabelSelector, holder: Holder) -> bool:
    if selector.selects_all:
        return NAMESPACE_LABEL in holder.labels
    return all(holder.labels.get(NAMESPACE_PREFIX + one.key) in selectors.values(one) for one in selector.requirements)
