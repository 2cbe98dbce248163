"""With Allows alone the same flows pass, or fewer and say so; what denies on its own isolates."""

from __future__ import annotations

import pytest
from small_policies import FLOWS, bounds, has, policy_set, says_no_web_peer
from small_sets import APP, policy

from npconv.ir.policy import Direction, PolicySet
from npconv.ir.values import one_of
from npconv.lowering import isolate
from npconv.lowering.box import Clause
from npconv.lowering.cube import FULL, Cube
from npconv.lowering.denies import Unordered
from npconv.lowering.isolate import Isolated, isolated, only_allows
from npconv.lowering.sayable import Unsayable
from npconv.lowering.tiers import Bounds, Isolation, Ordered, join
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets, verdict


def passes(found: Unordered, joined: Ordered, flow: Flow) -> bool:
    is_isolated = any(meets(one.subject.condition, flow, flow.subject) for one in joined.isolations)
    return not is_isolated or any(has(one.box, flow) for one in found.allows)


def allows(source: PolicySet, limits: Bounds) -> tuple[Unordered, Ordered]:
    joined = isolated(join(source, Direction.INGRESS, limits), limits)
    return only_allows(joined.clauses, limits), joined


@pytest.fixture(params=[0, isolate.FEW])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pieces stay as the Denies cut them one after the other."""
    monkeypatch.setattr(isolate, "FEW", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(200))
def test_the_same_flows_pass_with_allows_alone(seed: int) -> None:
    source = policy_set(seed)
    found, joined = allows(source, bounds())
    assert not (found.denies or found.unsaid or found.too_many or joined.refused)
    for flow in FLOWS:
        assert passes(found, joined, flow) == verdict(source, flow).allowed, flow


def says_no_web(clause: Clause) -> tuple[Unsayable, ...]:
    """A target that cannot tell labels of exactly `web` from others, on either side."""
    reason = says_no_web_peer(clause)
    own = clause.box.subject.members(APP) == one_of("web")
    return (*reason, Unsayable("subject", APP, NO_WORD.code, NO_WORD.why)) if own else reason


NO_WORD = Unsayable("subject", APP, says_no_web_peer.__globals__["losses"].LABEL_TEXT, "no word for it")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(200))
def test_with_fewer_words_or_pieces_nothing_more_passes(seed: int) -> None:
    source = policy_set(seed)
    for limits in (bounds(says_no_web_peer), bounds(says_no_web), bounds(pieces=1), bounds(pieces=2)):
        found, joined = allows(source, limits)
        if joined.refused:
            continue
        said = (joined.too_many, joined.unsaid, found.too_many, found.unsaid)
        for flow in FLOWS:
            before, after = verdict(source, flow).allowed, passes(found, joined, flow)
            assert before or not after, flow
            assert before == after or any(said), flow


def test_a_subject_is_isolated_as_a_whole_in_part_or_not_at_all() -> None:
    web, both = Cube(((APP, one_of("web")),)), Cube(((APP, one_of("web", "db")),))
    one = Isolation(policy("p"), web)
    assert Isolated([one], 9).parts(web) == (web,)
    assert Isolated([one], 9).parts(both) == (web,)
    assert Isolated([one], 9).parts(Cube(((APP, one_of("db")),))) == ()
    more = Isolated([one], 9)
    more.add(Isolation(policy("q"), Cube(((APP, one_of("db", "api")),))))
    assert more.parts(both) == (both,)
    assert more.left(both) == ()
    assert [str(cube) for cube in more.left(FULL) or ()] == ['pod[app] not in {"api", "db", "web"}']
    assert Isolated(list(more), 0).left(FULL) is None
