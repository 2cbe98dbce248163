"""How peers and ports are worded, each beside what it must not be taken for."""

from __future__ import annotations

from typing import Any

import pytest
from saying import (
    APP,
    NODES,
    OUTSIDE,
    PODS,
    SCTP,
    TEAM,
    UDP,
    allow,
    app,
    at,
    egress,
    ingress,
    lost,
    over,
    policy,
    said,
    spec,
    tcp,
)

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import NAMESPACE, Axis, DstPortNamed, Kind
from npconv.ir.intervals import ports
from npconv.ir.policy import PolicySet
from npconv.ir.values import ABSENT, PRESENT, Values, none_of, one_of
from npconv.lowering.addresses import plan

ANYWHERE: dict[str, Any] = {"namespaceSelector": {}}
DUAL = plan(PolicySet(tiers=()), only_v4=False)


def who(peer: Condition, **more: Any) -> Any:
    """The `from` of a rule for a peer; "nobody" if there is no rule, "everybody" if it has none."""
    rules = spec(said(policy(ingress(allow(peer))), **more)).get("ingress")
    return "nobody" if rules is None else [rule.get("from", "everybody") for rule in rules]


def what(traffic: Condition) -> Any:
    rules = spec(said(policy(ingress(allow(traffic=traffic))))).get("ingress")
    return "nothing" if rules is None else [rule.get("ports", "everything") for rule in rules]


def needs(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator} | ({"values": list(values)} if values else {})


@pytest.mark.parametrize(
    ("values", "selector"),
    [
        (one_of("a"), {"matchLabels": {"app": "a"}}),
        (one_of(""), {"matchLabels": {"app": ""}}),
        (one_of("b", "a"), {"matchExpressions": [needs("app", "In", "a", "b")]}),
        (none_of("b", "a"), {"matchExpressions": [needs("app", "NotIn", "a", "b")]}),
        (PRESENT, {"matchExpressions": [needs("app", "Exists")]}),
        (ABSENT, {"matchExpressions": [needs("app", "DoesNotExist")]}),
        (
            Values(frozenset({"a"}), True, False),
            {"matchExpressions": [needs("app", "Exists"), needs("app", "NotIn", "a")]},
        ),
    ],
)
def test_values_of_a_label(values: Values, selector: dict[str, Any]) -> None:
    assert who(both(PODS, within(APP, values))) == [[{"namespaceSelector": {}, "podSelector": selector}]]


def test_a_value_or_no_label_is_two_peers() -> None:
    assert who(both(PODS, within(APP, Values(frozenset({"a"}), False, True)))) == [
        [
            {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}},
            {"namespaceSelector": {}, "podSelector": {"matchExpressions": [needs("app", "DoesNotExist")]}},
        ]
    ]


def test_pods_anybody_and_addresses_outside() -> None:
    assert who(PODS) == [[ANYWHERE]]
    assert who(ALWAYS) == ["everybody"]
    assert who(OUTSIDE) == [[{"ipBlock": {"cidr": "0.0.0.0/0"}}, {"ipBlock": {"cidr": "::/0"}}]]
    assert who(either(PODS, OUTSIDE, kind(Kind.REMOTE_NODE))) == ["everybody"]  # the own node passes anyway


def test_namespaces_by_name_and_by_label() -> None:
    assert who(both(PODS, within(NAMESPACE, one_of("ops")))) == [
        [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}]
    ]
    assert who(both(PODS, within(TEAM, none_of("a", "b")))) == [
        [{"namespaceSelector": {"matchExpressions": [needs("team", "NotIn", "a", "b")]}}]
    ]
    assert who(both(PODS, within(NAMESPACE, PRESENT))) == [[ANYWHERE]]


def test_peers_with_the_same_ports_stand_together() -> None:
    assert who(either(app("a"), both(OUTSIDE, at("203.0.113.0/24")))) == [
        [
            {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}},
            {"ipBlock": {"cidr": "203.0.113.0/24"}},
        ]
    ]


def test_what_is_missing_in_a_range_is_an_exception() -> None:
    outside = both(OUTSIDE, at("203.0.113.0/24"), negate(at("203.0.113.7/32")))
    assert who(outside) == [[{"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.7/32"]}}]]
    assert who(both(OUTSIDE, at("203.0.113.0/24", "198.51.100.0/24"))) == [
        [{"ipBlock": {"cidr": "198.51.100.0/24"}}, {"ipBlock": {"cidr": "203.0.113.0/24"}}]
    ]


def test_every_ipv4_address_is_everybody_only_where_there_is_no_other() -> None:
    assert who(at("0.0.0.0/0")) == ["everybody"]
    assert who(at("0.0.0.0/0"), known=DUAL) == [[{"ipBlock": {"cidr": "0.0.0.0/0"}}]]


def test_every_ipv4_address_outside_is_no_ipv6_address() -> None:
    assert who(both(OUTSIDE, at("0.0.0.0/0"))) == [[{"ipBlock": {"cidr": "0.0.0.0/0"}}]]


def test_blocks_stay_apart_unless_they_are_fewer_together() -> None:
    most = within(Axis.ADDRESS, Addresses.of(["10.0.0.0/8"]) & ~Addresses.of(["10.1.0.0/16"]))
    assert who(either(both(OUTSIDE, most), both(OUTSIDE, at("10.1.2.0/24")))) == [
        [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}, {"ipBlock": {"cidr": "10.1.2.0/24"}}]
    ]
    assert who(either(both(OUTSIDE, most), both(OUTSIDE, at("10.1.0.0/16")))) == [[{"ipBlock": {"cidr": "10.0.0.0/8"}}]]


def test_a_range_that_holds_all_pods_is_all_pods() -> None:
    known = plan(PolicySet(tiers=()), pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"])
    peer = both(at("10.240.0.0/12"), kind(Kind.POD, Kind.OUTSIDE))
    assert who(peer, known=known) == [[ANYWHERE, {"ipBlock": {"cidr": "10.240.0.0/12"}}]]


def test_nodes_have_no_words_but_the_own_one_needs_none() -> None:
    assert who(kind(Kind.HOST)) == "nobody"
    assert lost(said(policy(ingress(allow(kind(Kind.HOST)))))) == []
    assert lost(said(policy(ingress(allow(NODES))))) == [
        "NPC344 narrows: Allow left out: no peer of a NetworkPolicy is a node"
    ]


@pytest.mark.parametrize(
    ("traffic", "found"),
    [
        (ALWAYS, "everything"),
        (tcp(), [{"protocol": "TCP"}]),
        (tcp(443, 80), [{"protocol": "TCP", "port": 80}, {"protocol": "TCP", "port": 443}]),
        (tcp((8000, 8080)), [{"protocol": "TCP", "port": 8000, "endPort": 8080}]),
        (tcp((0, 65535)), [{"protocol": "TCP"}]),
        (over(UDP, SCTP), [{"protocol": "UDP"}, {"protocol": "SCTP"}]),
        (
            both(over(UDP), holds(DstPortNamed("dns"))),
            [{"protocol": "UDP", "port": "dns"}],
        ),
        (
            within(Axis.DST_PORT, ports((53, 53))),
            [{"protocol": "TCP", "port": 53}, {"protocol": "UDP", "port": 53}, {"protocol": "SCTP", "port": 53}],
        ),
    ],
)
def test_ports(traffic: Condition, found: Any) -> None:
    assert what(traffic) == [found]


def test_no_port_is_never_every_port() -> None:
    assert what(both(over(UDP), within(Axis.DST_PORT, ports((0, 0))))) == "nothing"


def test_a_named_port_on_the_way_out_is_the_pods() -> None:
    lowered = said(policy(egress(allow(traffic=both(tcp(), holds(DstPortNamed("web")))))))
    assert spec(lowered)["egress"] == [{"to": [ANYWHERE], "ports": [{"protocol": "TCP", "port": "web"}]}]
