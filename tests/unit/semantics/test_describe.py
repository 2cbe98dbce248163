"""Counterexamples as people read them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace

from npconv.diagnostics.origin import Origin, Path, Span
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, holds, kind, negate, within
from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Family,
    HttpMethod,
    Kind,
    Named,
    Scope,
)
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.semantics.compare import compare
from npconv.semantics.describe import describe, describe_flow
from npconv.semantics.flow import ICMP, TCP, UDP, Endpoint, Flow
from npconv.semantics.titles import title

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
ROLE = Attribute.of(Scope.SERVICE_ACCOUNT, "role")
ZONE = Attribute.of(Scope.NODE, "zone")


@dataclass(frozen=True)
class File:
    """A place whose values stand on the line that their path says."""

    file: str
    label: str = "NetworkPolicy/shop/web"

    def span(self, path: Path, *, key: bool = False) -> Span:
        line = int(path[-1]) if path else 1
        return Span(line, 1, line, 2)

    def line_text(self, line: int) -> str:
        return ""


def a_set(
    *rules: Rule, file: str = "web.yaml", subject: Condition = ALWAYS, direction: Direction = Direction.EGRESS
) -> PolicySet:
    placed = tuple(replace(rule, origin=Origin(File(file), (10 + at,))) for at, rule in enumerate(rules))
    section = Section(direction=direction, isolates=True, rules=placed)
    name = PolicyName("NetworkPolicy", "shop", "web")
    policy = Policy(name=name, subject=subject, sections=(section,), origin=Origin(File(file), (3,)))
    return PolicySet(tiers=(Tier(name="default", end=TierEnd.DENY, policies=(policy,)),))


def allow(peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS) -> Rule:
    return Rule(action=Action.ALLOW, peer=peer, traffic=traffic, request=request)


def described(old: PolicySet, new: PolicySet) -> list[str]:
    return [describe(each, old="Calico", new="Cilium") for each in compare(old, new).counterexamples]


HTTPS = both(within(Axis.PROTOCOL, protocols(TCP)), within(Axis.DST_PORT, ports((443, 443))))


def test_a_pod_of_a_namespace_without_a_label_and_an_address() -> None:
    subject = both(within(APP, one_of("web")), within(TEAM, ABSENT))
    peer = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, Addresses.of(["10.1.2.3"])))
    assert described(a_set(allow(peer, HTTPS), subject=subject), a_set(file="out.yaml", subject=subject)) == [
        "pod with app=web in namespace other without the label team -> 10.1.2.3:443/tcp (egress):\n"
        "  Calico allows: allow rule of NetworkPolicy/shop/web (web.yaml:10); "
        "Cilium denies: end of tier default: NetworkPolicy/shop/web isolates (out.yaml:3)"
    ]


def test_no_policy_has_no_place() -> None:
    nothing = PolicySet(tiers=())
    found = described(nothing, a_set(subject=within(NAMESPACE, one_of("shop"))))
    assert [each.splitlines()[1] for each in found] == [
        "  Calico allows: no policy selects it; "
        "Cilium denies: end of tier default: NetworkPolicy/shop/web isolates (web.yaml:3)"
    ]


def test_the_source_comes_first_in_either_direction() -> None:
    rules = (allow(within(APP, none_of("db")), within(Axis.PROTOCOL, protocols(UDP))),)
    assert described(a_set(*rules, direction=Direction.INGRESS), a_set(direction=Direction.INGRESS))[0].splitlines()[
        0
    ] == ("pod without the label app in namespace other-2 -> pod in namespace other, port 80/udp (ingress):")


def test_icmp_names_facts_and_requests() -> None:
    echo = both(within(Axis.PROTOCOL, protocols(ICMP)), within(Axis.ICMP_TYPE, icmp(8)))
    outside = kind(Kind.OUTSIDE)
    lines = [
        described(a_set(allow(*each)), a_set())[0].splitlines()[0].removeprefix("pod in namespace other -> ")
        for each in (
            (outside, echo),
            (both(outside, holds(Named("a.example.com"))), HTTPS),
            (kind(Kind.POD), both(holds(DstPortNamed("web")), HTTPS)),
            (both(kind(Kind.POD), holds(BackendOf("shop", "db", False))), HTTPS),
            (kind(Kind.HOST), HTTPS, negate(holds(HttpMethod("GET")))),
            (kind(Kind.REMOTE_NODE), within(Axis.PROTOCOL, protocols(50))),
        )
    ]
    assert lines == [
        "203.0.113.7, icmp type 8 code 0 (egress):",
        '203.0.113.7:443/tcp, known by a name "a.example.com" (egress):',
        'pod in namespace other-2, port 443/tcp, naming port 443 "web" (egress):',
        "pod in namespace other-2, port 443/tcp, a backend of shop/db (egress):",
        "the pod's own node, port 443/tcp (egress):",
        "another node, protocol 50 (egress):",
    ]


def test_a_request_is_named() -> None:
    found = described(
        a_set(allow(traffic=HTTPS)), a_set(allow(traffic=HTTPS, request=negate(holds(HttpMethod("GET")))))
    )
    assert found[0].splitlines()[0] == (
        "pod in namespace other -> pod in namespace other-2, port 443/tcp (egress) with a request of method GET:"
    )


def test_titles() -> None:
    pod = Endpoint(
        kind=Kind.POD,
        attributes={NAMESPACE: "shop", SERVICE_ACCOUNT: "bot", APP: "web", TEAM: "red", ROLE: "r"},
    )
    assert title(pod) == "pod with app=web of service account bot with role=r in namespace shop with team=red"
    plain = Endpoint(kind=Kind.POD, attributes={NAMESPACE: "shop", SERVICE_ACCOUNT: "default"})
    assert title(plain, [APP, TEAM]) == "pod without the label app in namespace shop without the label team"
    assert title(plain, [Attribute.of(Scope.POD, "a"), APP]) == "pod without the labels a or app in namespace shop"
    node = Endpoint(kind=Kind.HOST, attributes={ZONE: "z"})
    assert title(node) == "the pod's own node with zone=z"
    assert title(node, own=True) == "node with zone=z"
    assert title(Endpoint(kind=Kind.REMOTE_NODE), [ZONE, APP]) == "another node without the label zone"


def test_an_address_of_ipv6_has_brackets() -> None:
    pod = Endpoint(kind=Kind.POD, attributes={NAMESPACE: "shop"}, addresses=(ipaddress.ip_address("fd00::5"),))
    far = Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("2001:db8::7"),))
    flow = Flow(direction=Direction.EGRESS, subject=pod, peer=far, port=53, protocol=UDP, family=Family.V6)
    assert describe_flow(flow) == "pod in namespace shop -> [2001:db8::7]:53/udp (egress)"


def test_a_present_label_is_asked_for_too() -> None:
    found = described(a_set(allow(kind(Kind.POD), HTTPS)), a_set(allow(within(APP, PRESENT), HTTPS)))
    assert found[0].startswith("pod in namespace other -> pod in namespace other-2, port 443/tcp")
