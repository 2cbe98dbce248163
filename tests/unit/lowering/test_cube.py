"""The algebra of cubes is exact: compared with membership, point by point."""

from __future__ import annotations

import pytest
from hypothesis import given
from small_sets import APP, GET, POINTS, PUT, TEAM, any_cube, conditions, in_condition, in_cube

from npconv.ir.condition import ALWAYS, NEVER, Holds, both, either, holds, within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.values import none_of, one_of
from npconv.lowering.cube import FULL, Cube, TooManyError, covers, cubes, meet, minus, touches

WEB = Cube(((APP, one_of("web")),))


@given(any_cube, any_cube)
def test_meet_is_the_intersection(left: Cube, right: Cube) -> None:
    met = meet(left, right)
    for point in POINTS:
        assert (met is not None and in_cube(point, met)) == (in_cube(point, left) and in_cube(point, right))


@given(any_cube, any_cube)
def test_cubes_touch_if_they_meet(left: Cube, right: Cube) -> None:
    assert touches(left, right) == (meet(left, right) is not None)


@given(any_cube, any_cube)
def test_minus_is_the_difference_in_disjoint_pieces(cube: Cube, other: Cube) -> None:
    pieces = minus(cube, other)
    for point in POINTS:
        holding = [piece for piece in pieces if in_cube(point, piece)]
        assert len(holding) == (in_cube(point, cube) and not in_cube(point, other))


@given(any_cube, any_cube)
def test_what_a_cube_covers_is_in_it(outer: Cube, inner: Cube) -> None:
    if covers(outer, inner):
        assert all(in_cube(point, outer) for point in POINTS if in_cube(point, inner))


@given(any_cube, any_cube)
def test_a_cube_covers_what_it_meets_with_another(cube: Cube, other: Cube) -> None:
    met = meet(cube, other)
    assert covers(cube, cube) and covers(FULL, cube)
    assert met is None or (covers(cube, met) and covers(other, met))


@given(any_cube, any_cube)
def test_meet_does_not_care_for_order(left: Cube, right: Cube) -> None:
    assert meet(left, right) == meet(right, left)


@given(any_cube)
def test_a_cube_as_a_condition_means_the_same(cube: Cube) -> None:
    assert all(in_cube(point, cube) == in_condition(point, cube.condition) for point in POINTS)


@given(conditions)
def test_the_cubes_of_a_condition_hold_what_it_holds(condition: object) -> None:
    found = cubes(condition, 256)  # type: ignore[arg-type]
    for point in POINTS:
        assert any(in_cube(point, one) for one in found) == in_condition(point, condition)  # type: ignore[arg-type]
    assert not any(covers(left, right) for left in found for right in found if left is not right)


def test_cubes_of_everything_and_of_nothing() -> None:
    assert cubes(ALWAYS, 1) == (FULL,)
    assert cubes(NEVER, 1) == ()


def test_one_alternative_too_many_is_said() -> None:
    three = either(within(APP, one_of("web")), within(TEAM, one_of("a")), holds(GET))
    assert len(cubes(three, 3)) == 3
    with pytest.raises(TooManyError):
        cubes(three, 2)


def test_a_product_too_large_is_said_before_it_is_built() -> None:
    sides = [either(holds(GET), within(APP, one_of(str(number)))) for number in range(40)]
    wide = both(*(either(side, within(TEAM, one_of(str(number)))) for number, side in enumerate(sides)))
    with pytest.raises(TooManyError):
        cubes(wide, 4)


def test_an_alternative_inside_another_is_left_out() -> None:
    condition = either(within(APP, one_of("web")), both(within(APP, one_of("web", "db")), within(TEAM, one_of("a"))))
    assert len(cubes(condition, 8)) == 2
    assert cubes(either(holds(GET), both(holds(GET), within(APP, one_of("web")))), 8) == (
        Cube((), frozenset({Holds(GET)})),
    )


def test_minus_of_a_fact_is_its_negation() -> None:
    assert minus(WEB, Cube((), frozenset({Holds(GET)}))) == (Cube(WEB.sets, frozenset({Holds(GET, negated=True)})),)


def test_minus_of_what_does_not_meet_changes_nothing() -> None:
    assert minus(WEB, Cube(((APP, one_of("db")),))) == (WEB,)
    assert minus(WEB, WEB) == ()
    assert minus(FULL, WEB) == (Cube(((APP, none_of("web")),)),)


def test_facts_that_contradict_each_other_do_not_meet() -> None:
    assert meet(Cube((), frozenset({Holds(GET)})), Cube((), frozenset({Holds(GET, negated=True)}))) is None
    assert meet(Cube((), frozenset({Holds(GET)})), Cube((), frozenset({Holds(PUT)}))) is not None


def test_having_replaces_or_frees_a_dimension() -> None:
    assert WEB.having(APP, one_of("db")) == Cube(((APP, one_of("db")),))
    assert WEB.having(APP, None) == FULL
    assert WEB.having(Axis.DST_PORT, ports((0, 65535))) == WEB
    assert WEB.members(APP) == one_of("web") and WEB.members(TEAM) is None
    assert Cube((), frozenset({Holds(GET)})).without(Holds(GET)) == FULL


def test_kinds_come_first_then_axes_then_attributes() -> None:
    cube = FULL.having(TEAM, one_of("a")).having(Axis.DST_PORT, ports((80, 80))).having(APP, one_of("web"))
    assert [dimension for dimension, _ in cube.sets] == [Axis.DST_PORT, TEAM, APP]
