"""Clauses are cut to forms without losing or gaining a flow that can exist."""

from __future__ import annotations

import random

import pytest
from small_sets import APP
from small_worlds import flows_of, has

from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.forms import splitter
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, Holds, both, family, holds, kind, negate, within
from npconv.ir.dimensions import (
    NAMESPACE,
    Attribute,
    Axis,
    DstPortNamed,
    Family,
    HttpMethod,
    Kind,
    LabelText,
    Scope,
    SrcPortNamed,
    TextTest,
)
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.lowering import addresses, forms
from npconv.lowering.addresses import WORLD
from npconv.lowering.box import Box, Clause, clauses
from npconv.lowering.cube import Cube
from npconv.pipeline.check import space
from npconv.semantics.flow import ICMP, ICMPV6, TCP, UDP

TEAM = Attribute.of(Scope.NAMESPACE, "team")
HTTP = DstPortNamed("http")
PEERS: tuple[Condition, ...] = (
    ALWAYS,
    within(APP, one_of("web")),
    within(APP, none_of("web")),
    within(APP, ABSENT),
    both(within(APP, none_of("web")), within(NAMESPACE, none_of("shop"))),
    both(kind(Kind.POD), within(TEAM, PRESENT)),
    holds(LabelText(APP, TextTest.CONTAINS.value, "we")),
    negate(holds(LabelText(APP, TextTest.CONTAINS.value, "we"))),
    within(Axis.ADDRESS, Addresses.of(["8.8.8.0/24"])),
    negate(within(Axis.ADDRESS, Addresses.of(["8.8.8.0/24"]))),
    within(Axis.ADDRESS, Addresses.of(["10.244.0.0/16", "2001:db8::/32"])),
    within(Axis.ADDRESS, Addresses.of(["10.244.3.0/24"])),
    both(within(APP, none_of("web")), within(Axis.ADDRESS, Addresses.of(["0.0.0.0/0"]))),
)
TRAFFIC: tuple[Condition, ...] = (
    ALWAYS,
    within(Axis.PROTOCOL, protocols(TCP)),
    negate(within(Axis.PROTOCOL, protocols(TCP))),
    within(Axis.PROTOCOL, protocols(ICMP, ICMPV6, 47)),
    both(within(Axis.PROTOCOL, protocols(TCP, UDP)), within(Axis.DST_PORT, ports((80, 80)))),
    both(within(Axis.PROTOCOL, protocols(TCP)), negate(within(Axis.DST_PORT, ports((80, 80))))),
    both(within(Axis.PROTOCOL, protocols(TCP)), within(Axis.DST_PORT, ports((0, 0)))),
    both(within(Axis.PROTOCOL, protocols(ICMP)), within(Axis.ICMP_TYPE, icmp(8))),
    both(within(Axis.PROTOCOL, protocols(ICMP)), negate(within(Axis.ICMP_TYPE, icmp(8)))),
    holds(HTTP),
    negate(holds(HTTP)),
    both(within(Axis.PROTOCOL, protocols(TCP)), negate(holds(SrcPortNamed("http")))),
    family(Family.V4),
    both(family(Family.V6), negate(within(Axis.PROTOCOL, protocols(TCP)))),
    both(family(Family.V4), within(Axis.PROTOCOL, protocols(ICMPV6))),
)
REQUESTS: tuple[Condition, ...] = (ALWAYS, holds(HttpMethod("GET")), negate(holds(HttpMethod("GET"))))


def clause_of(rule: Rule) -> list[Clause]:
    section = Section(direction=Direction.INGRESS, isolates=True, rules=(rule,))
    policy = Policy(name=PolicyName("P", "", "p"), subject=kind(Kind.POD), sections=(section,))
    return list(clauses(policy, rule, 64))


@pytest.mark.parametrize("seed", range(120))
def test_the_pieces_hold_the_flows_of_the_clause(seed: int) -> None:
    random_ = random.Random(seed)
    rule = Rule(
        action=Action.ALLOW,
        peer=random_.choice(PEERS),
        traffic=random_.choice(TRAFFIC),
        request=random_.choice(REQUESTS) if seed % 3 == 0 else ALWAYS,
    )
    only_v4 = random_.random() < 0.7
    policies = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(clause_of(rule)[0].policy,)),))
    known = random_.random() < 0.5
    plan = addresses.plan(policies, pod_cidrs=["10.244.0.0/16"] if known else (), only_v4=only_v4)
    for direction in Direction:
        whole = clause_of(rule)
        pieces = [piece for one in whole for piece in splitter(plan, direction)(one)]
        flows = list(flows_of(space(plan, (CalicoProfile(), CiliumProfile())), direction, seed, 120))
        assert len(flows) > 60
        for flow in flows:
            before = any(has(one.box, flow) for one in whole)
            assert before == any(has(one.box, flow) for one in pieces), f"{rule}\n{flow}"


def texts(pieces: object) -> list[str]:
    return [str(one) for one in pieces]  # type: ignore[attr-defined]


def test_a_positive_label_is_about_pods_alone() -> None:
    assert texts(forms.by_kind(Cube(((APP, one_of("web")),)))) == ['pod & pod[app] in {"web"}']


def test_a_negative_label_is_about_others_too() -> None:
    pieces = texts(forms.by_kind(Cube(((APP, none_of("web")),))))
    assert pieces == ['pod & pod[app] not in {"web"}', "host|remote-node|outside"]


def test_a_peer_without_labels_is_left_alone() -> None:
    peer = Cube(((Axis.KIND, WORLD),))
    assert list(forms.by_kind(peer)) == [peer]


def test_a_peer_of_kinds_that_no_source_knows_is_nobody() -> None:
    assert list(forms.by_kind(Cube(((Axis.KIND, ~WORLD),)))) == []


def test_traffic_without_conditions_is_left_alone() -> None:
    assert list(forms.by_protocol(Cube())) == [Cube()]


def test_ports_belong_to_protocols_with_ports() -> None:
    pieces = texts(forms.by_protocol(Cube(((Axis.DST_PORT, ports((80, 80))),))))
    assert pieces == ["port 80 & protocol 6, 17, 132"]


def test_port_0_of_tcp_is_no_traffic() -> None:
    only = Cube(((Axis.PROTOCOL, protocols(6)), (Axis.DST_PORT, ports((0, 0)))))
    assert list(forms.by_protocol(only)) == []


def test_every_port_but_0_is_no_condition() -> None:
    every = Cube(((Axis.PROTOCOL, protocols(6)), (Axis.DST_PORT, ports((1, 65535)))))
    assert list(forms.by_protocol(every)) == [Cube(((Axis.PROTOCOL, protocols(6)),))]


def test_protocols_are_cut_into_groups() -> None:
    pieces = texts(forms.by_protocol(Cube(((Axis.PROTOCOL, ~protocols(6)),))))
    assert pieces == ["protocol 17, 132", "protocol 1", "protocol 58", "protocol 0, 2-5, 7-16, 18-57, 59-131, 133-255"]


def test_a_negated_port_name_asks_nothing_of_icmp() -> None:
    traffic = Cube((), frozenset({Holds(HTTP, negated=True)}))
    pieces = list(forms.by_protocol(traffic))
    assert [bool(piece.facts) for piece in pieces] == [True, False, False, False]
    assert texts(forms.by_protocol(Cube((), frozenset({Holds(HTTP)})))) == ['port named "http" & protocol 6, 17, 132']


def test_a_port_name_is_the_peers_on_egress() -> None:
    box = Box(traffic=Cube((), frozenset({Holds(HTTP)})))
    assert list(forms.by_port_name(box, Direction.INGRESS)) == [box]
    assert texts(forms.by_port_name(box, Direction.EGRESS)) == ['peer: pod; traffic: port named "http"']


def test_a_negated_port_name_holds_for_peers_that_are_no_pods() -> None:
    box = Box(traffic=Cube((), frozenset({Holds(HTTP, negated=True)})))
    assert texts(forms.by_port_name(box, Direction.EGRESS)) == [
        'peer: pod; traffic: not (port named "http")',
        "peer: host|remote-node|outside",
    ]


def test_a_request_is_cut_from_what_carries_none() -> None:
    box = Box(request=Cube((), frozenset({Holds(HttpMethod("GET"))})))
    protocols_of = [box.traffic.members(Axis.PROTOCOL) for box in forms.by_request(box)]
    assert protocols_of == [protocols(6), ~protocols(6)]
    assert list(forms.by_request(Box())) == [Box()]


def test_the_names_of_a_box_are_those_that_it_asks_for() -> None:
    facts = frozenset({Holds(DstPortNamed("b")), Holds(DstPortNamed("a")), Holds(HTTP, negated=True)})
    assert forms.named_ports_of(Box(traffic=Cube((), facts))) == ("a", "b")


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("peer", PEERS)
def test_peers_and_traffic_that_have_nothing_to_do_with_each_other_are_cut_apart(
    direction: Direction, peer: Condition, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = addresses.plan(PolicySet(tiers=()))
    rules = [Rule(action=Action.DENY, peer=peer, traffic=one, request=two) for one in TRAFFIC for two in REQUESTS]
    whole = [one for rule in rules for one in clause_of(rule)]
    once = splitter(plan, direction)
    found = [[piece.box for piece in once(one)] for one in whole]
    monkeypatch.setattr("npconv.dialects.cilium.forms._are_apart", lambda *_: False)
    together = splitter(plan, direction)
    assert found == [[piece.box for piece in together(one)] for one in whole]
