"""A Deny of everything after Allows becomes isolation where denies win, and the same flows pass."""

from __future__ import annotations

import pytest
from small_policies import FLOWS, has, policy_set, whole
from small_sets import policy

from npconv.diagnostics.codes import losses
from npconv.ir.condition import within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, PolicySet, Rule, Tier, TierEnd
from npconv.lowering.box import Clause
from npconv.lowering.closing import settled
from npconv.lowering.denies import Unordered
from npconv.lowering.sayable import Unsayable
from npconv.lowering.tiers import Bounds, Ordered, join
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets, verdict

ALLOW_80 = Rule(action=Action.ALLOW, traffic=within(Axis.DST_PORT, ports((80, 80))))


def without_ports_in_denies(clause: Clause) -> tuple[Unsayable, ...]:
    """A target whose denies have no ports."""
    if clause.action is Action.DENY and clause.box.traffic.members(Axis.DST_PORT) is not None:
        return (Unsayable("traffic", Axis.DST_PORT, losses.SOURCE_PORT, "denies have no ports"),)
    return ()


LIMITS = Bounds(whole, without_ports_in_denies, 10_000)


def close(source: PolicySet) -> tuple[Ordered, Unordered]:
    return settled(join(source, Direction.INGRESS, LIMITS), LIMITS)


def passes(joined: Ordered, found: Unordered, flow: Flow) -> bool:
    if any(has(one.box, flow) for one in found.denies):
        return False
    isolated = any(meets(one.subject.condition, flow, flow.subject) for one in joined.isolations)
    return not isolated or any(has(one.box, flow) for one in found.allows)


def source(*rules: Rule) -> PolicySet:
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.PASS, policies=(policy("p", *rules),)),))


def test_a_deny_of_everything_after_an_allow_isolates() -> None:
    joined, found = close(source(ALLOW_80, Rule(action=Action.DENY)))
    assert (len(joined.isolations), len(found.allows)) == (1, 1)
    assert not (found.denies or found.overriding)


def test_a_deny_of_everything_stays_a_deny_where_nothing_is_allowed_before() -> None:
    joined, found = close(source(Rule(action=Action.DENY)))
    assert not joined.isolations
    assert len(found.denies) == 1


@pytest.mark.parametrize("seed", range(200))
def test_nothing_more_passes_and_what_less_does_is_said(seed: int) -> None:
    policies = policy_set(seed)
    joined, found = close(policies)
    said = (joined.refused, joined.unsaid, joined.too_many, found.overriding, found.unsaid, found.too_many)
    for flow in FLOWS:
        before, after = verdict(policies, flow).allowed, passes(joined, found, flow)
        assert before or not after, flow
        assert before == after or any(said), flow
