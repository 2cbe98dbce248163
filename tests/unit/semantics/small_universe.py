"""Random policy sets over a small universe: few labels, addresses and ports, so that all flows can be listed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, family, holds, kind, negate, within
from npconv.ir.dimensions import (
    API_SERVER,
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
    Scope,
    SrcPortNamed,
    TextTest,
)
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import Values
from npconv.semantics.flow import ICMP, ICMPV6, TCP, UDP
from npconv.semantics.space import CLUSTER_NAME, Space

APP = Attribute.of(Scope.POD, "app")
TIER = Attribute.of(Scope.POD, "tier")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
ROLE = Attribute.of(Scope.SERVICE_ACCOUNT, "role")
ZONE = Attribute.of(Scope.NODE, "zone")

VALUES: dict[Attribute, tuple[str, ...]] = {
    APP: ("web", "db"),
    TIER: ("x",),
    TEAM: ("red", "blue"),
    ROLE: ("r",),
    ZONE: ("z",),
    API_SERVER: ("",),
    NAMESPACE: ("shop", "ops"),
    SERVICE_ACCOUNT: ("bot",),
    CLUSTER_NAME: ("default", "far"),
}

CIDRS = ("10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/24", "2001:db8::/32", "0.0.0.0/0")

TEXTS = ("a", "ab", "ba", "b")

SPACES = (
    Space(),
    Space(
        pod_addresses=Addresses.of(["10.1.0.0/16"]),
        node_addresses=Addresses.of(["192.168.0.0/24"]),
        cluster_families=frozenset({Family.V4}),
        named_port_kinds=frozenset({Kind.POD}),
        named_kinds=frozenset({Kind.OUTSIDE}),
    ),
    Space(pod_addresses=Addresses.of(["10.0.0.0/8", "2001:db8::/32"]), exclusive=False),
    Space(subject_kinds=frozenset({Kind.POD, Kind.HOST}), cross_family_icmp=True, cluster="far"),
)

DIMENSIONS = (
    "labels",
    "namespaces",
    "texts",
    "addresses",
    "traffic",
    "icmp",
    "names",
    "services",
    "kinds",
    "requests",
    "words",
)


@dataclass(frozen=True)
class Universe:
    """What the policies of one example may speak of: few things, so that all combinations can be listed."""

    themes: frozenset[str]


ALONE = ("words", "teams", "namespaces")
"""Of these, only one at a time: together they are too many to list."""


def universe(themes: set[str]) -> Universe:
    """The universe of some themes."""
    first = next((one for one in ALONE if one in themes), "")
    return Universe(frozenset(one for one in themes if one not in ALONE or one == first))


universes = st.sets(st.sampled_from(DIMENSIONS), min_size=1, max_size=2).map(universe)


@st.composite
def values(draw: st.DrawFn, names: tuple[str, ...]) -> Values:
    named = draw(st.frozensets(st.sampled_from(names), max_size=len(names)))
    return Values(named, draw(st.booleans()), draw(st.booleans()))


@st.composite
def endpoint_conditions(draw: st.DrawFn, universe: Universe, *, peer: bool) -> Condition:
    atoms: list[st.SearchStrategy[Condition]] = [st.just(ALWAYS)]
    themes = universe.themes

    def about(*attributes: Attribute) -> st.SearchStrategy[Condition]:
        return st.sampled_from(attributes).flatmap(lambda one: values(VALUES[one]).map(lambda some: within(one, some)))

    if "labels" in themes:
        atoms.append(about(APP, TIER))
    if "namespaces" in themes:
        atoms.append(about(NAMESPACE, TEAM, SERVICE_ACCOUNT, ROLE))
    if "texts" in themes:
        test = st.sampled_from([each.value for each in TextTest])
        atoms.append(st.builds(LabelText, st.just(APP), test, st.sampled_from(TEXTS)).map(holds))
        atoms.append(values(("a", "ab")).map(lambda some: within(APP, some)))
    if "teams" in themes:
        test = st.sampled_from([each.value for each in TextTest])
        atoms.append(st.builds(LabelText, st.just(TEAM), test, st.sampled_from(TEXTS)).map(holds))
        atoms.append(values(("a", "ab")).map(lambda some: within(TEAM, some)))
        atoms.append(about(NAMESPACE))
    if "words" in themes:
        test = st.sampled_from([each.value for each in TextTest])
        atoms.append(st.builds(LabelText, st.just(NAMESPACE), test, st.sampled_from(TEXTS)).map(holds))
        atoms.append(values(("a", "ab")).map(lambda some: within(NAMESPACE, some)))
    if "addresses" in themes:
        several = st.lists(st.sampled_from(CIDRS), min_size=1, max_size=2).map(Addresses.of)
        atoms.append(several.map(lambda some: within(Axis.ADDRESS, some)))
    if "services" in themes:
        atoms.append(st.builds(BackendOf, st.just("shop"), st.just("db"), st.booleans()).map(holds))
        atoms.append(st.sampled_from([Named("*.example.com"), Named("a.example.com"), Named("*")]).map(holds))
    if "kinds" in themes and peer:
        atoms.append(st.sampled_from([Kind.POD, Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE]).map(kind))
        atoms.append(about(ZONE, API_SERVER, CLUSTER_NAME))
    if "kinds" in themes and not peer:
        atoms.append(about(ZONE, CLUSTER_NAME))
        atoms.append(st.sampled_from([Kind.POD, Kind.HOST]).map(kind))
    one = st.one_of(atoms)
    return _combined(draw, one)


@st.composite
def traffic_conditions(draw: st.DrawFn, universe: Universe) -> Condition:
    atoms: list[st.SearchStrategy[Condition]] = [st.just(ALWAYS)]
    if "traffic" in universe.themes:
        atoms.append(st.sampled_from([TCP, UDP, 50]).map(lambda one: within(Axis.PROTOCOL, protocols(one))))
        span = st.sampled_from([(80, 80), (80, 90), (1, 1000), (443, 65535), (0, 0)])
        atoms.append(span.map(lambda one: within(Axis.DST_PORT, ports(one))))
        atoms.append(span.map(lambda one: within(Axis.SRC_PORT, ports(one))))
    if "icmp" in universe.themes:
        atoms.append(st.sampled_from([ICMP, ICMPV6, TCP]).map(lambda one: within(Axis.PROTOCOL, protocols(one))))
        atoms.append(st.sampled_from([0, 8]).map(lambda one: within(Axis.ICMP_TYPE, icmp(one))))
        atoms.append(st.sampled_from([0, 3]).map(lambda one: within(Axis.ICMP_CODE, icmp(one))))
        atoms.append(st.sampled_from(list(Family)).map(family))
    if "names" in universe.themes:
        atoms.append(st.sampled_from(["web", "dns"]).map(lambda name: holds(DstPortNamed(name))))
        atoms.append(st.just(holds(SrcPortNamed("web"))))
        atoms.append(st.sampled_from([TCP, UDP]).map(lambda one: within(Axis.PROTOCOL, protocols(one))))
    return _combined(draw, st.one_of(atoms))


@st.composite
def request_conditions(draw: st.DrawFn, universe: Universe) -> Condition:
    if "requests" not in universe.themes:
        return ALWAYS
    facts = [
        HttpMethod("GET"),
        HttpMethod("POST"),
        HttpMethod("GET|PUT", regex=True),
        HttpPath(PathTest.EXACT.value, "/a"),
        HttpPath(PathTest.PREFIX.value, "/a"),
        HttpPath(PathTest.TEXT_PREFIX.value, "/a"),
        HttpPath(PathTest.REGEX.value, "/a"),
        HttpPath(PathTest.REGEX.value, "/a([?].*)?"),
        HttpPath(PathTest.REGEX.value, "/a.*"),
    ]
    return _combined(draw, st.one_of(st.just(ALWAYS), st.sampled_from(facts).map(holds)))


def _combined(draw: st.DrawFn, one: st.SearchStrategy[Condition]) -> Condition:
    parts = draw(st.lists(st.one_of(one, one.map(negate)), min_size=1, max_size=3))
    return draw(st.sampled_from([both, either]))(*parts)


@st.composite
def rules(draw: st.DrawFn, universe: Universe) -> Rule:
    return Rule(
        action=draw(st.sampled_from([Action.ALLOW, Action.ALLOW, Action.DENY, Action.PASS, Action.LOG])),
        subject=draw(st.one_of(st.just(ALWAYS), endpoint_conditions(universe, peer=False))),
        peer=draw(endpoint_conditions(universe, peer=True)),
        traffic=draw(traffic_conditions(universe)),
        request=draw(request_conditions(universe)),
    )


@st.composite
def policies(draw: st.DrawFn, universe: Universe) -> Policy:
    sections = tuple(
        Section(
            direction=direction,
            isolates=draw(st.booleans()),
            rules=tuple(draw(st.lists(rules(universe), max_size=3))),
        )
        for direction in draw(st.sets(st.sampled_from(list(Direction)), min_size=1))
    )
    name = PolicyName("NetworkPolicy", "shop", draw(st.sampled_from("abcdef")))
    return Policy(name=name, subject=draw(endpoint_conditions(universe, peer=False)), sections=sections)


@st.composite
def policy_sets(draw: st.DrawFn, universe: Universe) -> PolicySet:
    tiers = draw(
        st.lists(
            st.tuples(st.sampled_from(list(TierEnd)), st.lists(policies(universe), min_size=1, max_size=3)),
            min_size=1,
            max_size=2,
        )
    )
    return PolicySet(
        tiers=tuple(Tier(name=f"t{at}", end=end, policies=tuple(some)) for at, (end, some) in enumerate(tiers))
    )


@st.composite
def mutants(draw: st.DrawFn, universe: Universe, original: PolicySet) -> PolicySet:
    """The set with one thing changed."""
    tiers = list(original.tiers)
    at = draw(st.integers(0, len(tiers) - 1))
    tier = tiers[at]
    number = draw(st.integers(0, len(tier.policies) - 1))
    policy = tier.policies[number]
    which = draw(st.integers(0, len(policy.sections) - 1))
    section = policy.sections[which]
    some = list(section.rules)
    match draw(st.sampled_from(["end", "policy", "subject", "isolation", "rule", "rule", "rule"])):
        case "end":
            tiers[at] = replace(tier, end=TierEnd.PASS if tier.end is TierEnd.DENY else TierEnd.DENY)
            return PolicySet(tiers=tuple(tiers))
        case "policy":
            kept = tuple(one for one in tier.policies if one is not policy)
            tiers[at] = replace(tier, policies=kept)
            return PolicySet(tiers=tuple(tiers))
        case "subject":
            policy = replace(policy, subject=draw(endpoint_conditions(universe, peer=False)))
        case "rule" if some:
            some = draw(changed_rules(universe, some))
            section = replace(section, rules=tuple(some))
        case _:
            section = replace(section, isolates=not section.isolates)
    sections = (*policy.sections[:which], section, *policy.sections[which + 1 :])
    policy = replace(policy, sections=sections)
    tiers[at] = replace(tier, policies=(*tier.policies[:number], policy, *tier.policies[number + 1 :]))
    return PolicySet(tiers=tuple(tiers))


@st.composite
def changed_rules(draw: st.DrawFn, universe: Universe, some: list[Rule]) -> list[Rule]:
    at = draw(st.integers(0, len(some) - 1))
    match draw(st.sampled_from(["drop", "action", "peer", "traffic", "request", "first"])):
        case "drop":
            return some[:at] + some[at + 1 :]
        case "action":
            new = replace(some[at], action=draw(st.sampled_from(list(Action))))
        case "peer":
            new = replace(some[at], peer=draw(endpoint_conditions(universe, peer=True)))
        case "traffic":
            new = replace(some[at], traffic=draw(traffic_conditions(universe)))
        case "request":
            new = replace(some[at], request=draw(request_conditions(universe)))
        case _:
            return [some[at], *some[:at], *some[at + 1 :]]
    return [*some[:at], new, *some[at + 1 :]]
