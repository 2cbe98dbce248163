"""What NetworkPolicies can say, feature by feature, on any engine that keeps to the API (facts/k8s_np.md 5)."""

from __future__ import annotations

from typing import Final, assert_never

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.diagnostics.codes import losses
from npconv.dialects.k8s.profile import KubernetesProfile, OwnNode
from npconv.ir.features import Feature
from npconv.ir.support import Need, Table, native, never, rewritten

_SERVICE_ACCOUNT: Final = "pods are selected by labels, not by service account"
_NODES: Final = "no peer of a NetworkPolicy is a node"
_PROTOCOLS: Final = "TCP, UDP and SCTP, or all protocols at once: there are no words for others"
_LAYER_7: Final = "NetworkPolicies end at ports"

SAYS: Final = frozenset(
    {
        Feature.ISOLATION_IN,
        Feature.ISOLATION_OUT,
        Feature.NAMESPACED,
        Feature.LABELS_IN,
        Feature.LABELS_NOT_IN,
        Feature.LABELS_EXIST,
        Feature.LABELS_ABSENT,
        Feature.NAMESPACES,
        Feature.NAMESPACES_BUT,
        Feature.EVERYBODY,
        Feature.EVERY_POD,
        Feature.OUTSIDE,
        Feature.CIDRS_IN,
        Feature.CIDRS_OUT,
        Feature.CIDRS_BUT,
        Feature.PORTS,
        Feature.SCTP,
        Feature.PORT_RANGES,
        Feature.NAMED_PORTS_IN,
        Feature.NAMED_PORTS_OUT,
        Feature.EVERY_PROTOCOL,
    }
)
"""What a NetworkPolicy as the source can say."""

TABLE: Final[Table] = {
    Feature.ORDER: rewritten("what a Deny takes first is cut out of the Allows after it"),
    Feature.TIERS: rewritten("joined into one list, whose Denies are cut out of its Allows"),
    Feature.PASS: rewritten("what is passed on is cut out of the tier, and up to the next one"),
    Feature.DENY: rewritten("cut out of the Allows of all policies"),
    Feature.DENY_ALONE: never(
        "its pods become isolated, and the rest is allowed: that leaves out nodes and protocols without ports",
        codes.OTHER_PROTOCOL,
    ),
    Feature.LOG: never("left out: it decides nothing, so that no flow changes", losses.LOG),
    Feature.ISOLATION_IN: native("`policyTypes: [Ingress]`"),
    Feature.ISOLATION_OUT: native("`policyTypes: [Egress]`"),
    Feature.OWN_NODE_CLOSED: native("as its engine does it (`k8s,own-node=policed`)"),
    Feature.OWN_NODE_OPEN: native("as its engine does it (`k8s,own-node=open`)"),
    Feature.NO_ISOLATION: rewritten("written for the pods that other policies isolate"),
    Feature.NAMESPACED: native("`metadata.namespace`"),
    Feature.CLUSTER_WIDE: rewritten("a policy in each namespace", codes.CLUSTER_WIDE, needs=(Need.NAMESPACES,)),
    Feature.FOR_NAMESPACES: rewritten("a policy in each of them", codes.CLUSTER_WIDE, needs=(Need.NAMESPACES,)),
    Feature.FOR_SERVICE_ACCOUNTS: never(_SERVICE_ACCOUNT, losses.REFUSED),
    Feature.FOR_SOME_OF_THEM: rewritten("a policy of its own, for these pods"),
    Feature.FOR_ADDRESSES: never("pods are selected by labels, not by address", codes.OWN_ADDRESS),
    Feature.FOR_NODES: never("NetworkPolicies are for pods", losses.HOST_POLICY),
    Feature.LABELS_IN: native("`matchLabels`, `In`"),
    Feature.LABELS_NOT_IN: native("`NotIn`"),
    Feature.LABELS_EXIST: native("`Exists`"),
    Feature.LABELS_ABSENT: native("`DoesNotExist`"),
    Feature.LABELS_BY_TEXT: never("selectors compare whole values, not parts of them", losses.LABEL_TEXT),
    Feature.SELECTORS_WITH_OR: rewritten("several selectors; for subjects, several policies"),
    Feature.NAMESPACES: native("`namespaceSelector`"),
    Feature.NAMESPACES_BUT: native("`namespaceSelector` with `NotIn`, and a name that must exist"),
    Feature.SERVICE_ACCOUNTS: never(_SERVICE_ACCOUNT, codes.SERVICE_ACCOUNT),
    Feature.SERVICE_ACCOUNT_LABELS: never(_SERVICE_ACCOUNT, codes.SERVICE_ACCOUNT),
    Feature.EVERYBODY: native("a rule without peers"),
    Feature.EVERY_POD: native("`namespaceSelector: {}`"),
    Feature.OUTSIDE: rewritten("`ipBlock: 0.0.0.0/0` and `::/0`, promised for addresses outside the cluster alone"),
    Feature.NODES: never(_NODES, codes.NODES),
    Feature.OWN_NODE: never("a node always reaches its own pods, and no peer is a node", codes.OWN_NODE),
    Feature.NODE_LABELS: never(_NODES, codes.NODES),
    Feature.API_SERVER: never("there is no such peer; name its address", codes.ENGINE_LABEL),
    Feature.CIDRS_IN: native("`ipBlock`"),
    Feature.CIDRS_OUT: native("`ipBlock`"),
    Feature.CIDRS_OF_PODS: never(
        "an `ipBlock` is promised for addresses outside the cluster alone", codes.POD_ADDRESSES
    ),
    Feature.CIDRS_BUT: native("`ipBlock.except`"),
    Feature.ADDRESS_SETS: rewritten("an `ipBlock` for each CIDR"),
    Feature.UNKNOWN_SETS: never("addresses are written out, and these are not known", codes.ENGINE_LABEL),
    Feature.SERVICES: rewritten(
        "the pods that it selects, at its target ports", losses.SERVICE, needs=(Need.SERVICES,)
    ),
    Feature.DOMAIN_NAMES: never("NetworkPolicies know addresses, not names", codes.DOMAIN_NAME),
    Feature.CLUSTERS: never(
        "there is one cluster: what is about others is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.ENGINE_ENDPOINTS: never(
        "there are none: what is about them is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.PORTS: native("`ports`"),
    Feature.SCTP: native("`protocol: SCTP`"),
    Feature.PORT_RANGES: native("`endPort`"),
    Feature.PORTS_BUT: rewritten("the ranges between them"),
    Feature.NAMED_PORTS_IN: native("`port: name`"),
    Feature.NAMED_PORTS_OUT: native("`port: name`"),
    Feature.NAMED_PORTS_BUT: never("a port can be named, not excluded by name", codes.NOT_NAMED_PORT),
    Feature.SOURCE_PORTS: never("there are no source ports", codes.SOURCE_PORT),
    Feature.EVERY_PROTOCOL: native("a rule without `ports`"),
    Feature.PROTOCOLS_BUT: never(_PROTOCOLS, codes.OTHER_PROTOCOL),
    Feature.OTHER_PROTOCOLS: never(_PROTOCOLS, codes.OTHER_PROTOCOL),
    Feature.ICMP: never(_PROTOCOLS, codes.ICMP),
    Feature.ICMP_TYPES: never(_PROTOCOLS, codes.ICMP),
    Feature.ICMP_CODES: never(_PROTOCOLS, codes.ICMP),
    Feature.IP_FAMILY: rewritten("pods have one family only", codes.FAMILY, needs=(Need.ONE_FAMILY,)),
    Feature.HTTP_METHODS: never(_LAYER_7, codes.LAYER_7),
    Feature.HTTP_PATHS: never(_LAYER_7, codes.LAYER_7),
    Feature.HTTP_PATH_PATTERNS: never(_LAYER_7, codes.LAYER_7),
    Feature.HTTP_HEADERS: never(_LAYER_7, codes.LAYER_7),
    Feature.DNS_QUERIES: never(_LAYER_7, codes.LAYER_7),
    Feature.KAFKA: never(_LAYER_7, codes.LAYER_7),
    Feature.TLS_NAMES: never(_LAYER_7, codes.LAYER_7),
    Feature.LISTENERS: never(_LAYER_7, codes.LAYER_7),
    Feature.AUTHENTICATION: never("NetworkPolicies do not know identities", codes.LAYER_7),
}
"""What NetworkPolicies as the target say of each feature, on an engine of which nothing else is known."""


def table(profile: KubernetesProfile) -> Table:
    """What NetworkPolicies say if something is known of their engine."""
    match profile.own_node:
        case OwnNode.OPEN:
            always = never("what a pod sends to its own node always passes there", codes.OWN_NODE)
            return {**TABLE, Feature.OWN_NODE_CLOSED: always}
        case OwnNode.POLICED:
            closed = never("policies count for it there, and no peer is a node", codes.BUILT_IN)
            return {**TABLE, Feature.OWN_NODE_OPEN: closed}
        case None:
            return TABLE
        case _:
            assert_never(profile.own_node)
