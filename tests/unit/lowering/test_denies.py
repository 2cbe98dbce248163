"""A first-match list and allows and denies without order let the same flows pass, or fewer and say so."""

from __future__ import annotations

import pytest
from small_policies import FLOWS, bounds, has, policy_set, says_no_web_peer
from small_sets import APP, policy

from npconv.ir.condition import within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, PolicySet, Rule, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.denies import Unordered, without_order
from npconv.lowering.tiers import Bounds, Ordered, join
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets, verdict

ON_80 = within(Axis.DST_PORT, ports((80, 80)))
WEB = within(APP, one_of("web"))


def passes(found: Unordered, joined: Ordered, flow: Flow) -> bool:
    if any(has(one.box, flow) for one in found.denies):
        return False
    isolated = any(meets(one.subject.condition, flow, flow.subject) for one in joined.isolations)
    return not isolated or any(has(one.box, flow) for one in found.allows)


def unordered(source: PolicySet, limits: Bounds) -> tuple[Unordered, Ordered]:
    joined = join(source, Direction.INGRESS, limits)
    return without_order(joined.clauses, joined.isolations, limits), joined


@pytest.mark.parametrize("seed", range(200))
def test_the_same_flows_pass_without_order(seed: int) -> None:
    source = policy_set(seed)
    found, joined = unordered(source, bounds())
    assert not (found.unsaid or found.overriding or found.too_many)
    for flow in FLOWS:
        assert passes(found, joined, flow) == verdict(source, flow).allowed, flow


@pytest.mark.parametrize("seed", range(200))
def test_with_fewer_words_or_pieces_nothing_more_passes(seed: int) -> None:
    source = policy_set(seed, passes=seed % 2 == 0)
    for limits in (bounds(says_no_web_peer), bounds(pieces=1), bounds(pieces=2)):
        found, joined = unordered(source, limits)
        if joined.refused:
            continue
        said = (joined.too_many, joined.unsaid, found.too_many, found.unsaid, found.overriding)
        for flow in FLOWS:
            before, after = verdict(source, flow).allowed, passes(found, joined, flow)
            assert before or not after, flow
            assert before == after or any(said), flow


def source(*rules: Rule, isolates: bool = True) -> PolicySet:
    end = TierEnd.DENY if isolates else TierEnd.PASS
    return PolicySet(tiers=(Tier(name="t", end=end, policies=(policy("p", *rules),)),))


def test_a_deny_that_no_allow_follows_is_idle() -> None:
    found, _ = unordered(source(Rule(action=Action.DENY)), bounds())
    assert (len(found.idle), found.denies, found.allows) == (2, [], [])


def test_a_deny_of_open_subjects_is_native() -> None:
    found, _ = unordered(source(Rule(action=Action.DENY, traffic=ON_80), isolates=False), bounds())
    assert [str(one.box) for one in found.denies] == ["traffic: port 80"]


def test_an_earlier_allow_is_cut_out_of_a_deny() -> None:
    rules = (Rule(action=Action.ALLOW, peer=WEB), Rule(action=Action.DENY))
    found, _ = unordered(source(*rules, isolates=False), bounds())
    assert [str(one.box) for one in found.denies] == ['peer: pod[app] not in {"web"}']


def test_a_deny_before_an_allow_of_everything_stays_a_deny() -> None:
    rules = (Rule(action=Action.DENY, traffic=ON_80, peer=WEB), Rule(action=Action.ALLOW))
    found, _ = unordered(source(*rules), bounds())
    assert [str(one.box) for one in found.denies] == ['peer: pod[app] in {"web"}; traffic: port 80']
    assert [str(one.box) for one in found.allows] == ["any"]


def test_an_allow_that_a_deny_covers_is_unreached() -> None:
    allow = Rule(action=Action.ALLOW, peer=WEB)
    rules = (Rule(action=Action.ALLOW, traffic=ON_80), Rule(action=Action.DENY), allow)
    found, _ = unordered(source(*rules), bounds())
    assert [one.rule for one in found.unreached] == [allow]
    assert [str(one.box) for one in found.allows] == ["traffic: port 80"]


def test_a_deny_without_words_takes_from_the_allow_before_it_and_says_so() -> None:
    allow = Rule(action=Action.ALLOW, traffic=ON_80)
    found, _ = unordered(source(allow, Rule(action=Action.DENY, peer=WEB), isolates=False), bounds(says_no_web_peer))
    assert [str(one.box) for one in found.denies] == ["traffic: port 0-79, 81-65535"]
    assert [str(one.clause.box) for one in found.unsaid] == ["any"]
