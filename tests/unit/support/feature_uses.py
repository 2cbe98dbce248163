"""What an engine enforces -> the features that its policies use, as far as their meaning shows them."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Condition, Either, Holds, Within, within
from npconv.ir.dimensions import (
    API_SERVER,
    NAME,
    NAMESPACE,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Families,
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    LabelText,
    Named,
    PathTest,
    Request,
    Scope,
    SrcPortNamed,
)
from npconv.ir.features import Feature as Said
from npconv.ir.intervals import PORT_TOP, Intervals
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, Values
from npconv.lowering.hosts import given

IN = Direction.INGRESS
AT_HOME = within(NAMESPACE, PRESENT)
"""What every pod is, and nobody else: in some namespace."""
ICMP = (1, 58)
PORTED = (6, 17, 132)
REQUESTS = {
    "http": Said.HTTP_HEADERS,
    "dns": Said.DNS_QUERIES,
    "kafka": Said.KAFKA,
    "tls": Said.TLS_NAMES,
    "listener": Said.LISTENERS,
}
OWN = frozenset({Kind.HEALTH, Kind.INGRESS, Kind.INIT, Kind.UNMANAGED})


def uses(policies: PolicySet, written: frozenset[str]) -> set[Said]:
    """The features of policies of these kinds, which people write; the others are built into the engine."""
    tiers = [(tier, [one for one in tier.policies if one.name.kind in written]) for tier in policies.tiers]
    found = {Said.TIERS} if sum(bool(listed) and tier.name != "deny" for tier, listed in tiers) > 1 else set()
    for tier, listed in tiers:
        for policy in listed:
            found |= set(_of_policy(policy, tier))
    return found


def _of_policy(policy: Policy, tier: Tier) -> Iterator[Said]:
    yield Said.NAMESPACED if policy.name.namespace else Said.CLUSTER_WIDE
    if given(policy.subject, Kind.HOST) != NEVER:
        yield Said.FOR_NODES
    for leaf in _leaves(policy.subject):
        yield from _of_label(leaf)
        match leaf:
            case Within(Attribute(scope_name="namespace") as one) if one != NAMESPACE:
                yield Said.FOR_NAMESPACES
            case Within(Attribute(scope_name="serviceaccount")):
                yield Said.FOR_SERVICE_ACCOUNTS
            case Within(Axis.ADDRESS):
                yield Said.FOR_ADDRESSES
    if any(isinstance(part, Either) and _is_of_labels(part) for part in _parts(policy.subject)):
        yield Said.SELECTORS_WITH_OR
    for section in policy.sections:
        yield from _of_section(section, tier)


def _of_section(section: Section, tier: Tier) -> Iterator[Said]:
    closes = section.isolates and tier.end is TierEnd.DENY
    if closes:
        yield Said.ISOLATION_IN if section.direction is IN else Said.ISOLATION_OUT
    actions = [rule.action for rule in section.rules]
    if Action.DENY in actions and Action.ALLOW in actions[actions.index(Action.DENY) :]:
        yield Said.ORDER
    for rule in section.rules:
        match rule.action:
            case Action.ALLOW if not closes:
                yield Said.NO_ISOLATION
            case Action.DENY:
                yield Said.DENY
                if not closes:
                    yield Said.DENY_ALONE
            case Action.PASS:
                yield Said.PASS
            case Action.LOG:
                yield Said.LOG
        yield from _of_rule(rule, section.direction)


def _of_rule(rule: Rule, way: Direction) -> Iterator[Said]:
    for leaf in _leaves(rule.subject):
        yield (
            Said.FOR_ADDRESSES if isinstance(leaf, Within) and leaf.dimension is Axis.ADDRESS else Said.FOR_SOME_OF_THEM
        )
    if rule.peer == ALWAYS:
        yield Said.EVERYBODY
    for part in _alternatives(rule.peer):
        yield from _of_peer(part, way)
    if rule.traffic == ALWAYS:
        yield Said.EVERY_PROTOCOL
    for leaf in _leaves(rule.traffic):
        yield from _of_traffic(leaf, rule.traffic, way)
    for leaf in _leaves(rule.request):
        yield from _of_request(leaf)


def _of_peer(peer: Condition, way: Direction) -> Iterator[Said]:
    leaves = list(_leaves(peer))
    kinds = next(
        (one.members.members for one in leaves if isinstance(one, Within) and isinstance(one.members, Kinds)), None
    )
    for leaf in leaves:
        yield from _of_label(leaf)
        match leaf:
            case Within(Attribute() as one, Values() as members):
                yield from _of_attribute(one, members)
            case Within(Axis.ADDRESS, Addresses() as asked):
                yield Said.CIDRS_IN if way is IN else Said.CIDRS_OUT
                if kinds == {Kind.OUTSIDE} and asked.v4.is_full:
                    yield Said.OUTSIDE
                if kinds is None or Kind.POD in kinds:
                    yield Said.CIDRS_OF_PODS
                if any(excepted for _, excepted in asked.ranges()):
                    yield Said.CIDRS_BUT
            case Holds(BackendOf()):
                yield Said.SERVICES
            case Holds(Named()):
                yield Said.DOMAIN_NAMES
    rest = [one for one in leaves if one != AT_HOME and not _is_of_own_cluster(one)]
    if AT_HOME in leaves and not rest:
        yield Said.EVERY_POD
    if kinds is None or rest != [within(Axis.KIND, Kinds(kinds))]:
        return
    if kinds == {Kind.POD}:
        yield Said.EVERY_POD
    elif kinds == {Kind.OUTSIDE}:
        yield Said.OUTSIDE
    elif kinds == {Kind.HOST}:
        yield Said.OWN_NODE
    elif kinds and kinds <= {Kind.HOST, Kind.REMOTE_NODE}:
        yield Said.NODES
    elif kinds and kinds <= OWN:
        yield Said.ENGINE_ENDPOINTS


def _is_of_own_cluster(leaf: Within | Holds) -> bool:
    """Whether it is what Cilium adds to selectors that name no cluster."""
    return isinstance(leaf, Within) and isinstance(leaf.dimension, Attribute) and leaf.dimension.scope is Scope.CLUSTER


def _of_attribute(one: Attribute, members: Values) -> Iterator[Said]:
    match one.scope:
        case Scope.NAMESPACE:
            if members.cofinite and members != PRESENT:
                yield Said.NAMESPACES_BUT
            elif one != NAMESPACE:
                yield Said.NAMESPACES
        case Scope.SERVICE_ACCOUNT:
            yield Said.SERVICE_ACCOUNTS if one.key == NAME else Said.SERVICE_ACCOUNT_LABELS
        case Scope.NODE | Scope.HOST_ENDPOINT:
            yield Said.NODE_LABELS
        case Scope.CLUSTER:
            yield Said.CLUSTERS
        case Scope.CIDR_GROUP:
            yield Said.UNKNOWN_SETS
        case _ if one == API_SERVER:
            yield Said.API_SERVER


def _of_label(leaf: Within | Holds) -> Iterator[Said]:
    match leaf:
        case Holds(LabelText()):
            yield Said.LABELS_BY_TEXT
        case Within(Attribute(scope_name="pod"), Values() as members):
            if members == PRESENT:
                yield Said.LABELS_EXIST
            elif members == ABSENT:
                yield Said.LABELS_ABSENT
            elif members.cofinite and members.absent:
                yield Said.LABELS_NOT_IN
            elif not members.cofinite and not members.absent:
                yield Said.LABELS_IN


def _of_traffic(leaf: Within | Holds, whole: Condition, way: Direction) -> Iterator[Said]:
    match leaf:
        case Within(Axis.PROTOCOL, Intervals() as numbers):
            yield from _of_protocols(numbers, whole)
        case Within(Axis.DST_PORT, Intervals() as numbers):
            inner = [(low, high) for low, high in numbers.spans if (low, high) not in ((0, 0), (1, 65535))]
            if any(low < high for low, high in inner):
                yield Said.PORT_RANGES
            if len(inner) > 1 and inner[-1][1] == PORT_TOP:
                yield Said.PORTS_BUT
        case Within(Axis.SRC_PORT) | Holds(SrcPortNamed()):
            yield Said.SOURCE_PORTS
        case Within(Axis.ICMP_TYPE):
            yield Said.ICMP_TYPES
        case Within(Axis.ICMP_CODE):
            yield Said.ICMP_CODES
        case Within(Axis.FAMILY, Families()):
            yield Said.IP_FAMILY
        case Holds(DstPortNamed(), True):
            yield Said.NAMED_PORTS_BUT
        case Holds(DstPortNamed()):
            yield Said.NAMED_PORTS_IN if way is IN else Said.NAMED_PORTS_OUT


def _of_protocols(numbers: Intervals, whole: Condition) -> Iterator[Said]:
    if len(numbers) > 128:
        yield Said.PROTOCOLS_BUT
        return
    listed = {number for low, high in numbers.spans for number in range(low, high + 1)}
    if listed & {6, 17}:
        yield Said.PORTS
    if listed == {132}:
        yield Said.SCTP
    if listed & set(ICMP) and not any(
        isinstance(one, Within) and one.dimension is Axis.ICMP_TYPE for one in _leaves(whole)
    ):
        yield Said.ICMP
    if listed - {*ICMP, *PORTED}:
        yield Said.OTHER_PROTOCOLS


def _of_request(leaf: Within | Holds) -> Iterator[Said]:
    match leaf:
        case Holds(HttpMethod()):
            yield Said.HTTP_METHODS
        case Holds(HttpPath(test)):
            yield Said.HTTP_PATH_PATTERNS if test == PathTest.REGEX.value else Said.HTTP_PATHS
        case Holds(Request("authentication")):
            yield Said.AUTHENTICATION
        case Holds(Request(protocol)) if (word := protocol.partition(" ")[0]) in REQUESTS:
            yield REQUESTS[word]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    parts: tuple[Condition, ...] = getattr(condition, "parts", ())
    return (condition,) if isinstance(condition, Either) else parts


def _alternatives(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, Either) else (condition,)


def _is_of_labels(condition: Condition) -> bool:
    return all(isinstance(one, Within) and isinstance(one.dimension, Attribute) for one in _leaves(condition))


def _leaves(condition: Condition) -> Iterator[Within | Holds]:
    if isinstance(condition, Within | Holds):
        yield condition
    for part in getattr(condition, "parts", ()):
        yield from _leaves(part)
