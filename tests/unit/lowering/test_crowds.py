"""The index of crowds leaves out only what cannot meet, however the boxes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import APP, TEAM, boxes, clause

from npconv.ir.dimensions import NAMESPACE, Axis, Members
from npconv.ir.intervals import ports
from npconv.ir.policy import Action
from npconv.ir.values import ABSENT, Values, none_of, one_of
from npconv.lowering import denies
from npconv.lowering.box import Box, Clause, contains, overlaps
from npconv.lowering.crowds import FEW, Boxes, Crowds
from npconv.lowering.cube import FULL, Cube
from npconv.lowering.tiers import Bounds

OTHERS = [Box(FULL.having(APP, one_of(f"v{number}"))) for number in range(FEW + 1)]


@given(st.lists(boxes, max_size=6), st.lists(boxes, max_size=6), boxes)
def test_what_is_left_out_shares_nothing(first: list[Box], then: list[Box], asked: Box) -> None:
    crowd = Crowds()
    known: list[Box] = []
    for some in (OTHERS, first, then):
        for one in some:
            crowd.add(len(known), one)
            known.append(one)
        near, around = crowd.near(asked), crowd.around(asked)
        assert list(near) == sorted(near) and list(around) == sorted(around)
        for place, one in enumerate(known):
            assert place in near or not overlaps(one, asked)
            assert place in around or not contains(one, asked)


@given(st.lists(boxes, max_size=8), boxes)
def test_boxes_are_found_as_if_each_was_looked_at(some: list[Box], asked: Box) -> None:
    known = Boxes()
    known.add(OTHERS)
    known.add(some)
    assert known.hold(asked) == any(contains(one, asked) for one in (*OTHERS, *some))
    assert [one for one in known.near(asked) if overlaps(one, asked)] == [
        one for one in (*OTHERS, *some) if overlaps(one, asked)
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [(one_of("v3"), 1), (one_of("v3", "v4"), 2), (ABSENT, 0), (Values(frozenset({"v3"}), False, True), 1)],
)
def test_a_crowd_is_told_apart_by_its_values(asked: Values, count: int) -> None:
    crowd = Crowds()
    for place, one in enumerate(OTHERS):
        crowd.add(place, one)
    assert len(crowd.near(Box(FULL.having(APP, asked)))) == count
    assert len(crowd.near(Box(FULL.having(TEAM, asked)))) == len(OTHERS)
    assert len(crowd.near(Box(FULL, FULL.having(APP, asked)))) == len(OTHERS)


def test_what_asks_for_more_holds_nothing_that_asks_for_less() -> None:
    crowd = Crowds()
    for place, one in enumerate(OTHERS):
        crowd.add(place, one)
    crowd.add(len(OTHERS), Box(FULL.having(APP, none_of("z")), FULL, FULL.having(Axis.DST_PORT, ports((80, 80)))))
    crowd.add(len(OTHERS) + 1, Box())
    assert list(crowd.around(Box(FULL.having(APP, one_of("v3"))))) == [3, len(OTHERS) + 1]


def test_places_may_have_gaps_and_namespaces() -> None:
    crowd = Crowds()
    for number in range(2 * FEW):
        subject = Cube(((NAMESPACE, one_of("a" if number % 2 else "b")),)).having(APP, one_of(f"v{number // 2}"))
        crowd.add(10 * number, Box(subject))
    inside = Box(FULL.having(NAMESPACE, one_of("a")).having(APP, one_of("v3")))
    assert list(crowd.near(Box(FULL.having(APP, one_of("v3"))))) == [60, 70]
    assert 70 in crowd.near(inside)
    assert all(place % 20 for place in crowd.near(inside))


def ordered(count: int) -> list[Clause]:
    """Applications of one namespace, each with a Deny between two Allows."""
    found: list[Clause] = []
    for number in range(count):
        own: Members = one_of(f"v{number}")
        for port, action in ((80, Action.ALLOW), (81, Action.DENY), (82, Action.ALLOW)):
            box = Box(FULL.having(APP, own), FULL, FULL.having(Axis.DST_PORT, ports((port - 1, port))))
            found.append(clause(box, action))
    return found


@pytest.mark.parametrize("count", [20, 40])
def test_denies_are_compared_with_what_they_may_meet_alone(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counted(left: Box, right: Box) -> bool:
        nonlocal compared
        compared += 1
        return overlaps(left, right)

    monkeypatch.setattr(denies, "overlaps", counted)
    denies.without_order(ordered(count), [], Bounds(lambda one: (one,), lambda _: (), 256))
    assert compared <= 12 * count
