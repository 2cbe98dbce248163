"""Namespaces that are asked about together: the same answers as one by one, in fewer questions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_universe import mutants, policy_sets, universes

from npconv.ir.condition import both, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Kind, Scope
from npconv.ir.intervals import protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.semantics import compare as comparing
from npconv.semantics.compare import Change, Comparison, Outcome, compare

APP = Attribute.of(Scope.POD, "app")
NAMES = [f"ns{number}" for number in range(20)]


def policy(namespace: str, *rules: Rule) -> Policy:
    section = Section(direction=Direction.INGRESS, isolates=True, rules=rules)
    subject = both(within(NAMESPACE, one_of(namespace)), kind(Kind.POD))
    return Policy(name=PolicyName("P", namespace, "p"), subject=subject, sections=(section,))


def allow(app: str, *, in_parts: bool = False) -> tuple[Rule, ...]:
    """An Allow of two applications, whole or as one for each: it takes a formula to know that these are the same."""
    parts = ((app,), ("other",)) if in_parts else ((app, "other"),)
    traffic = within(Axis.PROTOCOL, protocols(6))
    return tuple(
        Rule(action=Action.ALLOW, peer=both(kind(Kind.POD), within(APP, one_of(*part))), traffic=traffic)
        for part in parts
    )


def the(*policies: Policy) -> PolicySet:
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=policies),))


def one_by_one(old: PolicySet, new: PolicySet) -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "TOGETHER", 0)
        return compare(old, new)


def test_many_namespaces_take_few_questions() -> None:
    old = the(*(policy(name, *allow(name)) for name in NAMES))
    new = the(*(policy(name, *allow(name, in_parts=True)) for name in NAMES))
    found = compare(old, new)
    assert found.outcome is Outcome.EQUAL
    assert (found.counters.groups, found.counters.together, found.counters.identical) == (21, 20, 1)
    assert found.counters.questions == 1
    alone = one_by_one(old, new)
    assert alone.outcome is Outcome.EQUAL
    assert (alone.counters.groups, alone.counters.together, alone.counters.questions) == (21, 0, 20)


def test_what_one_namespace_loses_another_does_not_make_good() -> None:
    old = the(policy("a", *allow("x")), policy("b", *allow("y")))
    new = the(policy("a", *allow("y")), policy("b", *allow("x")))
    found = compare(old, new)
    assert found.counters.together == 0
    assert found.counterexamples == one_by_one(old, new).counterexamples
    assert [(one.flow.subject.attributes[NAMESPACE], one.change) for one in found.counterexamples] == [
        ("a", Change.GAINED),
        ("a", Change.LOST),
        ("b", Change.GAINED),
        ("b", Change.LOST),
    ]


def test_namespaces_with_many_policies_are_asked_about_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "TOGETHER", 10)
    rules = [(allow(str(number)), allow(str(number), in_parts=True)) for number in range(6)]
    old = the(*(policy(name, *one) for name in ("a", "b") for one, _ in rules), policy("c", *allow("x")))
    new = the(*(policy(name, *one) for name in ("a", "b") for _, one in rules), policy("c", *allow("x", in_parts=True)))
    found = compare(old, new)
    assert found.outcome is Outcome.EQUAL
    assert found.counters.together == 0
    monkeypatch.setattr(comparing, "TOGETHER", 14)
    assert compare(old, new).counters.together == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_sets_get_the_same_answers(data: st.DataObject) -> None:
    universe = data.draw(universes)
    old = data.draw(policy_sets(universe))
    new = data.draw(st.one_of(mutants(universe, old), policy_sets(universe), st.just(reordered(old))))
    found, alone = compare(old, new), one_by_one(old, new)
    assert found.counterexamples == alone.counterexamples
    assert (found.unproven, found.complete) == (alone.unproven, alone.complete)


def reordered(policies: PolicySet) -> PolicySet:
    tiers = tuple(replace(one, policies=tuple(reversed(one.policies))) for one in policies.tiers)
    return PolicySet(tiers=tiers)
