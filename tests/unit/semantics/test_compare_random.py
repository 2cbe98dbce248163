"""The comparison agrees with listing every flow of a small universe."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from small_flows import flows
from small_universe import SPACES, Universe, mutants, policy_sets, universes

from npconv.ir.policy import Action, Direction, PolicySet, Rule, Tier, TierEnd
from npconv.semantics.compare import Change, Outcome, compare
from npconv.semantics.flow import Flow
from npconv.semantics.space import Space
from npconv.semantics.verdict import Verdict, verdict

MOST = 4_000

quick = settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


FLOWS: dict[tuple[frozenset[str], Space], list[Flow]] = {}


def all_flows(universe: Universe, space: Space) -> list[Flow]:
    key = (universe.themes, space)
    if key not in FLOWS:
        FLOWS[key] = flows(universe, space, MOST)
    return FLOWS[key]


@quick
@given(st.data())
def test_a_set_equals_itself(data: st.DataObject) -> None:
    some = data.draw(universes.flatmap(policy_sets))
    found = compare(some, some)
    assert found.outcome is Outcome.EQUAL
    assert found.counters.identical == found.counters.groups
    other = PolicySet(tiers=(Tier(name="empty", end=TierEnd.DENY, policies=()), *map(told_apart, some.tiers)))
    assert compare(some, other).outcome is Outcome.EQUAL


def told_apart(tier: Tier) -> Tier:
    """The same tier with a rule in each section that does nothing, so that nothing is the same word for word."""
    nothing = Rule(action=Action.LOG)
    policies = (
        replace(one, sections=tuple(replace(each, rules=(nothing, *each.rules)) for each in one.sections))
        for one in tier.policies
    )
    return replace(tier, policies=tuple(policies))


@quick
@given(st.data())
def test_agrees_with_every_verdict(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    listed = all_flows(universe, space)
    assume(listed)
    old, new = data.draw(policy_sets(universe)), data.draw(policy_sets(universe))
    agrees(old, new, listed, space)


@quick
@given(st.data())
def test_finds_one_thing_that_changed(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    listed = all_flows(universe, space)
    assume(listed)
    old = data.draw(policy_sets(universe))
    agrees(old, data.draw(mutants(universe, old)), listed, space)


def agrees(old: PolicySet, new: PolicySet, listed: list[Flow], space: Space) -> None:
    found = compare(old, new, assumptions=space)
    assert not found.unproven
    kinds: dict[tuple[Direction, Change, bool], Flow] = {}
    causes: set[tuple[object, ...]] = set()
    for flow in listed:
        before, after = verdict(old, flow), verdict(new, flow)
        if before.allowed != after.allowed:
            change = Change.GAINED if after.allowed else Change.LOST
            kinds.setdefault((flow.direction, change, flow.request is not None), flow)
            causes.add((flow.direction, cause(before, after)))
    ours = {(each.flow.direction, each.change) for each in found.counterexamples}
    assert {key[:2] for key in kinds} == ours, kinds
    assert (found.outcome is Outcome.EQUAL) == (not kinds)
    if found.complete:
        missing = causes - {(each.flow.direction, cause(each.old, each.new)) for each in found.counterexamples}
        assert not missing


def cause(old: Verdict, new: Verdict) -> tuple[object, ...]:
    """What a counterexample is found for each of: the two rules, or a rule and a tier's end, or who isolates."""
    if old.rule is not None or new.rule is not None:
        return (id(old.rule), old.tier, id(new.rule), new.tier)
    return (old.reason, old.tier, new.reason, new.tier)
