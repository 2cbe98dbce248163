"""What many boxes leave of one is what they leave one after the other, in fewer pieces, none of them twice."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import POINTS, boxes, in_box

from npconv.ir.condition import Holds
from npconv.ir.dimensions import Attribute, Axis, HttpMethod, Scope
from npconv.ir.intervals import ports
from npconv.ir.values import one_of
from npconv.lowering import remainder as module
from npconv.lowering.box import Box, overlaps, subtract_all
from npconv.lowering.cube import FULL, Cube, parted
from npconv.lowering.remainder import LOOKS, remainder


@given(boxes, st.lists(boxes, max_size=5))
def test_what_is_left_is_what_no_other_has(box: Box, others: list[Box]) -> None:
    left = remainder(box, others, 10_000)
    assert left is not None
    for point in POINTS:
        wanted = in_box(point, box) and not any(in_box(point, one) for one in others)
        assert sum(in_box(point, one) for one in left) == wanted
    assert not any(overlaps(one, other) for one, other in combinations(left, 2))
    assert remainder(box, others, 10_000) == left
    assert remainder(box, [*others, *others], 10_000) == left


@given(boxes, boxes)
def test_one_is_taken_out_as_it_always_was(box: Box, other: Box) -> None:
    assert remainder(box, [other], 10_000) == subtract_all((box,), (other,), 10_000)


def crossing(count: int, seed: int) -> list[Box]:
    """Boxes over a few labels of both sides, as in `overlapping` of the benchmarks."""
    random_ = random.Random(seed)

    def asked(*keys: str) -> Cube:
        return FULL.having(Attribute.of(Scope.POD, random_.choice(keys)), one_of(f"v{random_.randrange(4)}"))

    return [Box(asked("app", "stage", "zone"), asked("app", "team")) for _ in range(count)]


def test_it_needs_fewer_pieces() -> None:
    """Never more in these, and two thirds of them together."""
    pairs = []
    for seed in range(10):
        others = crossing(12, seed)
        left = remainder(Box(), others, 10_000)
        assert left is not None
        pairs.append((len(left), len(subtract_all((Box(),), tuple(others), 10_000))))
    assert all(fewer <= more for fewer, more in pairs)
    assert 3 * sum(fewer for fewer, _ in pairs) < 2 * sum(more for _, more in pairs)


def test_the_bound_is_on_the_pieces() -> None:
    others = crossing(12, 0)
    count = len(remainder(Box(), others, 10_000) or ())
    assert remainder(Box(), others, count) is not None
    assert remainder(Box(), others, count - 1) is None
    assert remainder(Box(), [*others, Box()], 1) == ()


def test_the_bound_is_on_what_is_looked_at() -> None:
    """All requests, for each way in which they can be: nothing is left, and that takes as many looks as there are."""
    facts = [HttpMethod(f"M{number}") for number in range(8)]
    cells = [
        Box(request=Cube((), frozenset(Holds(fact, negated) for fact, negated in zip(facts, chosen, strict=True))))
        for chosen in product((False, True), repeat=len(facts))
    ]
    assert remainder(Box(), cells, len(cells)) == ()
    assert remainder(Box(), cells, len(cells) // (2 * LOOKS)) is None


def test_facts_are_conditions_like_others() -> None:
    get, put = (Cube((), frozenset({Holds(HttpMethod(one))})) for one in ("GET", "PUT"))
    not_get = Cube((), frozenset({Holds(HttpMethod("GET"), True)}))
    assert remainder(Box(), [Box(request=get), Box(request=not_get)], 9) == ()
    assert remainder(Box(request=get), [Box(request=not_get)], 9) == (Box(request=get),)
    left = remainder(Box(), [Box(request=get), Box(request=put)], 9)
    assert left == (Box(request=Cube((), not_get.facts | {Holds(HttpMethod("PUT"), True)})),)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Cube]:
    """What was parted."""
    seen: list[Cube] = []

    def counted(cube: Cube, other: Cube) -> tuple[tuple[Cube, ...], Cube]:
        seen.append(other)
        return parted(cube, other)

    monkeypatch.setattr(module, "parted", counted)
    return seen


@pytest.mark.parametrize("count", [50, 100])
def test_what_leaves_one_piece_is_taken_out_once_for_each(count: int, looked: list[Cube]) -> None:
    ends = [FULL.having(Attribute.of(Scope.POD, f"k{number}"), one_of("x")) for number in range(3)]
    doors = [FULL.having(Axis.DST_PORT, ports((10 * number, 10 * number))) for number in range(count)]
    left = remainder(Box(), [Box(peer=ends[at % 3], traffic=one) for at, one in enumerate(doors)], 256)
    assert left is not None
    assert len(left) == 8
    assert len(looked) <= 7 + 4 * count  # each door in half of the pieces, or before there are so many


@pytest.mark.parametrize("count", [9, 30])
def test_what_has_nothing_in_common_is_given_up_at_once(count: int, looked: list[Cube]) -> None:
    """Each doubles the pieces, whatever is taken out first."""
    keys = [Attribute.of(Scope.POD, f"k{number}") for number in range(count)]
    others = [Box(FULL.having(one, one_of("x")), FULL.having(one, one_of("y"))) for one in keys]
    assert remainder(Box(), others, 256) is None
    assert not looked
    assert len(remainder(Box(), others[:8], 256) or ()) == 256
