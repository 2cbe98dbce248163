"""A judge says what the plain scan over all policies says, policy and rule included."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_flows import flows
from small_universe import SPACES, policy_sets, universes

from npconv.ir.condition import ALWAYS, Condition, both, either, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Kind, Scope
from npconv.ir.values import ABSENT, Values, none_of, one_of
from npconv.semantics.judge import Judge, places
from npconv.semantics.verdict import verdict

SHOP: Condition = within(NAMESPACE, one_of("shop"))
OPS: Condition = within(NAMESPACE, one_of("ops"))
WEB: Condition = within(Attribute.of(Scope.POD, "app"), one_of("web"))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (SHOP, {"shop"}),
        (both(SHOP, WEB, kind(Kind.POD)), {"shop"}),
        (within(NAMESPACE, one_of("shop", "ops")), {"shop", "ops"}),
        (both(either(SHOP, OPS), WEB), {"shop", "ops"}),
        (ALWAYS, None),
        (WEB, None),
        (either(SHOP, WEB), None),
        (both(either(SHOP, WEB), kind(Kind.POD)), None),
        (within(NAMESPACE, none_of("shop")), None),
        (within(NAMESPACE, ABSENT), None),
        (within(NAMESPACE, Values(frozenset({"shop"}), False, True)), None),
        (within(Attribute.of(Scope.POD, "kubernetes.io/metadata.name"), one_of("shop")), None),
    ],
)
def test_where_a_subject_can_be(subject: Condition, expected: set[str] | None) -> None:
    assert places(subject) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_says_what_the_plain_scan_says(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    listed = flows(universe, space, 200)
    policies = data.draw(policy_sets(universe))
    judge = Judge(policies)
    for flow in listed:
        found, expected = judge.verdict(flow), verdict(policies, flow)
        assert found == expected
        assert found.policy is expected.policy
        assert found.rule is expected.rule
