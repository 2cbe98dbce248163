"""Random policy sets over a small universe, and every flow of it that matters, listed without the encoding."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

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
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.space import BEARERS, CLUSTER_NAME, PORTED, UNKNOWN, Space

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
ADDRESSES = ("10.0.0.9", "10.1.0.9", "192.168.0.9", "203.0.113.9", "2001:db8::9", "2001:db9::9")

TEXTS = ("a", "ab", "ba", "b")
WORDS = tuple("".join(letters) for n in range(1, 5) for letters in product("abc", repeat=n) if n < 4)

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

METHODS = ("GET", "POST", "PUT")
PATHS = ("/", "/a", "/a?q", "/a/", "/a/b", "/ab", "/ab/c", "/c")


@dataclass(frozen=True)
class Universe:
    """What the policies of one example may speak of: few things, so that all combinations can be listed."""

    themes: frozenset[str]


universes = st.sets(st.sampled_from(DIMENSIONS), min_size=1, max_size=2).map(lambda names: Universe(frozenset(names)))


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
        atoms.append(about(NAMESPACE, TEAM) if not peer else about(NAMESPACE, TEAM, SERVICE_ACCOUNT, ROLE))
    if "texts" in themes:
        test = st.sampled_from([each.value for each in TextTest])
        atoms.append(st.builds(LabelText, st.just(APP), test, st.sampled_from(TEXTS)).map(holds))
        atoms.append(values(("a", "ab")).map(lambda some: within(APP, some)))
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


def flows(universe: Universe, space: Space) -> Iterator[Flow]:
    """Every combination of what the policies can ask, that is in the space."""
    subjects = list(_subjects(universe, space))
    peers = list(_peers(universe, space))
    traffics = list(_traffics(universe))
    for direction, subject, peer, traffic, (address, other) in product(
        Direction, subjects, peers, traffics, _addresses(universe, space)
    ):
        protocol, port, source_port, icmp_type, icmp_code, named, source_named, own, request = traffic
        if address.version != other.version:
            continue
        declared = tuple(NamedPort(name, protocol, port) for name in named)
        source_declared = tuple(NamedPort(name, protocol, source_port) for name in source_named)
        inward = direction is Direction.INGRESS
        flow = Flow(
            direction=direction,
            subject=Endpoint(
                kind=subject.kind,
                attributes=subject.attributes,
                addresses=(address,),
                named_ports=declared if inward else source_declared,
                facts=subject.facts,
            ),
            peer=Endpoint(
                kind=peer.kind,
                attributes=peer.attributes,
                addresses=(other,),
                named_ports=source_declared if inward else declared,
                facts=peer.facts,
            ),
            protocol=protocol,
            port=port,
            source_port=source_port,
            icmp_type=icmp_type,
            icmp_code=icmp_code,
            family=Family(own or address.version),
            request=request,
        )
        if flow.family.value == address.version and not space.objections(flow):
            yield flow


def _subjects(universe: Universe, space: Space) -> Iterator[Endpoint]:
    if Kind.POD in space.subject_kinds:
        yield from _pods(universe, space, "subject")
    yield from _others(universe, space.subject_kinds)


def _peers(universe: Universe, space: Space) -> Iterator[Endpoint]:
    yield from _pods(universe, space, "peer")
    yield from _others(universe, frozenset({Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE}))


def _others(universe: Universe, kinds: frozenset[Kind]) -> Iterator[Endpoint]:
    facts = list(_endpoint_facts(universe))
    for one in sorted(kinds - {Kind.POD}, key=str):
        marks: list[dict[Attribute, str]] = [{}]
        for attribute in (ZONE, API_SERVER) if "kinds" in universe.themes else ():
            if one in BEARERS[attribute.scope]:
                marks = [{**mark, **more} for mark in marks for more in _choices(attribute)]
        for mark, fact in product(marks, facts):
            yield Endpoint(kind=one, attributes=mark, facts=fact)


def _choices(attribute: Attribute) -> list[dict[Attribute, str]]:
    return [{}, *({attribute: value} for value in (*VALUES[attribute], "else"))]


def _pods(universe: Universe, space: Space, name: str) -> Iterator[Endpoint]:
    themes = universe.themes
    dimensions: list[list[dict[Attribute, str]]] = [[{CLUSTER_NAME: space.cluster}]]
    if "words" in themes:
        spaces = [word for word in WORDS if len(word) < 3 or word in ("aba", "bab", "cab", "abc")]
        dimensions.append([{NAMESPACE: word, SERVICE_ACCOUNT: "bot"} for word in spaces])
    elif "namespaces" in themes:
        dimensions.append([{NAMESPACE: value} for value in ("shop", "ops", f"else-{name}")])
        dimensions.append(_choices(TEAM))
        if name == "peer":
            dimensions.append([{SERVICE_ACCOUNT: value} for value in ("bot", f"else-{name}")])
            dimensions.append(_choices(ROLE))
        else:
            dimensions.append([{SERVICE_ACCOUNT: f"else-{name}"}])
    else:
        dimensions.append([{NAMESPACE: f"else-{name}", SERVICE_ACCOUNT: f"else-{name}"}])
    if "texts" in themes:
        dimensions.append([{}, *({APP: word} for word in WORDS)])
    elif "labels" in themes:
        dimensions.append(_choices(APP))
    if "labels" in themes:
        dimensions.append(_choices(TIER))
    for parts in product(*dimensions):
        attributes = {key: value for part in parts for key, value in part.items()}
        for facts in _endpoint_facts(universe):
            yield Endpoint(kind=Kind.POD, attributes=attributes, facts=facts)


def _endpoint_facts(universe: Universe) -> Iterator[frozenset[BackendOf | Named]]:
    if "services" not in universe.themes:
        yield frozenset()
        return
    whole, at_port = BackendOf("shop", "db", False), BackendOf("shop", "db", True)
    star, exact, every = Named("*.example.com"), Named("a.example.com"), Named("*")
    for backend in ((), (whole,), (whole, at_port)):
        for names in ((), (every,), (every, star), (every, star, exact)):
            yield frozenset((*backend, *names))


def _addresses(universe: Universe, space: Space) -> list[tuple[ipaddress.IPv4Address, ipaddress.IPv4Address]]:
    if "addresses" in universe.themes or space.pod_addresses is not UNKNOWN:
        some = ADDRESSES
    elif "icmp" in universe.themes:
        some = ("10.0.0.9", "2001:db8::9")
    else:
        some = ("10.0.0.9",)
    return [(ipaddress.ip_address(one), ipaddress.ip_address(other)) for one, other in product(some, some)]  # type: ignore[return-value]


def _traffics(universe: Universe) -> Iterator[tuple]:  # type: ignore[type-arg]
    themes = universe.themes
    numbers = [TCP]
    if themes & {"traffic", "names"}:
        numbers += [UDP, 50, SCTP]
    if "icmp" in themes:
        numbers += [ICMP, ICMPV6, 51]
    for protocol in numbers:
        some_ports = (1, 80, 85, 443, 2000) if "traffic" in themes else (80,)
        some = some_ports if protocol in PORTED else (0,)
        types = (0, 8, 9) if protocol in (ICMP, ICMPV6) else (0,)
        codes = (0, 3, 4) if protocol in (ICMP, ICMPV6) else (0,)
        names: tuple[tuple[str, ...], ...] = ((),)
        sources: tuple[tuple[str, ...], ...] = ((),)
        if "names" in themes and protocol in (TCP, UDP, SCTP):
            names = ((), ("web",), ("dns",), ("web", "dns"))
            sources = ((), ("web",))
        requests = list(_requests(universe)) if protocol == TCP else [None, *[frozenset()] * (protocol in PORTED)]
        for request in requests:
            for rest in product(some, some, types, codes, names, sources, (None,)):
                yield (protocol, *rest, request)


def _requests(universe: Universe) -> Iterator[frozenset[HttpMethod | HttpPath] | None]:
    yield None
    if "requests" not in universe.themes:
        return
    yield frozenset()
    for method, path in product(METHODS, PATHS):
        yield frozenset(_http_facts(method, path))


def _http_facts(method: str, path: str) -> Iterator[HttpMethod | HttpPath]:
    """What is true of a request, said once more and plainly."""
    bare = path.split("?", maxsplit=1)[0]
    if method in ("GET", "POST"):
        yield HttpMethod(method)
    if method in ("GET", "PUT"):
        yield HttpMethod("GET|PUT", regex=True)
    if bare == "/a":
        yield HttpPath(PathTest.EXACT.value, "/a")
    if bare == "/a" or bare.startswith("/a/"):
        yield HttpPath(PathTest.PREFIX.value, "/a")
    if bare.startswith("/a"):
        yield HttpPath(PathTest.TEXT_PREFIX.value, "/a")
    for pattern in ("/a", "/a([?].*)?", "/a.*"):
        if re.fullmatch(pattern, path):
            yield HttpPath(PathTest.REGEX.value, pattern)
