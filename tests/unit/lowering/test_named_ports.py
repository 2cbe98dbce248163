"""Ports by name become numbers for the pods that declare them, where the pods are known."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from npconv.ir.condition import ALWAYS, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import none_of, one_of
from npconv.lowering.named_ports import settled
from npconv.lowering.pods_apart import KnownPod, KnownPort, apart
from npconv.semantics.flow import TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.verdict import verdict

APP, TIER = Attribute.of(Scope.POD, "app"), Attribute.of(Scope.POD, "tier")
HTTP = both(holds(DstPortNamed("http")), within(Axis.PROTOCOL, protocols(TCP)))
FRONT = both(kind(Kind.POD), within(TIER, one_of("front")))


def pod(title: str, namespace: str = "shop", http: int = 0, protocol: int = TCP, **labels: str) -> KnownPod:
    return KnownPod(
        title=title,
        attributes={NAMESPACE: namespace, **{Attribute.of(Scope.POD, key): value for key, value in labels.items()}},
        ports=(KnownPort("http", protocol, http),) if http else (),
    )


WEB = pod("web", app="web", tier="front", http=80)
API = pod("api", app="api", tier="front", http=8080)
DB = pod("db", app="db", http=5432)


def policy_set(rule: Rule, direction: Direction = Direction.EGRESS) -> PolicySet:
    section = Section(direction=direction, isolates=True, rules=(rule,))
    policy = Policy(name=PolicyName("P", "shop", "p"), subject=kind(Kind.POD), sections=(section,))
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))


def rules_of(policies: PolicySet) -> list[str]:
    return [
        "; ".join(str(part) for part in (one.subject, one.peer, one.traffic) if part != ALWAYS)
        for one in policies.tiers[0].policies[0].sections[0].rules
    ]


def egress(pods: Sequence[KnownPod], peer: Condition = FRONT, traffic: Condition = HTTP) -> list[str]:
    return rules_of(settled(policy_set(Rule(action=Action.ALLOW, peer=peer, traffic=traffic)), pods)[0])


def test_a_name_that_all_selected_pods_share_is_a_number() -> None:
    again = pod("web-2", app="web", tier="front", http=80)
    assert egress([WEB, again, DB]) == ['pod & pod[tier] in {"front"}; port 80 & protocol 6']


def test_a_name_for_two_numbers_is_a_rule_for_each() -> None:
    shop = 'namespace[kubernetes.io/metadata.name] in {"shop"} & pod'
    assert egress([WEB, API, DB]) == [
        f'{shop} & pod[app] in {{"web"}} & pod[tier] in {{"front"}}; port 80 & protocol 6',
        f'{shop} & pod[app] in {{"api"}} & pod[tier] in {{"front"}}; port 8080 & protocol 6',
    ]


def test_a_rule_for_anybody_is_for_the_pods_that_declare_the_name() -> None:
    assert egress([WEB, pod("db", "data", app="db")], ALWAYS) == [
        'namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"web"}; port 80 & protocol 6'
    ]


def test_a_name_that_nobody_declares_is_no_rule() -> None:
    assert egress([pod("web", tier="front"), pod("udp", tier="front", http=443, protocol=UDP), DB]) == []


def test_what_stands_beside_the_name_stays() -> None:
    traffic = either(HTTP, both(within(Axis.PROTOCOL, protocols(UDP)), within(Axis.DST_PORT, ports((53, 53)))))
    assert egress([WEB], traffic=traffic) == [
        'pod & pod[tier] in {"front"}; port 53 & protocol 17',
        'pod & pod[tier] in {"front"}; port 80 & protocol 6',
    ]


def test_names_of_the_same_pods_are_one_rule() -> None:
    both_ways = replace(DB, ports=(KnownPort("dns", UDP, 53), KnownPort("dns-tcp", TCP, 53)))
    dns = both(holds(DstPortNamed("dns")), within(Axis.PROTOCOL, protocols(UDP)))
    over_tcp = both(holds(DstPortNamed("dns-tcp")), within(Axis.PROTOCOL, protocols(TCP)))
    assert egress([both_ways], ALWAYS, either(dns, over_tcp)) == [
        'namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"db"}; '
        "(port 53 & protocol 17) | (port 53 & protocol 6)"
    ]


def test_on_the_way_in_the_name_is_the_subjects() -> None:
    source = policy_set(Rule(action=Action.ALLOW, traffic=HTTP), Direction.INGRESS)
    found, named = settled(source, [WEB, DB])
    shop = 'namespace[kubernetes.io/metadata.name] in {"shop"} & pod'
    assert rules_of(found) == [
        f'{shop} & pod[app] in {{"web"}}; port 80 & protocol 6',
        f'{shop} & pod[app] in {{"db"}}; port 5432 & protocol 6',
    ]
    assert [(one.name, one.direction, [number.number for number in one.numbers]) for one in named] == [
        ("http", Direction.INGRESS, [80, 5432])
    ]
    assert settled(source, [WEB, DB], {Direction.EGRESS}) == (source, ())


@pytest.mark.parametrize(
    "traffic",
    [
        within(Axis.DST_PORT, ports((80, 80))),
        negate(HTTP),
        both(holds(DstPortNamed("http")), holds(DstPortNamed("web"))),
    ],
)
def test_what_names_no_single_port_is_left_alone(traffic: Condition) -> None:
    source = policy_set(Rule(action=Action.ALLOW, peer=FRONT, traffic=traffic))
    assert settled(source, [WEB, API])[0] == source


def test_where_no_pod_is_known_nothing_is() -> None:
    source = policy_set(Rule(action=Action.ALLOW, peer=FRONT, traffic=HTTP))
    assert settled(source, []) == (source, ())


def test_pods_that_no_label_tells_apart_leave_the_name() -> None:
    source = policy_set(Rule(action=Action.ALLOW, peer=FRONT, traffic=HTTP))
    found, (named,) = settled(source, [WEB, pod("web-2", app="web", tier="front", http=8080)])
    assert found == source
    assert not named.is_settled


def test_selectors_are_few_telling_labels() -> None:
    canary = pod("canary", app="web", tier="front", track="canary", http=81)
    pods = [pod("a", app="web", **{"pod-template-hash": "1"}), pod("b", app="web", **{"pod-template-hash": "2"})]
    assert str(apart(pods, [])) == 'namespace[kubernetes.io/metadata.name] in {"shop"} & pod[app] in {"web"}'
    assert str(apart([canary], [WEB])).endswith('pod[track] in {"canary"}')
    assert str(apart([WEB], [canary])).endswith("pod[track] absent")
    assert str(apart([WEB, API], [DB])).endswith('pod[app] in {"api", "web"}')
    assert apart([WEB], [pod("web-2", app="web", tier="front")]) is None


@pytest.mark.parametrize("seed", range(60))
def test_known_pods_are_let_through_alike(seed: int) -> None:
    random_ = random.Random(seed)
    pods = [_pod(random_, number) for number in range(random_.randint(1, 6))]
    source = PolicySet(
        tiers=(Tier(name="t", end=TierEnd.DENY, policies=tuple(_policy(random_, str(one)) for one in range(3))),)
    )
    found, named = settled(source, pods)
    ends = [_endpoint(one) for one in pods]
    others = [*ends, Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("198.51.100.1"),))]
    for subject, peer, direction, port, protocol in product(ends, others, Direction, (80, 81), (TCP, UDP)):
        flow = Flow(direction=direction, subject=subject, peer=peer, port=port, protocol=protocol)
        assert verdict(found, flow).allowed == verdict(source, flow).allowed
    if all(one.is_settled for one in named):
        assert "port named" not in str(found)


def _pod(random_: random.Random, number: int) -> KnownPod:
    labels = {key: random_.choice("xyz") for key in ("app", "tier") if random_.random() < 0.7}
    return pod(
        f"pod-{number}",
        random_.choice(("shop", "data")),
        random_.choice((0, 80, 81)),
        random_.choice((TCP, TCP, UDP)),
        **labels,
    )


def _policy(random_: random.Random, name: str) -> Policy:
    rules = tuple(
        Rule(
            action=random_.choice((Action.ALLOW, Action.DENY)),
            subject=random_.choice((ALWAYS, within(TIER, one_of("x")))),
            peer=random_.choice((ALWAYS, kind(Kind.POD), within(APP, one_of("x", "y")), within(APP, none_of("x")))),
            traffic=random_.choice((ALWAYS, HTTP, holds(DstPortNamed("http")), within(Axis.DST_PORT, ports((80, 80))))),
        )
        for _ in range(random_.randint(1, 3))
    )
    section = Section(direction=random_.choice(list(Direction)), isolates=True, rules=rules)
    return Policy(name=PolicyName("P", "shop", name), subject=kind(Kind.POD), sections=(section,))


def _endpoint(one: KnownPod) -> Endpoint:
    named = tuple(NamedPort(port.name, port.protocol, port.number) for port in one.ports)
    return Endpoint(kind=Kind.POD, attributes=dict(one.attributes), named_ports=named)
