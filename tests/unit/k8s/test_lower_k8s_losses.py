"""Every loss of NetworkPolicies as a target: what is said of it, and what is left in the output."""

from __future__ import annotations

from dataclasses import replace

import pytest
from saying import (
    APP,
    GRE,
    ICMP,
    NODES,
    OUTSIDE,
    PODS,
    TCP,
    TOWN,
    allow,
    app,
    at,
    deny,
    egress,
    ingress,
    lost,
    names,
    over,
    policies,
    policy,
    said,
    spec,
    tcp,
)

from npconv.dialects.k8s.lower import lower
from npconv.ir.condition import Condition, both, family, holds, kind, negate, within
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
    Kind,
    LabelText,
    Named,
    Scope,
)
from npconv.ir.intervals import ports
from npconv.ir.policy import Policy, PolicyName, PolicySet, Rule, Tier
from npconv.ir.values import PRESENT, one_of
from npconv.lowering.addresses import plan

KNOWN = plan(PolicySet(tiers=()), pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"])
DUAL = replace(KNOWN, only_v4=False)


@pytest.mark.parametrize(
    ("peer", "traffic", "loss"),
    [
        (
            both(PODS, within(SERVICE_ACCOUNT, one_of("robot"))),
            tcp(),
            "NPC347 narrows: Allow left out: NetworkPolicies do not know service accounts",
        ),
        (
            both(PODS, holds(LabelText(APP, "starts with", "web-"))),
            tcp(),
            "NPC320 narrows: Allow left out: label selectors compare whole values, not parts of them",
        ),
        (
            holds(BackendOf("shop", "front", False)),
            tcp(),
            "NPC332 narrows: Allow left out: the Service object is not in the input",
        ),
        (
            holds(Named("example.com")),
            tcp(),
            "NPC352 narrows: Allow left out: NetworkPolicies do not know domain names",
        ),
        (
            both(OUTSIDE, within(API_SERVER, PRESENT)),
            tcp(),
            "NPC353 narrows: Allow left out: NetworkPolicies know the API server by its address alone, "
            "and that is not known",
        ),
        (NODES, tcp(), "NPC344 narrows: Allow left out: no peer of a NetworkPolicy is a node"),
        (
            both(NODES, within(Attribute.of(Scope.NODE, "role"), one_of("edge"))),
            tcp(),
            "NPC344 narrows: Allow left out: no peer of a NetworkPolicy is a node",
        ),
        (
            both(PODS, at("10.244.1.0/24")),
            tcp(),
            "NPC346 narrows: Allow left out: the range holds some of the pods, and pods are selected by labels",
        ),
        (
            PODS,
            over(ICMP),
            "NPC348 narrows: Allow left out: NetworkPolicies have ICMP only together with all other protocols",
        ),
        (
            PODS,
            over(GRE),
            "NPC349 narrows: Allow left out: NetworkPolicies have TCP, UDP and SCTP, or all protocols at once",
        ),
        (
            PODS,
            both(tcp(), within(Axis.SRC_PORT, ports((1, 1024)))),
            "NPC350 narrows: Allow left out: NetworkPolicies have no source ports",
        ),
        (
            PODS,
            both(tcp(), negate(holds(DstPortNamed("web")))),
            "NPC354 narrows: Allow left out: a port can be named, not excluded by name",
        ),
        (
            PODS,
            both(tcp(), holds(DstPortNamed("no_such_name"))),
            "NPC354 narrows: Allow left out: `no_such_name` is no name that a port can have",
        ),
    ],
)
def test_an_allow_that_cannot_be_said_is_left_out(peer: Condition, traffic: Condition, loss: str) -> None:
    lowered = said(policy(ingress(allow(peer, traffic), allow(app("web")))), known=KNOWN)
    assert lost(lowered) == [loss]
    assert len(spec(lowered)["ingress"]) == 1


def test_a_rule_for_requests_is_left_out() -> None:
    lowered = said(policy(ingress(allow(PODS, tcp(80), request=holds(HttpMethod("GET"))))))
    assert lost(lowered) == ["NPC351 narrows: Allow left out: NetworkPolicies end at ports"]
    assert "ingress" not in spec(lowered)


def test_a_rule_for_one_family() -> None:
    lowered = said(policy(ingress(allow(PODS, family(Family.V4)))), known=DUAL)
    assert lost(lowered) == ["NPC355 narrows: Allow left out: NetworkPolicies cannot tell the families of pods apart"]
    assert lost(said(policy(ingress(allow(PODS, family(Family.V4)))), known=KNOWN)) == []


def test_a_rule_for_the_own_address() -> None:
    some = allow(PODS, subject=at("10.244.1.0/24"))
    assert lost(said(policy(ingress(some)), known=KNOWN)) == [
        "NPC356 narrows: Allow left out: NetworkPolicies choose pods by labels, not by address"
    ]
    whole = allow(PODS, subject=at("10.244.0.0/16"))
    assert lost(said(policy(ingress(whole)), known=KNOWN)) == []


def test_of_several_protocols_those_with_words_stay() -> None:
    lowered = said(policy(ingress(allow(PODS, negate(over(TCP))))))
    assert spec(lowered)["ingress"][0]["ports"] == [{"protocol": "UDP"}, {"protocol": "SCTP"}]
    assert [one.split(":")[0] for one in lost(lowered)] == ["NPC348 narrows", "NPC349 narrows"]


def test_of_everybody_but_some_the_nodes_are_left_out() -> None:
    lowered = said(policy(ingress(deny(app("web")), allow())))
    assert lost(lowered) == ["NPC344 narrows: part of the Allow left out: no peer of a NetworkPolicy is a node"]


def test_where_a_deny_cannot_be_cut_out_a_wider_one_is() -> None:
    robots = both(PODS, within(SERVICE_ACCOUNT, one_of("robot")))
    lowered = said(policy(ingress(deny(robots, tcp(22)), allow(app("web"), tcp()))))
    (rule,) = spec(lowered)["ingress"]
    assert rule == {
        "from": [{"podSelector": {"matchLabels": {"app": "web"}}, "namespaceSelector": {}}],
        "ports": [
            {"protocol": "TCP", "port": 1, "endPort": 21},
            {"protocol": "TCP", "port": 23, "endPort": 65535},
        ],
    }
    assert lost(lowered) == [
        "NPC347 narrows: part of the Allow left out: NetworkPolicies do not know service accounts",
    ]


def test_pods_that_cannot_be_selected_are_refused() -> None:
    lowered = said(policy(ingress(), subject=within(SERVICE_ACCOUNT, one_of("robot"))))
    assert lowered.objects == ()
    assert lost(lowered) == ["NPC330 widens: policy left out: NetworkPolicies do not know service accounts"]


def test_a_deny_for_pods_that_cannot_be_selected_holds_for_more() -> None:
    robot = within(SERVICE_ACCOUNT, one_of("robot"))
    lowered = said(policy(ingress(deny(app("web"), tcp(), subject=robot), allow(PODS))))
    assert spec(lowered)["podSelector"] == {}
    assert all(one.split()[1] == "narrows:" for one in lost(lowered))


def test_an_own_node_that_is_denied_passes_and_is_said_to() -> None:
    source = PolicySet(tiers=policies(policy(ingress(allow(app("web"))))).tiers[1:])
    lowered = lower(source, plan(source), names=names(source))
    assert lost(lowered) == [
        "NPC345 widens: traffic from the pods' own nodes is denied in the source, and always passes in the output"
    ]
    (loss,) = lowered.losses
    assert str(loss.reach[0].peer) == "host"


def test_an_own_node_that_is_allowed_is_not_said_anything_of() -> None:
    source = PolicySet(tiers=policies(policy(ingress(allow(kind(Kind.HOST))))).tiers[1:])
    assert lost(lower(source, plan(source), names=names(source))) == []


def test_an_own_node_that_is_let_in_only_after_an_end_is_denied() -> None:
    """What isolates before the first rule of all decides before it."""
    open_, (closed,) = policies().tiers[0], policies(policy(ingress())).tiers[1:]
    source = PolicySet(tiers=(closed, open_))
    assert [one.partition(":")[0] for one in lost(lower(source, plan(source), names=names(source)))] == [
        "NPC345 widens"
    ]


@pytest.mark.parametrize(
    "first",
    [
        deny(kind(Kind.HOST), tcp(80)),
        allow(kind(Kind.HOST), tcp(80)),
        allow(app("web")),
        allow(kind(Kind.HOST), subject=app("web")),
    ],
)
def test_an_own_node_that_is_let_in_in_part_is_denied_the_rest(first: Rule) -> None:
    source = policies(policy(ingress()))
    built_in = replace(source.tiers[0].policies[0], sections=(ingress(first, isolates=False),))
    source = PolicySet(tiers=(replace(source.tiers[0], policies=(built_in,)), *source.tiers[1:]))
    assert "NPC345 widens" in [one.partition(":")[0] for one in lost(lower(source, plan(source), names=names(source)))]


def test_what_the_engine_does_of_itself_is_not_in_the_output() -> None:
    built_in = Policy(
        name=PolicyName("built-in", "", "dns"),
        subject=PODS,
        sections=(egress(allow(traffic=over(17)), isolates=False),),
    )
    source = policies(policy(egress(allow(app("web")))))
    source = PolicySet(tiers=(Tier(name="b", end=source.tiers[0].end, policies=(built_in,)), *source.tiers))
    assert lost(lower(source, plan(source), names=names(source))) == [
        "NPC357 narrows: `dns` of the source's engine is not in the output"
    ]


def test_what_needs_too_many_pieces_is_left_out_whole() -> None:
    denies = [deny(both(PODS, within(APP, one_of(name))), tcp(number)) for number, name in enumerate("abcdef", 1)]
    source = policies(policy(ingress(*denies, allow(PODS, tcp((1, 9))))))
    assert lost(lower(source, plan(source), names=names(source))) == []
    few = lower(source, plan(source), names=names(source), pieces=5)
    assert lost(few) == ["NPC331 narrows: Allow rule needs too many pieces; it is left out"]
    assert "ingress" not in spec(few)


def test_a_policy_for_a_namespace_that_is_not_there_is_left_out() -> None:
    gone = policy(ingress(), namespace="", subject=within(NAMESPACE, one_of("gone")))
    lowered = said(gone, namespaces=TOWN)
    assert lowered.objects == ()
    assert lost(lowered) == ["NPC341 inert: policy left out: it selects no pod of the namespaces that there are"]
