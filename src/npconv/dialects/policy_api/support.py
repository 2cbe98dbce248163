"""What ClusterNetworkPolicies say, with NetworkPolicies between their tiers, feature by feature (facts/k8s_np.md 6.2).

Where several losses have words for one thing, the code is that of the NetworkPolicies, which are tried first.
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import kubernetes_losses as k8s_codes
from npconv.diagnostics.codes import losses
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.dialects.policy_api.kinds import Channel
from npconv.ir.features import Feature
from npconv.ir.support import Need, Table, native, never, not_yet, rewritten

_LABELS: Final = "selectors are over labels of pods and namespaces, not over service accounts"
_PROTOCOLS: Final = "TCP, UDP and SCTP, or all protocols at once: there are no words for others"
_LAYER_7: Final = "there is no layer 7 in the policy API"

SAYS: Final = frozenset(
    {
        Feature.ORDER,
        Feature.TIERS,
        Feature.PASS,
        Feature.DENY,
        Feature.DENY_ALONE,
        Feature.NO_ISOLATION,
        Feature.CLUSTER_WIDE,
        Feature.FOR_NAMESPACES,
        Feature.LABELS_IN,
        Feature.LABELS_NOT_IN,
        Feature.LABELS_EXIST,
        Feature.LABELS_ABSENT,
        Feature.NAMESPACES,
        Feature.NAMESPACES_BUT,
        Feature.EVERYBODY,
        Feature.EVERY_POD,
        Feature.NODES,
        Feature.NODE_LABELS,
        Feature.CIDRS_OUT,
        Feature.CIDRS_OF_PODS,
        Feature.DOMAIN_NAMES,
        Feature.PORTS,
        Feature.SCTP,
        Feature.PORT_RANGES,
        Feature.NAMED_PORTS_IN,
        Feature.NAMED_PORTS_OUT,
        Feature.EVERY_PROTOCOL,
    }
)
"""What a ClusterNetworkPolicy (or its v1alpha1 forerunners) as the source can say, in either channel."""

_STANDARD: Final[Table] = {
    Feature.ORDER: native("rules and priorities"),
    Feature.TIERS: rewritten("Admin and Baseline; more tiers are joined, as far as none but the last of them passes"),
    Feature.PASS: native("`action: Pass`, from Admin to Baseline"),
    Feature.DENY: native("`action: Deny`"),
    Feature.DENY_ALONE: native("`action: Deny`"),
    Feature.LOG: never("left out: it decides nothing, so that no flow changes", losses.LOG),
    Feature.ISOLATION_IN: rewritten(
        "a NetworkPolicy: `from` names pods only, so that a Deny would leave the rest open"
    ),
    Feature.ISOLATION_OUT: rewritten("a NetworkPolicy, or a Deny of everything at the end"),
    Feature.OWN_NODE_CLOSED: native("policies count for it"),
    Feature.OWN_NODE_OPEN: never("policies count for it, and no peer is a pod's own node", k8s_codes.BUILT_IN),
    Feature.NO_ISOLATION: native("nothing isolates by itself"),
    Feature.NAMESPACED: rewritten("a NetworkPolicy, or a policy of the cluster for this namespace by name"),
    Feature.CLUSTER_WIDE: native(
        "every policy is; NetworkPolicies close ingress in each namespace",
        codes.INGRESS,
        needs=(Need.NAMESPACES,),
    ),
    Feature.FOR_NAMESPACES: native(
        "`subject.namespaces`; NetworkPolicies close ingress in each of them",
        codes.INGRESS,
        needs=(Need.NAMESPACES,),
    ),
    Feature.FOR_SERVICE_ACCOUNTS: never(_LABELS, losses.REFUSED),
    Feature.FOR_SOME_OF_THEM: rewritten("a policy of its own, for these pods"),
    Feature.FOR_ADDRESSES: never("subjects are selected by labels, not by address", k8s_codes.OWN_ADDRESS),
    Feature.FOR_NODES: never("subjects are pods", losses.HOST_POLICY),
    Feature.LABELS_IN: native("`matchLabels`, `In`"),
    Feature.LABELS_NOT_IN: native("`NotIn`"),
    Feature.LABELS_EXIST: native("`Exists`"),
    Feature.LABELS_ABSENT: native("`DoesNotExist`"),
    Feature.LABELS_BY_TEXT: never("selectors compare whole values, not parts of them", losses.LABEL_TEXT),
    Feature.SELECTORS_WITH_OR: rewritten("several selectors; for subjects, several policies"),
    Feature.NAMESPACES: native("`namespaces`, `pods.namespaceSelector`"),
    Feature.NAMESPACES_BUT: native("the same with `NotIn`, and a name that must exist"),
    Feature.SERVICE_ACCOUNTS: never(_LABELS, k8s_codes.SERVICE_ACCOUNT),
    Feature.SERVICE_ACCOUNT_LABELS: never(_LABELS, k8s_codes.SERVICE_ACCOUNT),
    Feature.EVERYBODY: rewritten("every pod, and on egress `networks` of all addresses"),
    Feature.EVERY_POD: native("`namespaces: {}`"),
    Feature.OUTSIDE: rewritten("a NetworkPolicy with `ipBlock`, or `networks` that neither pods nor nodes have"),
    Feature.NODES: never("on egress `networks` that the nodes have; on ingress no peer is a node", k8s_codes.NODES),
    Feature.OWN_NODE: never(
        "addresses do not tell a pod's own node from others; ingress from nodes stays open", codes.NODES
    ),
    Feature.NODE_LABELS: never("`nodes` needs the experimental channel", k8s_codes.NODES),
    Feature.API_SERVER: never("there is no such peer; name its address", codes.PEER),
    Feature.CIDRS_IN: rewritten("a NetworkPolicy with `ipBlock`: `from` names pods only"),
    Feature.CIDRS_OUT: native("`networks`"),
    Feature.CIDRS_OF_PODS: never(
        "`networks` are for whoever has the address, on egress alone; on ingress there is no such peer",
        k8s_codes.POD_ADDRESSES,
    ),
    Feature.CIDRS_BUT: rewritten("the CIDRs between the exceptions"),
    Feature.ADDRESS_SETS: rewritten("`networks`, at most 25 in a peer"),
    Feature.UNKNOWN_SETS: never("addresses are written out, and these are not known", k8s_codes.ENGINE_LABEL),
    Feature.SERVICES: rewritten(
        "the pods that it selects, at its target ports", losses.SERVICE, needs=(Need.SERVICES,)
    ),
    Feature.DOMAIN_NAMES: never("`domainNames` needs the experimental channel", k8s_codes.DOMAIN_NAME),
    Feature.CLUSTERS: never(
        "there is one cluster: what is about others is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.ENGINE_ENDPOINTS: never(
        "there are none: what is about them is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.PORTS: native("`protocols`"),
    Feature.SCTP: native("`sctp`"),
    Feature.PORT_RANGES: native("`destinationPort.range`"),
    Feature.PORTS_BUT: rewritten("the ranges between them"),
    Feature.NAMED_PORTS_IN: rewritten("a NetworkPolicy: a ClusterNetworkPolicy names ports of all protocols at once"),
    Feature.NAMED_PORTS_OUT: rewritten("a NetworkPolicy: a ClusterNetworkPolicy names ports of all protocols at once"),
    Feature.NAMED_PORTS_BUT: never("a port can be named, not excluded by name", k8s_codes.NOT_NAMED_PORT),
    Feature.SOURCE_PORTS: never("there are no source ports", k8s_codes.SOURCE_PORT),
    Feature.EVERY_PROTOCOL: native("a rule without `protocols`"),
    Feature.PROTOCOLS_BUT: never(_PROTOCOLS, codes.TRAFFIC),
    Feature.OTHER_PROTOCOLS: never(_PROTOCOLS, k8s_codes.OTHER_PROTOCOL),
    Feature.ICMP: never(_PROTOCOLS, k8s_codes.ICMP),
    Feature.ICMP_TYPES: never(_PROTOCOLS, k8s_codes.ICMP),
    Feature.ICMP_CODES: never(_PROTOCOLS, k8s_codes.ICMP),
    Feature.IP_FAMILY: rewritten("pods have one family only", k8s_codes.FAMILY, needs=(Need.ONE_FAMILY,)),
    Feature.HTTP_METHODS: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.HTTP_PATHS: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.HTTP_PATH_PATTERNS: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.HTTP_HEADERS: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.DNS_QUERIES: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.KAFKA: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.TLS_NAMES: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.LISTENERS: never(_LAYER_7, k8s_codes.LAYER_7),
    Feature.AUTHENTICATION: never("the policy API does not know identities", k8s_codes.LAYER_7),
}


def table(channel: Channel) -> Table:
    """What ClusterNetworkPolicies of a channel as the target say of each feature."""
    if channel is Channel.STANDARD:
        return _STANDARD
    unwritten = not_yet("`nodes` is not written, and NetworkPolicies have no such peer", k8s_codes.NODES)
    return {
        **_STANDARD,
        Feature.NODES: unwritten,
        Feature.NODE_LABELS: unwritten,
        Feature.DOMAIN_NAMES: native("`domainNames`, in an Accept"),
    }
