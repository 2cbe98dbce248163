"""A Cilium installation -> how it reads Kubernetes policies."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from npconv.dialects.cilium import labels
from npconv.dialects.cilium.lift_addresses import matched_kinds, world_versions
from npconv.dialects.cilium.lift_selectors import CLUSTER
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, both, within
from npconv.ir.values import ABSENT, one_of
from npconv.semantics.meaning import CILIUM, EngineMeaning, Support


def meaning(profile: CiliumProfile) -> EngineMeaning:
    """NetworkPolicy and ClusterNetworkPolicy as this installation reads them (facts 3.1, 3.3).

    Peers by pod labels are scoped to the own cluster where the profile scopes peers at all; peers of the policy API
    by `namespaces` alone never are (case 80h; pkg/k8s/cluster_network_policy.go).
    """
    scopes = profile.scopes_to_local_cluster
    own = one_of(profile.cluster_name)
    return replace(
        CILIUM,
        block_kinds=matched_kinds(profile, whole_family=False),
        zero_block_kinds=matched_kinds(profile, whole_family=True),
        whole_zero_blocks=world_versions(profile),
        network_kinds=matched_kinds(profile, whole_family=False),
        pod_peers=within(CLUSTER, own) if scopes else ALWAYS,
        node_peers=both(CILIUM.node_peers, within(CLUSTER, own | ABSENT) if scopes else ALWAYS),
        nodes=Support.UNDERSTOOD if profile.node_selector_labels else Support.REFUSED,
        takes_label=partial(_takes_label, profile.labels),
    )


def _takes_label(patterns: tuple[str, ...], key: str) -> bool:
    return labels.is_identity_label(labels.K8S + key, patterns)
