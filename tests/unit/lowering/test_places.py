"""The index by namespace leaves out only what cannot meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from small_sets import APP

from npconv.ir.dimensions import NAMESPACE
from npconv.ir.values import ABSENT, Values, none_of, one_of
from npconv.lowering.cube import FULL, Cube, touches
from npconv.lowering.places import Places

names = st.frozensets(st.sampled_from(("a", "b", "c")), max_size=2)
values = st.builds(Values, names, st.booleans(), st.booleans()).filter(lambda one: not one.is_empty)
subjects = st.one_of(st.just(FULL), values.map(lambda one: FULL.having(NAMESPACE, one)))


@given(st.lists(subjects, max_size=6), subjects)
def test_what_is_left_out_shares_nothing(known: list[Cube], asked: Cube) -> None:
    near = Places(enumerate(known)).near(asked)
    assert near == sorted(near)
    for place, one in enumerate(known):
        assert place in near or not touches(one, asked)


def test_one_namespace_is_near_its_own_and_near_what_lists_none() -> None:
    known = [FULL.having(NAMESPACE, one_of("a")), FULL, FULL.having(NAMESPACE, one_of("b"))]
    assert Places(enumerate(known)).near(FULL.having(NAMESPACE, one_of("a"))) == [0, 1]


def test_subjects_that_list_no_namespace_are_near_everything() -> None:
    known = [FULL.having(NAMESPACE, one_of("a")), FULL.having(NAMESPACE, one_of("b"))]
    for asked in (FULL, FULL.having(NAMESPACE, none_of("a")), FULL.having(NAMESPACE, ABSENT), FULL.having(APP, ABSENT)):
        assert Places(enumerate(known)).near(asked) == [0, 1]


def test_places_keep_the_numbers_that_they_were_given() -> None:
    assert Places([(7, FULL), (9, FULL)]).near(FULL) == [7, 9]
