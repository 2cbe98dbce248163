"""For every feature, policies that use it and nothing else that a target could trip over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, family, holds, kind, negate, within
from npconv.ir.dimensions import (
    API_SERVER,
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    LabelText,
    Named,
    PathTest,
    Request,
    Scope,
    TextTest,
)
from npconv.ir.features import Feature
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of

IN, OUT = Direction.INGRESS, Direction.EGRESS
BOTH_WAYS: Final = (IN, OUT)

APP, ROLE = Attribute.of(Scope.POD, "app"), Attribute.of(Scope.POD, "role")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
PODS = kind(Kind.POD)
SHOP = within(NAMESPACE, one_of("shop"))
WEB = both(PODS, SHOP, within(APP, one_of("web")))
TCP, UDP, SCTP = (within(Axis.PROTOCOL, protocols(number)) for number in (6, 17, 132))
ICMP = within(Axis.PROTOCOL, protocols(1))
PORT = both(TCP, within(Axis.DST_PORT, ports((443, 443))))
DNS_PORT = both(UDP, within(Axis.DST_PORT, ports((53, 53))))
PARTNERS = within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"]))
FEW = within(Axis.ADDRESS, Addresses.of(["203.0.113.128/25"]))
SOME_PODS = within(Axis.ADDRESS, Addresses.of(["10.244.8.0/24"]))


@dataclass(frozen=True)
class Probe:
    """Tiers that use one feature, in one direction."""

    feature: Feature
    direction: Direction
    tiers: tuple[Tier, ...]
    own_node: frozenset[Direction] | None = None
    """The directions in which the source lets a pod's own node pass by itself; None: as the target does."""

    @property
    def title(self) -> str:
        return f"{self.feature.id}-{self.direction.value}"


def rule(action: Action = Action.ALLOW, **conditions: Condition) -> Rule:
    return Rule(action=action, **conditions)


def policy(
    direction: Direction, *rules: Rule, subject: Condition = WEB, isolates: bool = True, name: str = "web"
) -> Policy:
    """A policy of namespace `shop`, or of the cluster if its subject does not name that namespace."""
    namespace = "shop" if "shop" in str(subject) else ""
    section = Section(direction=direction, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("P", namespace, name), subject=subject, sections=(section,))


def default(*policies: Policy) -> tuple[Tier, ...]:
    return (Tier(name="default", end=TierEnd.DENY, policies=policies),)


def peer(feature: Feature, condition: Condition, directions: tuple[Direction, ...] = BOTH_WAYS) -> list[Probe]:
    return [Probe(feature, one, default(policy(one, rule(peer=condition, traffic=PORT)))) for one in directions]


def subject(feature: Feature, condition: Condition) -> list[Probe]:
    made = [(one, policy(one, rule(peer=PODS, traffic=PORT), subject=condition)) for one in BOTH_WAYS]
    return [Probe(feature, one, default(built)) for one, built in made]


def traffic(feature: Feature, condition: Condition, directions: tuple[Direction, ...] = BOTH_WAYS) -> list[Probe]:
    return [Probe(feature, one, default(policy(one, rule(peer=PODS, traffic=condition)))) for one in directions]


def request(feature: Feature, condition: Condition, directions: tuple[Direction, ...] = (IN,)) -> list[Probe]:
    made = [(one, policy(one, rule(peer=PODS, traffic=PORT, request=condition))) for one in directions]
    return [Probe(feature, one, default(built)) for one, built in made]


def labels(feature: Feature, condition: Condition) -> list[Probe]:
    """The same for the other end and for the policy's own side."""
    mine = subject(feature, both(PODS, SHOP, condition))
    return [*peer(feature, both(PODS, SHOP, condition)), *mine]


def evaluation() -> dict[Feature, list[Probe]]:
    """How policies decide, over ports that every target can tell apart."""
    f = Feature
    some = both(PODS, SHOP)
    old = both(some, within(APP, one_of("old")))
    one, all_ = (
        both(TCP, within(Axis.DST_PORT, ports((8080, 8080)))),
        both(TCP, within(Axis.DST_PORT, ports((8000, 8999)))),
    )
    deny, allow = rule(Action.DENY, peer=some, traffic=one), rule(peer=some, traffic=all_)

    def platform(way: Direction, *rules: Rule) -> Tier:
        return Tier(name="platform", end=TierEnd.PASS, policies=(policy(way, *rules, name="platform", isolates=False),))

    lists = {
        f.ORDER: lambda way: default(policy(way, rule(peer=old, traffic=one), deny, allow)),
        f.TIERS: lambda way: (platform(way, deny), *default(policy(way, allow))),
        f.PASS: lambda way: (
            platform(way, rule(Action.PASS, peer=some, traffic=one), rule(Action.DENY, peer=some)),
            *default(policy(way, allow)),
        ),
        f.DENY: lambda way: default(policy(way, deny, isolates=False, name="deny"), policy(way, allow)),
        f.DENY_ALONE: lambda way: default(policy(way, deny, isolates=False)),
        f.LOG: lambda way: default(policy(way, rule(Action.LOG, peer=some), allow)),
        f.NO_ISOLATION: lambda way: default(
            policy(way, allow, isolates=False),
            policy(way, name="all", subject=both(PODS, SHOP, within(ROLE, PRESENT))),
        ),
    }
    found = {feature: [Probe(feature, way, make(way)) for way in BOTH_WAYS] for feature, make in lists.items()}
    for feature, way in ((f.ISOLATION_IN, IN), (f.ISOLATION_OUT, OUT)):
        found[feature] = [Probe(feature, way, default(policy(way)))]
    return found


def for_nodes(feature: Feature) -> list[Probe]:
    return [Probe(feature, IN, default(policy(IN, rule(peer=PODS, traffic=PORT), subject=kind(Kind.HOST))))]


def of_own_side(feature: Feature, condition: Condition) -> list[Probe]:
    all_of_shop = both(PODS, SHOP)
    return [
        Probe(feature, way, default(policy(way, rule(subject=condition, peer=PODS, traffic=PORT), subject=all_of_shop)))
        for way in BOTH_WAYS
    ]


def own_node_on_egress() -> dict[Feature, list[Probe]]:
    """Egress isolation in engines that let pods reach their own node by themselves, or do not."""
    passing = {Feature.OWN_NODE_CLOSED: frozenset({IN}), Feature.OWN_NODE_OPEN: frozenset(BOTH_WAYS)}
    return {feature: [Probe(feature, OUT, default(policy(OUT)), ways)] for feature, ways in passing.items()}


def own_node(feature: Feature) -> list[Probe]:
    denied = rule(Action.DENY, peer=kind(Kind.HOST))
    return [Probe(feature, way, default(policy(way, denied, isolates=False)), frozenset()) for way in BOTH_WAYS]


def outside(addresses: Condition) -> Condition:
    return both(kind(Kind.OUTSIDE), addresses)


def probes() -> Mapping[Feature, list[Probe]]:
    """Probes for every feature."""
    f = Feature
    inner = both(PODS, within(NAMESPACE, one_of("ops")))
    account = within(SERVICE_ACCOUNT, one_of("cashier"))
    some_labels = either(within(APP, one_of("web")), within(ROLE, one_of("front")))
    return {
        **evaluation(),
        **own_node_on_egress(),
        f.NAMESPACED: subject(f.NAMESPACED, both(PODS, SHOP)),
        f.CLUSTER_WIDE: subject(f.CLUSTER_WIDE, both(PODS, within(APP, one_of("web")))),
        f.FOR_NAMESPACES: subject(f.FOR_NAMESPACES, both(PODS, within(TEAM, one_of("a")))),
        f.FOR_SERVICE_ACCOUNTS: subject(f.FOR_SERVICE_ACCOUNTS, both(PODS, SHOP, account)),
        f.FOR_SOME_OF_THEM: of_own_side(f.FOR_SOME_OF_THEM, within(ROLE, one_of("front"))),
        f.FOR_ADDRESSES: of_own_side(f.FOR_ADDRESSES, SOME_PODS),
        f.FOR_NODES: for_nodes(f.FOR_NODES),
        f.LABELS_IN: labels(f.LABELS_IN, within(APP, one_of("web", "api"))),
        f.LABELS_NOT_IN: labels(f.LABELS_NOT_IN, within(APP, none_of("web", "api"))),
        f.LABELS_EXIST: labels(f.LABELS_EXIST, within(APP, PRESENT)),
        f.LABELS_ABSENT: labels(f.LABELS_ABSENT, within(APP, ABSENT)),
        f.LABELS_BY_TEXT: labels(f.LABELS_BY_TEXT, holds(LabelText(APP, TextTest.STARTS_WITH.value, "web-"))),
        f.SELECTORS_WITH_OR: labels(f.SELECTORS_WITH_OR, some_labels),
        f.NAMESPACES: peer(f.NAMESPACES, both(PODS, within(TEAM, one_of("a")))),
        f.NAMESPACES_BUT: [
            *peer(f.NAMESPACES_BUT, both(PODS, within(TEAM, none_of("a")))),
            *peer(f.NAMESPACES_BUT, both(PODS, within(NAMESPACE, none_of("lab")))),
        ],
        f.SERVICE_ACCOUNTS: peer(f.SERVICE_ACCOUNTS, both(PODS, SHOP, account)),
        f.SERVICE_ACCOUNT_LABELS: peer(
            f.SERVICE_ACCOUNT_LABELS,
            both(PODS, SHOP, within(Attribute.of(Scope.SERVICE_ACCOUNT, "trusted"), one_of("yes"))),
        ),
        f.EVERYBODY: peer(f.EVERYBODY, ALWAYS),
        f.EVERY_POD: peer(f.EVERY_POD, PODS),
        f.OUTSIDE: peer(f.OUTSIDE, kind(Kind.OUTSIDE)),
        f.NODES: peer(f.NODES, kind(Kind.HOST, Kind.REMOTE_NODE)),
        f.OWN_NODE: own_node(f.OWN_NODE),
        f.NODE_LABELS: peer(
            f.NODE_LABELS,
            both(kind(Kind.HOST, Kind.REMOTE_NODE), within(Attribute.of(Scope.NODE, "pool"), one_of("a"))),
        ),
        f.API_SERVER: peer(f.API_SERVER, within(API_SERVER, PRESENT)),
        f.CIDRS_IN: [*peer(f.CIDRS_IN, PARTNERS, (IN,)), *peer(f.CIDRS_IN, outside(PARTNERS), (IN,))],
        f.CIDRS_OUT: [*peer(f.CIDRS_OUT, PARTNERS, (OUT,)), *peer(f.CIDRS_OUT, outside(PARTNERS), (OUT,))],
        f.CIDRS_OF_PODS: peer(f.CIDRS_OF_PODS, SOME_PODS),
        f.CIDRS_BUT: peer(f.CIDRS_BUT, both(PARTNERS, negate(FEW))),
        f.ADDRESS_SETS: peer(
            f.ADDRESS_SETS, within(Axis.ADDRESS, Addresses.of(["198.51.100.7/32", "203.0.113.0/24"])), (OUT,)
        ),
        f.UNKNOWN_SETS: peer(
            f.UNKNOWN_SETS,
            both(
                kind(Kind.OUTSIDE),
                within(Attribute.of(Scope.CIDR_GROUP, "io.cilium.policy.cidrgroupname/partners"), PRESENT),
            ),
            (OUT,),
        ),
        f.SERVICES: [
            Probe(f.SERVICES, OUT, default(policy(OUT, rule(peer=holds(BackendOf("shop", "db", with_port=True))))))
        ],
        f.DOMAIN_NAMES: peer(f.DOMAIN_NAMES, outside(holds(Named("api.example.com"))), (OUT,)),
        f.CLUSTERS: peer(f.CLUSTERS, both(inner, within(Attribute.of(Scope.CLUSTER, NAME), one_of("east")))),
        f.ENGINE_ENDPOINTS: peer(f.ENGINE_ENDPOINTS, kind(Kind.INGRESS), (IN,)),
        f.PORTS: traffic(f.PORTS, either(PORT, both(UDP, within(Axis.DST_PORT, ports((53, 53)))))),
        f.SCTP: traffic(f.SCTP, both(SCTP, within(Axis.DST_PORT, ports((3868, 3868))))),
        f.PORT_RANGES: traffic(f.PORT_RANGES, both(TCP, within(Axis.DST_PORT, ports((8000, 8999))))),
        f.PORTS_BUT: traffic(f.PORTS_BUT, both(TCP, negate(within(Axis.DST_PORT, ports((22, 22)))))),
        f.NAMED_PORTS_IN: traffic(f.NAMED_PORTS_IN, both(TCP, holds(DstPortNamed("http"))), (IN,)),
        f.NAMED_PORTS_OUT: traffic(f.NAMED_PORTS_OUT, both(TCP, holds(DstPortNamed("http"))), (OUT,)),
        f.NAMED_PORTS_BUT: traffic(f.NAMED_PORTS_BUT, both(TCP, negate(holds(DstPortNamed("http"))))),
        f.SOURCE_PORTS: traffic(f.SOURCE_PORTS, both(UDP, within(Axis.SRC_PORT, ports((123, 123))))),
        f.EVERY_PROTOCOL: traffic(f.EVERY_PROTOCOL, ALWAYS),
        f.PROTOCOLS_BUT: traffic(f.PROTOCOLS_BUT, negate(TCP)),
        f.OTHER_PROTOCOLS: traffic(f.OTHER_PROTOCOLS, within(Axis.PROTOCOL, protocols(47))),
        f.ICMP: traffic(f.ICMP, ICMP),
        f.ICMP_TYPES: traffic(f.ICMP_TYPES, both(ICMP, within(Axis.ICMP_TYPE, icmp(8)))),
        f.ICMP_CODES: traffic(
            f.ICMP_CODES, both(ICMP, within(Axis.ICMP_TYPE, icmp(3)), within(Axis.ICMP_CODE, icmp(4)))
        ),
        f.IP_FAMILY: traffic(f.IP_FAMILY, both(TCP, family(Family.V4))),
        f.HTTP_METHODS: request(f.HTTP_METHODS, holds(HttpMethod("GET"))),
        f.HTTP_PATHS: request(
            f.HTTP_PATHS,
            either(holds(HttpPath(PathTest.EXACT.value, "/login")), holds(HttpPath(PathTest.PREFIX.value, "/api"))),
        ),
        f.HTTP_PATH_PATTERNS: request(f.HTTP_PATH_PATTERNS, holds(HttpPath(PathTest.REGEX.value, "/v[0-9]+/.*"))),
        f.HTTP_HEADERS: request(f.HTTP_HEADERS, holds(Request("http header", "X-Team a"))),
        f.DNS_QUERIES: [
            Probe(
                f.DNS_QUERIES,
                OUT,
                default(policy(OUT, rule(peer=PODS, traffic=DNS_PORT, request=holds(Request("dns", "example.com"))))),
            )
        ],
        f.KAFKA: request(f.KAFKA, holds(Request("kafka", "topic=orders"))),
        f.TLS_NAMES: request(f.TLS_NAMES, holds(Request("tls name", "api.example.com")), (OUT,)),
        f.LISTENERS: request(f.LISTENERS, holds(Request("listener", "CiliumEnvoyConfig/proxy/in"))),
        f.AUTHENTICATION: request(f.AUTHENTICATION, holds(Request("authentication", "required"))),
    }
