"""Tiers joined into one list decide every flow as the tiers do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_policies import FLOWS, bounds, has, policy_set, says_no_web_peer
from small_sets import APP, policy

from npconv.ir.condition import within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, PolicySet, Rule, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.box import Clause
from npconv.lowering.tiers import Ordered, join
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets, verdict

ALLOW, DENY, PASS = Rule(action=Action.ALLOW), Rule(action=Action.DENY), Rule(action=Action.PASS)
ON_80 = within(Axis.DST_PORT, ports((80, 80)))


def one_tier(*policies: object, end: TierEnd = TierEnd.DENY) -> PolicySet:
    return PolicySet(tiers=(Tier(name="t", end=end, policies=policies),))  # type: ignore[arg-type]


def decided(joined: Ordered, flow: Flow) -> bool:
    first = next((clause for clause in joined.clauses if has(clause.box, flow)), None)
    if first is not None:
        assert first.action in (Action.ALLOW, Action.DENY)
        return first.action is Action.ALLOW
    return not any(meets(one.subject.condition, flow, flow.subject) for one in joined.isolations)


@pytest.mark.parametrize("seed", range(150))
def test_the_first_clause_decides_as_the_tiers_do(seed: int) -> None:
    source = policy_set(seed)
    joined = join(source, Direction.INGRESS, bounds())
    assert not (joined.too_many or joined.refused or joined.unsaid)
    for flow in FLOWS:
        assert decided(joined, flow) == verdict(source, flow).allowed, flow


@pytest.mark.parametrize("seed", range(150))
def test_with_fewer_words_or_pieces_nothing_more_passes(seed: int) -> None:
    source = policy_set(seed)
    for limits in (bounds(says_no_web_peer), bounds(pieces=1), bounds(pieces=3)):
        joined = join(source, Direction.INGRESS, limits)
        if joined.refused:
            continue
        same = not (joined.too_many or joined.unsaid)
        for flow in FLOWS:
            before, after = verdict(source, flow).allowed, decided(joined, flow)
            assert before == after if same else before or not after, flow


def test_other_directions_are_left_alone() -> None:
    assert join(one_tier(policy("p", ALLOW)), Direction.EGRESS, bounds()) == Ordered()


def test_the_end_of_a_tier_is_a_deny_of_its_policies() -> None:
    source = one_tier(policy("p", ALLOW, subject=within(APP, one_of("web"))))
    joined = join(source, Direction.INGRESS, bounds())
    assert [(one.action, one.rule) for one in joined.clauses] == [(Action.ALLOW, ALLOW), (Action.DENY, None)]
    assert [str(one.subject) for one in joined.isolations] == ['pod[app] in {"web"}']


def test_a_tier_that_passes_has_no_end() -> None:
    joined = join(one_tier(policy("p", ALLOW), end=TierEnd.PASS), Direction.INGRESS, bounds())
    assert [one.action for one in joined.clauses] == [Action.ALLOW]
    assert joined.isolations == []


def test_a_pass_is_cut_out_of_what_comes_after_it_in_the_tier() -> None:
    source = one_tier(policy("p", Rule(action=Action.PASS, traffic=ON_80), DENY))
    joined = join(source, Direction.INGRESS, bounds())
    assert [clause_text(one) for one in joined.clauses] == [
        "deny traffic: port 0-79, 81-65535",
        "deny traffic: port 0-79, 81-65535",
        "allow traffic: port 80",
    ]


def test_a_pass_that_nothing_follows_leaves_to_the_next_tier() -> None:
    first = Tier(name="a", end=TierEnd.PASS, policies=(policy("p", Rule(action=Action.PASS, traffic=ON_80)),))
    second = Tier(name="b", end=TierEnd.DENY, policies=(policy("q", DENY),))
    joined = join(PolicySet(tiers=(first, second)), Direction.INGRESS, bounds())
    assert [clause_text(one) for one in joined.clauses] == ["deny any", "deny any"]


def test_log_rules_are_no_clauses() -> None:
    joined = join(one_tier(policy("p", Rule(action=Action.LOG))), Direction.INGRESS, bounds())
    assert [one.rule for one in joined.clauses] == [None]


def test_an_end_that_passes_would_cut_too_fine_blames_the_passes() -> None:
    rule = Rule(action=Action.PASS, traffic=ON_80, peer=within(APP, one_of("web")))
    source = one_tier(policy("p", rule))
    joined = join(source, Direction.INGRESS, bounds(pieces=1))
    assert [(one.name, blamed) for one, blamed in joined.too_many] == [(source.tiers[0].policies[0].name, rule)]


def clause_text(clause: Clause) -> str:
    return f"{clause.action.value} {clause.box}"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_cut_once_for_all_subjects_is_what_is_cut_for_each(seed: int) -> None:
    source = policy_set(seed)
    for pieces in (2, 10_000):
        limits = bounds(says_no_web_peer, pieces)
        each = join(source, Direction.INGRESS, limits)
        once = join(source, Direction.INGRESS, replace(limits, is_about_others=True))
        assert once == each


def test_equal_isolations_are_told_once() -> None:
    first, second = policy("p", DENY), policy("p", DENY)
    other = policy("p", ALLOW)
    joined = join(one_tier(first, second, other), Direction.INGRESS, bounds())
    assert [one.policy for one in joined.isolations] == [first, other]
    assert joined.isolations[0].policy is first
