"""What Azure NPM enforces of NetworkPolicies, feature by feature (facts/azure_npm.md 1 and 2)."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.k8s.support import SAYS as SAYS_OF_KUBERNETES
from npconv.dialects.k8s.support import TABLE as KUBERNETES
from npconv.ir.features import Feature
from npconv.ir.support import Need, Table, native, never, rewritten

_ADDRESSES: Final = (Need.POD_CIDRS, Need.NODE_CIDRS)
_NEGATIVE: Final = "on Windows it drops policies with `NotIn` or `DoesNotExist`"

SAYS: Final = (SAYS_OF_KUBERNETES - {Feature.OUTSIDE}) | {Feature.CIDRS_OF_PODS}
"""What a NetworkPolicy for Azure NPM as the source can say: its `ipBlock` is for whoever has the address."""

_LINUX: Final[Table] = {
    **KUBERNETES,
    Feature.DENY_ALONE: never(
        "its pods become isolated, and the rest is allowed: that leaves out protocols without ports",
        codes.OTHER_PROTOCOL,
    ),
    Feature.ISOLATION_IN: native("`policyTypes: [Ingress]`", codes.IPV6_OPEN, needs=(Need.ONE_FAMILY,)),
    Feature.ISOLATION_OUT: native("`policyTypes: [Egress]`", codes.IPV6_OPEN, needs=(Need.ONE_FAMILY,)),
    Feature.OWN_NODE_CLOSED: never("what a pod sends to its own node is never filtered", codes.OWN_NODE),
    Feature.OWN_NODE_OPEN: native("what a pod sends to its own node is never filtered"),
    Feature.OUTSIDE: rewritten("the addresses that neither pods nor nodes have", codes.OUTSIDE_ALONE, needs=_ADDRESSES),
    Feature.NODES: rewritten("their addresses", codes.NODES, needs=_ADDRESSES),
    Feature.OWN_NODE: never("what comes from a pod's own node, or goes there, is never filtered", codes.OWN_NODE),
    Feature.API_SERVER: never("there is no such peer; name its address", codes.ENGINE_LABEL),
    Feature.CIDRS_OF_PODS: native("`ipBlock`, which is for whoever has the address"),
    Feature.NAMESPACES_BUT: rewritten("`namespaceSelector` with `NotIn`, guarded so that nobody else meets it"),
    Feature.IP_FAMILY: rewritten("it filters IPv4 alone"),
}

_WINDOWS: Final[Table] = {
    **_LINUX,
    Feature.OWN_NODE_CLOSED: native("egress policies count for it"),
    Feature.OWN_NODE_OPEN: never("on Windows, egress policies count for it, and no peer is a node", codes.BUILT_IN),
    Feature.ORDER: rewritten("what a Deny takes first is cut out of the Allows after it, if that takes no `NotIn`"),
    Feature.DENY: rewritten("cut out of the Allows of all policies, if that takes no `NotIn`"),
    Feature.OWN_NODE: never("a node always reaches its own pods, and is known by its address only", codes.OWN_NODE),
    Feature.LABELS_NOT_IN: never(_NEGATIVE, codes.WINDOWS_NEGATION),
    Feature.LABELS_ABSENT: never(_NEGATIVE, codes.WINDOWS_NEGATION),
    Feature.NAMESPACES_BUT: rewritten("the namespaces that are left", codes.WINDOWS_NEGATION, needs=(Need.NAMESPACES,)),
    Feature.CIDRS_BUT: rewritten("the CIDRs between the exceptions: on Windows it refuses `except`"),
    Feature.SCTP: never("on Windows it drops policies with SCTP", codes.WINDOWS_SCTP),
    Feature.NAMED_PORTS_IN: rewritten("the numbers that pods declare", codes.WINDOWS_NAMED_PORT, needs=(Need.PODS,)),
    Feature.NAMED_PORTS_OUT: rewritten("the numbers that pods declare", codes.WINDOWS_NAMED_PORT, needs=(Need.PODS,)),
}


def table(profile: AzureNpmProfile) -> Table:
    """What this Azure NPM as the target enforces of each feature."""
    return _LINUX if profile.system is System.LINUX else _WINDOWS
