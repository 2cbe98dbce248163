"""What Calico can say, feature by feature (facts/calico.md 1 to 3)."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import calico_losses as codes
from npconv.diagnostics.codes import losses
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.features import Feature
from npconv.ir.support import Need, Table, native, never, not_yet, rewritten

_HTTP: Final = "`http` has methods and paths only"
_PORT_NAMES: Final = "`ports: [name]`"

SAYS: Final = frozenset(Feature) - {
    Feature.OWN_NODE,
    Feature.NODES,
    Feature.NODE_LABELS,
    Feature.API_SERVER,
    Feature.OUTSIDE,
    Feature.DOMAIN_NAMES,
    Feature.OWN_NODE_OPEN,
    Feature.UNKNOWN_SETS,
    Feature.LISTENERS,
    Feature.CLUSTERS,
    Feature.ENGINE_ENDPOINTS,
    Feature.HTTP_PATH_PATTERNS,
    Feature.HTTP_HEADERS,
    Feature.DNS_QUERIES,
    Feature.KAFKA,
    Feature.TLS_NAMES,
    Feature.AUTHENTICATION,
}
"""What Calico policies as the source can say."""

_TABLE: Final[Table] = {
    Feature.ORDER: native("rules, and `order` of policies"),
    Feature.TIERS: native("`Tier`"),
    Feature.PASS: native("`action: Pass`"),
    Feature.DENY: native("`action: Deny`"),
    Feature.DENY_ALONE: rewritten("a tier that ends in Pass, so that its policies do not isolate"),
    Feature.LOG: native("`action: Log`"),
    Feature.ISOLATION_IN: native("`types: [Ingress]`"),
    Feature.ISOLATION_OUT: native("`types: [Egress]`"),
    Feature.OWN_NODE_CLOSED: native("egress policies count for it"),
    Feature.OWN_NODE_OPEN: never(
        "egress policies count for it, and addresses do not tell it from other nodes", codes.OWN_NODE_OUT
    ),
    Feature.NO_ISOLATION: rewritten("a tier that ends in Pass, so that its policies do not isolate"),
    Feature.NAMESPACED: native("`NetworkPolicy`"),
    Feature.CLUSTER_WIDE: native("`GlobalNetworkPolicy`"),
    Feature.FOR_NAMESPACES: native("`namespaceSelector` of a `GlobalNetworkPolicy`"),
    Feature.FOR_SERVICE_ACCOUNTS: native("`serviceAccountSelector`"),
    Feature.FOR_SOME_OF_THEM: native("the selector of the rule's own side"),
    Feature.FOR_ADDRESSES: native("`nets` of the rule's own side"),
    Feature.FOR_NODES: not_yet("policies for host endpoints are not written", losses.HOST_POLICY),
    Feature.LABELS_IN: native("`==`, `in`"),
    Feature.LABELS_NOT_IN: native("`!=`, `not in`"),
    Feature.LABELS_EXIST: native("`has()`"),
    Feature.LABELS_ABSENT: native("`!has()`"),
    Feature.LABELS_BY_TEXT: native("`contains`, `starts with`, `ends with`"),
    Feature.SELECTORS_WITH_OR: native("`||`"),
    Feature.NAMESPACES: native("`namespaceSelector`"),
    Feature.NAMESPACES_BUT: native("`namespaceSelector`, anchored so that only pods meet it"),
    Feature.SERVICE_ACCOUNTS: native("`serviceAccounts.names`"),
    Feature.SERVICE_ACCOUNT_LABELS: native("`serviceAccounts.selector`"),
    Feature.EVERYBODY: native("a rule without peers"),
    Feature.EVERY_POD: native("`namespaceSelector: all()`"),
    Feature.OUTSIDE: rewritten(
        "`nets` that neither pods nor nodes have",
        codes.MAYBE_CLUSTER,
        needs=(Need.POD_CIDRS, Need.NODE_CIDRS),
    ),
    Feature.NODES: rewritten("`nets` that the nodes have", codes.NODES, needs=(Need.NODE_CIDRS,)),
    Feature.OWN_NODE: never(
        "a node always reaches its own pods, and addresses do not tell it from other nodes", codes.OWN_NODE
    ),
    Feature.NODE_LABELS: never("nodes are known by their addresses, or as host endpoints", codes.NODE_LABEL),
    Feature.API_SERVER: never("there is no such peer; name its address, or its service", codes.MARKED),
    Feature.CIDRS_IN: native("`nets`"),
    Feature.CIDRS_OUT: native("`nets`"),
    Feature.CIDRS_OF_PODS: native("`nets`, which are for whoever has the address"),
    Feature.CIDRS_BUT: native("`notNets`"),
    Feature.ADDRESS_SETS: rewritten("`nets` with each CIDR"),
    Feature.UNKNOWN_SETS: never("addresses are written out, and these are not known", codes.CIDR_GROUP),
    Feature.SERVICES: native("`services`"),
    Feature.DOMAIN_NAMES: never("`domains` is enforced by Calico Enterprise alone", codes.NAMES),
    Feature.CLUSTERS: never(
        "there is one cluster: what is about others is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.ENGINE_ENDPOINTS: never(
        "there are none: what is about them is left out, and no flow changes", losses.UNREACHED
    ),
    Feature.PORTS: native("`ports`"),
    Feature.SCTP: native("`protocol: SCTP`"),
    Feature.PORT_RANGES: native("`ports: [8000:8999]`"),
    Feature.PORTS_BUT: native("`notPorts`"),
    Feature.NAMED_PORTS_IN: native(_PORT_NAMES),
    Feature.NAMED_PORTS_OUT: native(_PORT_NAMES),
    Feature.NAMED_PORTS_BUT: native("`notPorts: [name]`"),
    Feature.SOURCE_PORTS: native("`source.ports`"),
    Feature.EVERY_PROTOCOL: native("a rule without `protocol`"),
    Feature.PROTOCOLS_BUT: native("`notProtocol`"),
    Feature.OTHER_PROTOCOLS: native("`protocol` by number"),
    Feature.ICMP: native("`protocol: ICMP`"),
    Feature.ICMP_TYPES: native("`icmp.type`"),
    Feature.ICMP_CODES: native("`icmp.code`"),
    Feature.IP_FAMILY: native("`ipVersion`"),
    Feature.HTTP_METHODS: native("`http.methods`, in an Allow on ingress"),
    Feature.HTTP_PATHS: native("`http.paths`, in an Allow on ingress"),
    Feature.HTTP_PATH_PATTERNS: never("`http.paths` compares exactly or by prefix", codes.REQUEST),
    Feature.HTTP_HEADERS: never(_HTTP, codes.REQUEST),
    Feature.DNS_QUERIES: never(_HTTP, codes.REQUEST),
    Feature.KAFKA: never(_HTTP, codes.REQUEST),
    Feature.TLS_NAMES: never(_HTTP, codes.REQUEST),
    Feature.LISTENERS: never(_HTTP, codes.REQUEST),
    Feature.AUTHENTICATION: never("Calico does not authenticate connections by policy", codes.REQUEST),
}


def table(profile: CalicoProfile) -> Table:
    """What this Calico as the target says of each feature."""
    if profile.http == "ignored":
        unseen = never("`http` is not enforced where Envoy and Dikastes do not run", codes.REQUEST)
        return {**_TABLE, Feature.HTTP_METHODS: unseen, Feature.HTTP_PATHS: unseen}
    if profile.version < (3, 31):
        prefix = never("its `prefix` is one of text: `/api` would match `/apis`, too", codes.REQUEST)
        return {**_TABLE, Feature.HTTP_PATHS: prefix}
    return _TABLE
