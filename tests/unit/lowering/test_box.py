"""Boxes meet, contain and are subtracted exactly; a rule becomes the boxes that it is a product of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import APP, POINTS, TEAM, boxes, clause, in_box, policy

from npconv.ir.condition import both, either, within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Rule
from npconv.ir.values import none_of, one_of
from npconv.lowering.box import PARTS, Box, clauses, contains, overlaps, subtract, subtract_all
from npconv.lowering.cube import Cube, TooManyError

WEB = Box(subject=Cube(((APP, one_of("web")),)))
ON_80 = Box(traffic=Cube(((Axis.DST_PORT, ports((80, 80))),)))


@given(boxes, boxes)
def test_boxes_overlap_if_they_share_a_point(left: Box, right: Box) -> None:
    shared = any(in_box(point, left) and in_box(point, right) for point in POINTS)
    if shared:
        assert overlaps(left, right)
    assert overlaps(left, right) == overlaps(right, left)


@given(boxes, boxes)
def test_what_a_box_contains_is_in_it(outer: Box, inner: Box) -> None:
    if contains(outer, inner):
        assert all(in_box(point, outer) for point in POINTS if in_box(point, inner))
    assert contains(outer, outer) and contains(Box(), inner)


@given(boxes, boxes)
def test_subtract_is_the_difference_in_disjoint_pieces(box: Box, other: Box) -> None:
    pieces = subtract(box, other)
    for point in POINTS:
        holding = [piece for piece in pieces if in_box(point, piece)]
        assert len(holding) == (in_box(point, box) and not in_box(point, other))


@given(boxes, st.lists(boxes, max_size=3))
def test_subtract_all_takes_each_away(box: Box, others: list[Box]) -> None:
    left = subtract_all((box,), tuple(others), 10_000)
    for point in POINTS:
        expected = in_box(point, box) and not any(in_box(point, other) for other in others)
        assert any(in_box(point, piece) for piece in left) == expected


def test_subtract_all_says_when_there_are_too_many() -> None:
    other = Box(subject=WEB.subject, traffic=ON_80.traffic)
    assert len(subtract_all((Box(),), (other,), 2)) == 2
    with pytest.raises(TooManyError):
        subtract_all((Box(),), (other,), 1)


def test_subtract_keeps_the_parts_that_are_the_same() -> None:
    assert subtract(Box(), WEB) == (Box(subject=Cube(((APP, none_of("web")),))),)
    assert subtract(WEB, WEB) == ()
    assert subtract(WEB, Box(subject=Cube(((APP, one_of("db")),)))) == (Box(subject=WEB.subject),)


def test_parts_are_read_and_replaced_by_name() -> None:
    for name in PARTS:
        cube = Cube(((APP, one_of(name)),))
        box = Box().having(name, cube)
        assert box.part(name) == cube
        assert [other for other in PARTS if not box.part(other).is_full] == [name]


def test_a_box_says_what_it_asks() -> None:
    assert str(Box()) == "any"
    assert str(Box(subject=WEB.subject, traffic=ON_80.traffic)) == 'subject: pod[app] in {"web"}; traffic: port 80'


def test_a_rule_is_the_product_of_its_parts() -> None:
    rule = Rule(
        action=Action.DENY,
        subject=within(TEAM, one_of("a")),
        peer=either(within(APP, one_of("web")), within(TEAM, one_of("b"))),
        traffic=within(Axis.DST_PORT, ports((80, 80))),
    )
    found = clauses(policy("p", rule, subject=within(APP, one_of("db"))), rule, 2)
    assert [str(one.box) for one in found] == [
        'subject: namespace[team] in {"a"} & pod[app] in {"db"}; peer: namespace[team] in {"b"}; traffic: port 80',
        'subject: namespace[team] in {"a"} & pod[app] in {"db"}; peer: pod[app] in {"web"}; traffic: port 80',
    ]
    assert {one.action for one in found} == {Action.DENY}
    with pytest.raises(TooManyError):
        clauses(policy("p", rule), rule, 1)


def test_a_rule_whose_own_side_contradicts_its_policy_has_no_clause() -> None:
    rule = Rule(action=Action.ALLOW, subject=both(within(APP, one_of("web"))))
    assert clauses(policy("p", rule, subject=within(APP, one_of("db"))), rule, 8) == ()


def test_a_clause_over_another_box_stays_whose_it_is() -> None:
    one = clause(WEB, Action.DENY)
    other = one.over(ON_80)
    assert (other.box, other.action, other.rule, other.policy) == (ON_80, Action.DENY, one.rule, one.policy)
