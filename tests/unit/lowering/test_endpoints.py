"""Peers as unions over kinds of endpoint, each with what endpoints of its kind can have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, family, kind, within
from npconv.ir.dimensions import NAME, Attribute, Axis, Family, Kind, Scope
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import none_of, one_of
from npconv.lowering.endpoints import settled

APP = Attribute.of(Scope.POD, "app")
OTHER = Attribute.of(Scope.OTHER, "app")
CLUSTER = Attribute.of(Scope.CLUSTER, NAME)
PODS = kind(Kind.POD)
OTHERS = kind(Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE)
TEN = within(Axis.ADDRESS, Addresses.of(["10.0.0.0/8"]))


def through(peer: Condition, subject: Condition = PODS) -> Policy:
    section = Section(direction=Direction.INGRESS, isolates=True, rules=(Rule(action=Action.ALLOW, peer=peer),))
    policy = Policy(name=PolicyName("P", "", "p"), subject=subject, sections=(section,))
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))
    return settled(source, "home").tiers[0].policies[0]


@pytest.mark.parametrize(
    ("peer", "found"),
    [
        (ALWAYS, ALWAYS),
        (TEN, TEN),
        (PODS, PODS),
        (within(APP, one_of("web")), both(PODS, within(APP, one_of("web")))),
        (within(APP, none_of("web")), either(both(PODS, within(APP, none_of("web"))), OTHERS)),
        (within(OTHER, one_of("web")), both(PODS, within(OTHER, one_of("web")))),
        (both(TEN, within(APP, one_of("web"))), both(PODS, TEN, within(APP, one_of("web")))),
        (both(kind(Kind.HOST), within(APP, one_of("web"))), either()),
        (either(TEN, within(APP, one_of("web"))), either(TEN, both(PODS, within(APP, one_of("web"))))),
        (within(CLUSTER, one_of("home")), PODS),
        (within(CLUSTER, one_of("away")), either()),
        (both(within(CLUSTER, one_of("home")), within(APP, one_of("web"))), both(PODS, within(APP, one_of("web")))),
    ],
)
def test_peers(peer: Condition, found: Condition) -> None:
    assert through(peer).sections[0].rules[0].peer == found


def test_subjects_are_pods_of_the_one_cluster() -> None:
    assert through(ALWAYS, within(CLUSTER, one_of("home"))).subject == PODS
    assert through(ALWAYS, within(APP, one_of("web"))).subject == both(PODS, within(APP, one_of("web")))


def test_rules_that_ask_the_same_keep_what_else_is_theirs() -> None:
    web = within(APP, one_of("web"))
    allow, deny = Rule(action=Action.ALLOW, peer=web), Rule(action=Action.DENY, peer=web, traffic=family(Family.V6))
    section = Section(direction=Direction.INGRESS, isolates=True, rules=(allow, deny, Rule(action=Action.DENY)))
    policy = Policy(name=PolicyName("P", "", "p"), subject=PODS, sections=(section,))
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))
    first, second, third = settled(source).tiers[0].policies[0].sections[0].rules
    assert first == replace(allow, peer=both(PODS, web))
    assert second == replace(deny, peer=both(PODS, web))
    assert second.peer is first.peer
    assert third is section.rules[2]
