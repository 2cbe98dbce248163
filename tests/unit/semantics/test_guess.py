"""Guessed flows match the rule that they are guessed for, and are flows that there can be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_universe import SPACES, mutants, policy_sets, universes

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, family, holds, kind, negate, within
from npconv.ir.dimensions import (
    API_SERVER,
    NAMESPACE,
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
    Request,
    Scope,
    TextTest,
)
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.semantics.compare import Change, Outcome, compare
from npconv.semantics.flow import Flow
from npconv.semantics.guess import Guesses
from npconv.semantics.judge import Judge
from npconv.semantics.space import HTTP_ANY, Space
from npconv.semantics.verdict import matches

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
SHOP = both(kind(Kind.POD), within(NAMESPACE, one_of("shop")))
IS_GET, IS_POST = HttpMethod("GET"), HttpMethod("POST")
IS_UNDER_A, IS_A_TEXT = (HttpPath(test.value, "/a") for test in (PathTest.PREFIX, PathTest.TEXT_PREFIX))
GET, POST, UNDER_A, A_TEXT = (holds(fact) for fact in (IS_GET, IS_POST, IS_UNDER_A, IS_A_TEXT))
EXAMPLE, ANY_EXAMPLE = holds(Named("www.example.com")), holds(Named("*.example.com"))
SPACE = Space(pod_addresses=Addresses.of(["10.0.0.0/8"]), named_kinds=frozenset({Kind.OUTSIDE}))


def rule(
    peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS, subject: Condition = SHOP
) -> Rule:
    return Rule(action=Action.DENY, subject=subject, peer=peer, traffic=traffic, request=request)


def the(*rules: Rule) -> PolicySet:
    sections = tuple(Section(direction=direction, isolates=True, rules=rules) for direction in Direction)
    policy = Policy(name=PolicyName("P", "", "p"), subject=ALWAYS, sections=sections)
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy,)),))


def guessed(one: Rule, *others: Rule, space: Space = SPACE) -> list[Flow]:
    judge = Judge(the(one, *others))
    return list(Guesses((judge, judge), space).of(one, Direction.EGRESS))


EASY = {
    "anybody": rule(),
    "labels": rule(
        both(within(APP, one_of("a", "b")), within(TEAM, none_of("red"))), subject=both(SHOP, within(APP, PRESENT))
    ),
    "no label": rule(both(kind(Kind.POD), within(APP, ABSENT))),
    "the API server": rule(within(API_SERVER, PRESENT)),
    "addresses": rule(within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"]))),
    "addresses of pods": rule(both(kind(Kind.POD), within(Axis.ADDRESS, Addresses.of(["10.2.0.0/16"])))),
    "IPv6": rule(within(Axis.ADDRESS, Addresses.of(["2001:db8::/32"])), subject=kind(Kind.POD)),
    "a family": rule(traffic=both(family(Family.V4), within(Axis.PROTOCOL, protocols(17)))),
    "ports": rule(traffic=both(within(Axis.PROTOCOL, protocols(6)), within(Axis.DST_PORT, ports((5000, 6000))))),
    "ICMP": rule(traffic=both(within(Axis.PROTOCOL, protocols(1)), within(Axis.ICMP_TYPE, icmp(8)))),
    "one peer or another": rule(either(both(SHOP, within(APP, one_of("a"))), kind(Kind.OUTSIDE))),
    "a name": rule(both(kind(Kind.OUTSIDE), EXAMPLE)),
}


@pytest.mark.parametrize("name", EASY)
def test_what_is_easy_is_guessed(name: str) -> None:
    space = Space() if name == "IPv6" else SPACE
    found = guessed(EASY[name], space=space)
    assert found
    assert all(matches(EASY[name], one) and not space.objections(one) for one in found)


HARD = {
    "a text in a label": rule(holds(LabelText(APP, TextTest.CONTAINS.value, "x"))),
    "a port by name": rule(traffic=holds(DstPortNamed("web"))),
    "where nobody is": rule(both(kind(Kind.OUTSIDE), within(APP, one_of("a")))),
    "another name than all of its domain": rule(both(kind(Kind.OUTSIDE), EXAMPLE, negate(ANY_EXAMPLE))),
}


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_is_not(name: str) -> None:
    assert guessed(HARD[name]) == []


def test_each_request_is_tried_and_none() -> None:
    found = guessed(rule(request=either(both(GET, UNDER_A), POST)), rule(request=A_TEXT))
    assert [one.request for one in found][:3] == [{IS_GET, IS_UNDER_A, IS_A_TEXT}, {IS_POST}, None]


def test_what_is_true_of_a_request_is_true_of_one_text() -> None:
    assert {one.request for one in guessed(rule(request=both(GET, UNDER_A, negate(A_TEXT))))} == {None}


def test_a_request_is_of_one_protocol() -> None:
    dns, others = Request("dns", "a.example.com"), Request("dns", "*.example.com")
    found = guessed(rule(request=holds(dns)), rule(request=either(GET, holds(others), holds(HTTP_ANY))))
    assert set(found[0].request or ()) == {dns, others}
    found = guessed(rule(request=GET), rule(request=either(holds(others), holds(HTTP_ANY))))
    assert set(found[0].request or ()) == {IS_GET, HTTP_ANY}


def test_what_cannot_be_read_is_not_guessed() -> None:
    assert {one.request for one in guessed(rule(request=holds(Request("kafka", "topic a"))))} == {None}


def test_a_peer_that_is_behind_a_service_and_has_a_name() -> None:
    service = BackendOf("shop", "web", True)
    found = guessed(rule(both(kind(Kind.OUTSIDE), EXAMPLE, holds(service))))
    assert found[0].peer.facts == {Named("www.example.com"), service, BackendOf("shop", "web", False)}


def test_what_is_true_of_a_name_is_true_of_all_that_it_matches() -> None:
    found, *_ = guessed(rule(both(kind(Kind.OUTSIDE), EXAMPLE)), rule(ANY_EXAMPLE), rule(holds(Named("a.b"))))
    assert found.peer.facts == {Named("www.example.com"), Named("*.example.com")}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_a_guess_shows_the_solver_finds(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    old = data.draw(policy_sets(universe))
    new = data.draw(mutants(universe, old))
    judges = Judge(old), Judge(new)
    guesses = Guesses(judges, space)
    shown = set()
    for tier in (*old.tiers, *new.tiers):
        for policy in tier.policies:
            for section in policy.sections:
                for one in section.rules:
                    for flow in guesses.of(
                        rule(one.peer, one.traffic, one.request, both(policy.subject, one.subject)), section.direction
                    ):
                        assert not space.objections(flow)
                        before, after = (judge.verdict(flow).allowed for judge in judges)
                        if before is not after:
                            shown.add((flow.direction, Change.GAINED if after else Change.LOST))
    if shown:
        found = compare(old, new, assumptions=space)
        if found.complete:
            assert found.outcome is Outcome.DIFFERENT
            assert shown <= {(one.flow.direction, one.change) for one in found.counterexamples}
