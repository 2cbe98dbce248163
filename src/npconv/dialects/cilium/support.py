"""What Cilium can say, feature by feature (facts/cilium.md 1 and 2)."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import losses as codes
from npconv.dialects.cilium.profile import CIDRMatch, CiliumProfile, Platform
from npconv.ir.features import Feature
from npconv.ir.support import Need, Table, native, never, not_yet, rewritten

_HTTP: Final = (Feature.HTTP_METHODS, Feature.HTTP_PATHS, Feature.HTTP_PATH_PATTERNS)
_LAYER_7: Final = (
    *_HTTP,
    Feature.HTTP_HEADERS,
    Feature.DNS_QUERIES,
    Feature.KAFKA,
    Feature.TLS_NAMES,
    Feature.LISTENERS,
)

_SAYS: Final = frozenset(Feature) - {
    Feature.ORDER,
    Feature.TIERS,
    Feature.PASS,
    Feature.LOG,
    Feature.FOR_SOME_OF_THEM,
    Feature.FOR_ADDRESSES,
    Feature.LABELS_BY_TEXT,
    Feature.SELECTORS_WITH_OR,
    Feature.SERVICE_ACCOUNT_LABELS,
    Feature.CIDRS_OF_PODS,
    Feature.PORTS_BUT,
    Feature.NAMED_PORTS_BUT,
    Feature.OWN_NODE_OPEN,
    Feature.SOURCE_PORTS,
    Feature.PROTOCOLS_BUT,
    Feature.ICMP_CODES,
    Feature.IP_FAMILY,
}

_TABLE: Final[Table] = {
    Feature.ORDER: rewritten("what a Deny takes first is cut out of the Allows after it, or denied natively"),
    Feature.TIERS: rewritten("joined into one list, whose order is then taken out"),
    Feature.PASS: rewritten("what is passed on is cut out of the tier, and up to the next one"),
    Feature.DENY: native("`ingressDeny`, `egressDeny`"),
    Feature.DENY_ALONE: native("`ingressDeny`, `egressDeny` with `enableDefaultDeny: false`"),
    Feature.LOG: never("left out: it decides nothing, so that no flow changes", codes.LOG),
    Feature.ISOLATION_IN: native("`ingress: [{}]`"),
    Feature.ISOLATION_OUT: native("`egress: [{}]`"),
    Feature.OWN_NODE_CLOSED: native("egress policies count for it"),
    Feature.OWN_NODE_OPEN: rewritten("entity `host`, in a policy of its own"),
    Feature.NO_ISOLATION: native("`enableDefaultDeny: false`"),
    Feature.NAMESPACED: native("`CiliumNetworkPolicy`"),
    Feature.CLUSTER_WIDE: native("`CiliumClusterwideNetworkPolicy`"),
    Feature.FOR_NAMESPACES: native("a selector over labels of the namespace, in a clusterwide policy"),
    Feature.FOR_SERVICE_ACCOUNTS: native("a selector over `io.cilium.k8s.policy.serviceaccount`"),
    Feature.FOR_SOME_OF_THEM: rewritten("a rule of its own in `specs`, for these pods"),
    Feature.FOR_ADDRESSES: never("subjects are selected by labels, not by address", codes.OWN_ADDRESS),
    Feature.FOR_NODES: never("`nodeSelector` needs the host firewall (`enable-host-firewall`)", codes.HOST_POLICY),
    Feature.LABELS_IN: native("`matchLabels`, `In`"),
    Feature.LABELS_NOT_IN: native("`NotIn`"),
    Feature.LABELS_EXIST: native("`Exists`"),
    Feature.LABELS_ABSENT: native("`DoesNotExist`"),
    Feature.LABELS_BY_TEXT: never("selectors compare whole values, not parts of them", codes.LABEL_TEXT),
    Feature.SELECTORS_WITH_OR: rewritten("several selectors; for subjects, several `specs`"),
    Feature.NAMESPACES: native("a selector over labels of the namespace"),
    Feature.NAMESPACES_BUT: native("`NotIn`, and a namespace that must exist, so that only pods meet it"),
    Feature.SERVICE_ACCOUNTS: native("a selector over `io.cilium.k8s.policy.serviceaccount`"),
    Feature.SERVICE_ACCOUNT_LABELS: never(
        "it knows a service account's name, not its labels", codes.SERVICE_ACCOUNT_LABEL
    ),
    Feature.EVERYBODY: native("entity `all`"),
    Feature.EVERY_POD: native("a selector over any namespace"),
    Feature.OUTSIDE: native("entity `world`"),
    Feature.NODES: native("entities `host` and `remote-node`"),
    Feature.OWN_NODE: native("entity `host`, in a Deny"),
    Feature.NODE_LABELS: never("`fromNodes` and `toNodes` need `enable-node-selector-labels`", codes.NODE_LABEL),
    Feature.API_SERVER: native("entity `kube-apiserver`"),
    Feature.CIDRS_IN: native("`fromCIDRSet`"),
    Feature.CIDRS_OUT: native("`toCIDRSet`"),
    Feature.CIDRS_OF_PODS: never("a CIDR matches no pod in Cilium", codes.PARTLY_CLUSTER),
    Feature.CIDRS_BUT: native("`except`"),
    Feature.ADDRESS_SETS: rewritten("`fromCIDRSet` with each CIDR; with `--cidr-groups` a `CiliumCIDRGroup`"),
    Feature.UNKNOWN_SETS: native("`cidrGroupRef` stays a reference"),
    Feature.SERVICES: rewritten("the pods that it selects, at its target ports", codes.SERVICE, needs=(Need.SERVICES,)),
    Feature.DOMAIN_NAMES: native("`toFQDNs`; pods must look names up through a rule with `dns`"),
    Feature.CLUSTERS: native("a selector over `io.cilium.k8s.policy.cluster`"),
    Feature.ENGINE_ENDPOINTS: native("entities `ingress`, `health`, `init` and `unmanaged`"),
    Feature.PORTS: native("`toPorts`"),
    Feature.SCTP: native("`protocol: SCTP`, which has to be switched on (`enable-sctp`)"),
    Feature.PORT_RANGES: native("`endPort`"),
    Feature.PORTS_BUT: rewritten("the ranges between them"),
    Feature.NAMED_PORTS_IN: native("`port: name`"),
    Feature.NAMED_PORTS_OUT: native("`port: name`, before 1.20 the numbers that pods declare, if these are known"),
    Feature.NAMED_PORTS_BUT: never("a port can be named, not excluded by name", codes.NOT_NAMED_PORT),
    Feature.SOURCE_PORTS: never("there are no source ports", codes.SOURCE_PORT),
    Feature.EVERY_PROTOCOL: native("a rule without `toPorts`"),
    Feature.PROTOCOLS_BUT: never("there are words for TCP, UDP, SCTP and ICMP alone", codes.PROTOCOL),
    Feature.OTHER_PROTOCOLS: never("there are words for TCP, UDP, SCTP and ICMP alone", codes.PROTOCOL),
    Feature.ICMP: never("types are listed one by one, and those that nobody uses have no words", codes.ICMP_TYPES),
    Feature.ICMP_TYPES: native("`icmps`"),
    Feature.ICMP_CODES: never("there are ICMP types, and no codes", codes.ICMP_CODE),
    Feature.IP_FAMILY: rewritten("pods have one family only", codes.FAMILY, needs=(Need.ONE_FAMILY,)),
    Feature.HTTP_METHODS: native("`rules.http.method`, in an Allow"),
    Feature.HTTP_PATHS: rewritten("a regular expression in `rules.http.path`, in an Allow"),
    Feature.HTTP_PATH_PATTERNS: native("`rules.http.path`, in an Allow"),
    Feature.HTTP_HEADERS: native("`rules.http.headers` and `host`, in an Allow"),
    Feature.DNS_QUERIES: native("`rules.dns`, in an Allow of egress"),
    Feature.KAFKA: native("`rules.kafka`, in an Allow"),
    Feature.TLS_NAMES: native("`serverNames`, in an Allow"),
    Feature.LISTENERS: not_yet("`listener` is not written", codes.REQUEST),
    Feature.AUTHENTICATION: native("`authentication`, in an Allow"),
}


def says(profile: CiliumProfile) -> frozenset[Feature]:
    """What Cilium's own policies as the source can say."""
    by_address = {Feature.CIDRS_OF_PODS} if CIDRMatch.PODS in profile.cidr_match else set()
    by_family = {Feature.IP_FAMILY} if profile.ipv4 and profile.ipv6 else set()  # entities `world-ipv4`, `world-ipv6`
    return _SAYS | by_address | by_family


def table(profile: CiliumProfile) -> Table:
    """What this Cilium as the target says of each feature."""
    found = dict(_TABLE)
    if profile.version >= (1, 20):
        found[Feature.KAFKA] = never("1.20 has no Kafka rules any more", codes.REQUEST)
    if why := _no_layer_7(profile):
        found |= dict.fromkeys(_LAYER_7, never(why, codes.REQUEST))
    if profile.platform in (Platform.AKS, Platform.GKE):
        found[Feature.DOMAIN_NAMES] = never("this platform has no `toFQDNs`", codes.REQUEST)
        found[Feature.AUTHENTICATION] = never("this platform has no mutual authentication", codes.REQUEST)
    elif not profile.l7_proxy:
        found[Feature.DOMAIN_NAMES] = never("names are learnt by the layer 7 proxy, which is off", codes.REQUEST)
    if profile.host_firewall:
        found[Feature.FOR_NODES] = not_yet("policies for the host firewall are not written", codes.HOST_POLICY)
    if profile.node_selector_labels:
        found[Feature.NODE_LABELS] = not_yet("`fromNodes` and `toNodes` are not written", codes.NODE_LABEL)
    if not profile.icmp_rules:
        off = never("ICMP rules are off in this profile", codes.PROTOCOL)
        found |= {Feature.ICMP: off, Feature.ICMP_TYPES: off}
    if profile.extended_protocols and profile.version >= (1, 20):
        found[Feature.OTHER_PROTOCOLS] = native("`protocol: GRE`, and whatever else has a name")
    if not profile.non_default_deny:
        found[Feature.DENY_ALONE] = rewritten("its pods become isolated, and the rest is allowed")
        found[Feature.NO_ISOLATION] = rewritten("written for the pods that other policies isolate")
    if profile.platform is Platform.GKE:
        found[Feature.NAMESPACED] = rewritten(
            "a clusterwide policy for this namespace: there is no `CiliumNetworkPolicy`"
        )
    return found


def _no_layer_7(profile: CiliumProfile) -> str:
    match profile.platform:
        case Platform.AKS:
            return "AKS has layer 7 rules only with Advanced Container Networking Services"
        case Platform.GKE:
            return "GKE Dataplane V2 has no layer 7 rules"
        case _:
            return "" if profile.l7_proxy else "layer 7 rules are off in this profile"
