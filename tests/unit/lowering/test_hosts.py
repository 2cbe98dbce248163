"""Policies on nodes leave the policy set; what they are for pods stays."""

from __future__ import annotations

from small_sets import APP, policy

from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import NAME, Attribute, Kind, LabelText, Scope, TextTest
from npconv.ir.policy import PolicySet, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.hosts import given, pods_only

WEB = within(APP, one_of("web"))
NODE = both(kind(Kind.HOST), within(Attribute.of(Scope.HOST_ENDPOINT, NAME), one_of("n1")))


def taken_apart(subject: Condition) -> tuple[list[str], int]:
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy("p", subject=subject),)),))
    on_pods, on_nodes = pods_only(source)
    return [str(one.subject) for one in on_pods.tiers[0].policies], len(on_nodes)


def test_a_policy_on_pods_stays_as_it_is() -> None:
    assert taken_apart(both(kind(Kind.POD), WEB)) == (['pod & pod[app] in {"web"}'], 0)


def test_a_policy_on_nodes_is_taken_out() -> None:
    assert taken_apart(NODE) == ([], 1)


def test_a_policy_on_both_is_kept_for_pods_and_named() -> None:
    assert taken_apart(either(both(kind(Kind.POD), WEB), NODE)) == (['pod & pod[app] in {"web"}'], 1)


def test_a_policy_on_nobody_is_neither() -> None:
    assert taken_apart(NEVER) == ([], 0)


def test_a_kind_that_is_known_leaves_the_rest() -> None:
    text = holds(LabelText(APP, TextTest.CONTAINS.value, "e"))
    assert given(both(kind(Kind.POD), WEB), Kind.POD) == WEB
    assert given(both(kind(Kind.POD), WEB), Kind.HOST) == NEVER
    assert given(either(kind(Kind.POD), WEB), Kind.POD) == ALWAYS
    assert given(text, Kind.HOST) == text
