"""What is known or assumed of pod and node addresses, and what a range then means."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npconv.ir.addresses import EVERY_ADDRESS, Addresses
from npconv.ir.condition import Condition, either, family, kind, negate, within
from npconv.ir.dimensions import Axis, Family, Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.lowering.addresses import NODES, PODS, PRIVATE, Relation, mentioned, plan, split
from npconv.lowering.box import clauses

CIDRS = ("0.0.0.0/0", "10.0.0.0/8", "10.244.0.0/16", "10.1.0.0/16", "192.168.0.0/16", "8.8.8.8/32", "100.64.0.0/10")
nets = st.lists(st.sampled_from(CIDRS), min_size=1, max_size=3).map(Addresses.of)


def asking(*peers: Condition, subject: Condition | None = None) -> PolicySet:
    rules = tuple(Rule(action=Action.ALLOW, peer=peer, subject=subject or kind(Kind.POD)) for peer in peers)
    section = Section(direction=Direction.EGRESS, isolates=True, rules=rules)
    policy = Policy(name=PolicyName("P", "", "p"), subject=kind(Kind.POD), sections=(section,))
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))


def of(*cidrs: str) -> Condition:
    return within(Axis.ADDRESS, Addresses.of(cidrs))


def said(policies: PolicySet, **known: object) -> list[str]:
    policy = policies.tiers[0].policies[0]
    chosen = plan(policies, **known)  # type: ignore[arg-type]
    return [
        str(piece.box)
        for rule in policy.sections[0].rules
        for clause in clauses(policy, rule, 64)
        for piece in split(clause, chosen)
    ]


@given(st.lists(nets, min_size=1, max_size=4), st.lists(nets, max_size=2))
def test_no_set_of_the_policies_cuts_what_is_assumed(asked: list[Addresses], negated: list[Addresses]) -> None:
    conditions = [within(Axis.ADDRESS, one) for one in asked] + [negate(within(Axis.ADDRESS, one)) for one in negated]
    chosen = plan(asking(*conditions))
    home = chosen.pods.addresses
    assert chosen.pods.assumed and chosen.nodes.addresses == home
    assert not home.is_empty and home & PRIVATE == home
    for one in (*asked, *negated):
        inside = home & one
        assert inside.is_empty or inside == home
        expected = Relation.APART if inside.is_empty else Relation.COVERS
        assert chosen.relation(PODS, one) is expected


def test_what_is_cut_out_of_everything_is_taken_to_be_the_cluster() -> None:
    home = plan(asking(negate(of("10.0.0.0/8")))).pods.addresses
    assert ipaddress.ip_address("10.5.5.5") in home
    assert ipaddress.ip_address("192.168.0.1") not in home


def test_without_any_range_all_private_addresses_are_assumed() -> None:
    assert plan(asking(kind(Kind.POD))).pods.addresses == PRIVATE


def test_pods_are_taken_to_be_elsewhere_than_nodes_that_are_told() -> None:
    nodes = Addresses.of(["10.0.0.0/16"])
    found = plan(PolicySet(tiers=()), node_cidrs=["10.0.0.0/16"])
    assert found.relation(PODS, nodes) is Relation.APART
    assert found.told == nodes
    assert plan(PolicySet(tiers=())).told.is_empty


def test_a_range_that_is_allowed_is_not_taken_to_be_the_cluster() -> None:
    home = plan(asking(of("10.0.0.0/8"))).pods.addresses
    assert ipaddress.ip_address("10.0.0.1") not in home


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("10.0.0.0/8", Relation.COVERS),
        ("10.244.0.0/16", Relation.COVERS),
        ("10.244.7.0/24", Relation.PARTLY),
        ("10.245.0.0/16", Relation.APART),
    ],
)
def test_where_pods_are_known_a_range_is_compared(asked: str, expected: Relation) -> None:
    chosen = plan(asking(of(asked)), pod_cidrs=["10.244.0.0/16"])
    assert not chosen.pods.assumed and chosen.nodes.assumed
    assert chosen.relation(PODS, Addresses.of([asked])) is expected


@pytest.mark.parametrize(
    ("asked", "seen", "expected"),
    [
        (["10.0.0.0/8"], ["10.244.0.7", "10.244.9.9"], Relation.COVERS),
        (["10.244.0.0/16"], ["10.244.0.7"], Relation.COVERS),
        (["10.244.0.0/24"], ["10.244.0.7", "10.244.9.9"], Relation.PARTLY),
        (["10.0.0.0/8"], ["192.168.3.3", "172.16.0.1"], Relation.APART),
        (["20.0.0.0/8"], ["20.1.2.3"], Relation.COVERS),
        (["10.0.0.0/8"], ["fd00::7"], Relation.APART),
    ],
)
def test_pods_are_taken_to_be_where_some_were_seen(asked: list[str], seen: list[str], expected: Relation) -> None:
    chosen = plan(asking(of(*asked), of("10.9.0.0/16")), pods_seen=seen, nodes_seen=seen)
    for kinds in (PODS, NODES):
        assert chosen.region(kinds).assumed
        assert chosen.relation(kinds, Addresses.of(asked)) is expected


def test_what_was_told_and_what_was_seen_count_together() -> None:
    chosen = plan(asking(of("10.0.0.0/8")), pod_cidrs=["10.244.0.0/16"], pods_seen=["10.244.0.7", "192.168.0.9"])
    assert chosen.pods.addresses == Addresses.of(["10.244.0.0/16", "192.168.0.9/32"])
    assert not chosen.pods.assumed
    assert chosen.relation(PODS, Addresses.of(["10.0.0.0/8"])) is Relation.PARTLY


def test_in_a_dual_stack_cluster_one_family_is_a_part() -> None:
    chosen = plan(asking(of("0.0.0.0/0")), pod_cidrs=["10.244.0.0/16"], only_v4=False)
    assert chosen.relation(PODS, Addresses.of(["0.0.0.0/0"])) is Relation.PARTLY
    assert chosen.relation(NODES, EVERY_ADDRESS) is Relation.COVERS


@pytest.mark.parametrize(
    ("pod_cidrs", "asked", "expected"),
    [
        (["10.244.0.0/16"], ["10.244.0.0/16"], Relation.PARTLY),
        (["10.244.0.0/16"], ["10.244.0.0/16", "::/0"], Relation.COVERS),
        (["10.244.0.0/16"], ["198.51.100.0/24"], Relation.APART),
        (["10.244.0.0/16"], ["198.51.100.0/24", "2001:db8::/32"], Relation.PARTLY),
        (["10.244.0.0/16", "fd00:1::/64"], ["10.244.0.0/16", "fd00::/8"], Relation.COVERS),
        (["10.244.0.0/16", "fd00:1::/64"], ["198.51.100.0/24", "2001:db8::/32"], Relation.APART),
        ([], ["10.0.0.0/8"], Relation.APART),
        ([], ["0.0.0.0/0"], Relation.PARTLY),
        ([], ["0.0.0.0/0", "::/0"], Relation.COVERS),
    ],
)
def test_in_a_dual_stack_cluster_both_families_count(
    pod_cidrs: list[str], asked: list[str], expected: Relation
) -> None:
    chosen = plan(asking(of(*asked)), pod_cidrs=pod_cidrs, only_v4=False)
    assert chosen.relation(PODS, Addresses.of(asked)) is expected


def test_in_a_dual_stack_cluster_pods_are_anywhere_unless_it_was_said() -> None:
    unsaid = plan(asking(of("10.0.0.0/8")), pod_cidrs=["10.244.0.0/16"], only_v4=False)
    assert unsaid.places(PODS) == Addresses.of(["10.244.0.0/16", "::/0"])
    said_so = plan(asking(of("10.0.0.0/8")), pod_cidrs=["10.244.0.0/16", "fd00:1::/64"], only_v4=False)
    assert said_so.places(PODS) == Addresses.of(["10.244.0.0/16", "fd00:1::/64"])
    only_v4 = plan(asking(of("10.0.0.0/8")), pod_cidrs=["10.244.0.0/16"])
    assert only_v4.places(PODS) == Addresses.of(["10.244.0.0/16"])


def test_everything_that_a_policy_mentions_is_found() -> None:
    policies = asking(either(of("8.8.8.8/32"), kind(Kind.POD)), subject=of("10.0.0.0/8"))
    assert [str(one) for one in mentioned(policies)] == [
        str(Addresses.of([one])) for one in ("8.8.8.8/32", "10.0.0.0/8")
    ]


def test_a_range_outside_is_about_the_outside() -> None:
    assert said(asking(of("8.8.8.8/32"))) == ["subject: pod; peer: address {8.8.8.8/32} & outside"]


def test_a_range_that_holds_all_pods_is_also_about_pods() -> None:
    assert said(asking(of("10.0.0.0/8")), pod_cidrs=["10.244.0.0/16"], node_cidrs=["192.168.0.0/24"]) == [
        "subject: pod; peer: pod",
        "subject: pod; peer: address {10.0.0.0/8} & outside",
    ]


def test_a_range_that_holds_some_pods_keeps_its_condition() -> None:
    assert said(asking(of("10.244.7.0/24")), pod_cidrs=["10.244.0.0/16"], node_cidrs=["192.168.0.0/24"]) == [
        "subject: pod; peer: address {10.244.7.0/24} & pod",
        "subject: pod; peer: address {10.244.7.0/24} & outside",
    ]


def test_an_own_address_that_all_pods_have_asks_nothing() -> None:
    own = asking(kind(Kind.POD), subject=of("10.0.0.0/8"))
    assert said(own, pod_cidrs=["10.244.0.0/16"]) == ["subject: pod; peer: pod"]
    assert said(own, pod_cidrs=["192.168.0.0/16"]) == []
    assert said(own, pod_cidrs=["10.0.0.0/8", "192.168.0.0/16"]) == ["subject: address {10.0.0.0/8} & pod; peer: pod"]


def test_a_family_is_said_by_the_addresses_outside() -> None:
    section = Section(
        direction=Direction.EGRESS,
        isolates=True,
        rules=(
            Rule(action=Action.ALLOW, traffic=family(Family.V6)),
            Rule(action=Action.ALLOW, traffic=family(Family.V4)),
        ),
    )
    policy = Policy(name=PolicyName("P", "", "p"), subject=kind(Kind.POD), sections=(section,))
    policies = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))
    assert said(policies) == [
        "subject: pod; peer: address {::/0} & outside",
        "subject: pod; peer: address {0.0.0.0/0} & outside",
        "subject: pod; peer: pod|host|remote-node",
    ]
    assert said(policies, only_v4=False)[1] == "subject: pod; peer: pod|host|remote-node; traffic: IPv6"
