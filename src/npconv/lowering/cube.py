"""Conditions as unions of cubes: one set per dimension, plus facts. The algebra that exact subtraction needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.hashed import Hashed, hashed_once
from npconv.ir.condition import (
    ALWAYS,
    REMEMBERED,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    joined,
    within,
)
from npconv.ir.dimensions import Attribute, Axis, Dimension, Members


class TooManyError(Exception):
    """An expansion would exceed its bound. Caught where the bound is known; never shown to users as such."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Cube(Hashed):
    """A conjunction: at most one set per dimension, sorted by dimension, and literal facts."""

    sets: tuple[tuple[Dimension, Members], ...] = ()
    facts: frozenset[Holds] = frozenset()

    @property
    def is_full(self) -> bool:
        """Whether it holds for everything."""
        return not self.sets and not self.facts

    def members(self, dimension: Dimension) -> Members | None:
        """The set on a dimension; None if the dimension is free."""
        for one, members in self.sets:
            if one == dimension:
                return members
        return None

    def having(self, dimension: Dimension, members: Members | None) -> Cube:
        """The cube with the set on a dimension replaced, or freed if `members` is None or everything."""
        if members is None or members.is_full:
            return Cube(tuple(one for one in self.sets if one[0] != dimension), self.facts)
        found = (dimension, members)
        if any(one == dimension for one, _ in self.sets):
            return Cube(tuple(found if one[0] == dimension else one for one in self.sets), self.facts)
        return Cube(tuple(sorted((*self.sets, found), key=_rank)), self.facts)

    def without(self, *facts: Holds) -> Cube:
        """The cube with some facts no longer asked for."""
        return Cube(self.sets, self.facts - set(facts))

    @property
    def condition(self) -> Condition:
        """The cube as a condition."""
        return both(*(within(dimension, members) for dimension, members in self.sets), *self.facts)

    def __str__(self) -> str:
        return str(self.condition)


FULL = Cube()


def meet(left: Cube, right: Cube) -> Cube | None:
    """The intersection; None if it is empty."""
    if left.is_full:
        return right
    if right.is_full:
        return left
    sets = dict(left.sets)
    for dimension, members in right.sets:
        seen = sets.get(dimension)
        both_members = members if seen is None else joined(seen, members, conjunction=True)
        if both_members.is_empty:
            return None
        sets[dimension] = both_members
    facts = left.facts | right.facts
    if any(Holds(fact.fact, not fact.negated) in facts for fact in facts):
        return None
    if len(sets) == len(left.sets):  # the same dimensions, in their order
        return Cube(tuple(sets.items()), facts)
    return Cube(tuple(sorted(sets.items(), key=_rank)), facts)


def touches(left: Cube, right: Cube) -> bool:
    """Whether the intersection holds anything: `meet` without building it."""
    if left is right or left.is_full or right.is_full:
        return True
    for dimension, members in right.sets:
        seen = left.members(dimension)
        if seen is not None and not _share(seen, members):
            return False
    return not (left.facts and any(Holds(fact.fact, not fact.negated) in left.facts for fact in right.facts))


@lru_cache(maxsize=REMEMBERED)
def _share(left: Members, right: Members) -> bool:
    """Whether two sets on one dimension have anything in common."""
    return not joined(left, right, conjunction=True).is_empty


def covers(outer: Cube, inner: Cube) -> bool:
    """Whether every flow of `inner` is in `outer`."""
    if not outer.facts <= inner.facts:
        return False
    for dimension, members in outer.sets:
        seen = inner.members(dimension)
        if seen is None or not _within(seen, members):
            return False
    return True


@lru_cache(maxsize=REMEMBERED)
def _within(inner: Members, outer: Members) -> bool:
    """Whether one set on a dimension holds all of another."""
    return joined(inner, outer, conjunction=True) == inner


def minus(cube: Cube, other: Cube) -> tuple[Cube, ...]:
    """What is left of `cube` without `other`, as disjoint cubes."""
    if not touches(cube, other):
        return (cube,)
    pieces: list[Cube] = []
    rest = cube
    for dimension, members in other.sets:
        seen = rest.members(dimension)
        outside = ~members if seen is None else joined(seen, ~members, conjunction=True)
        if not outside.is_empty:
            pieces.append(rest.having(dimension, outside))
        rest = rest.having(dimension, members if seen is None else joined(seen, members, conjunction=True))
    for fact in sorted(other.facts, key=str):
        if fact in rest.facts:
            continue
        pieces.append(Cube(rest.sets, rest.facts | {Holds(fact.fact, not fact.negated)}))
        rest = Cube(rest.sets, rest.facts | {fact})
    return tuple(pieces)


Cubes: TypeAlias = tuple[Cube, ...]


@lru_cache(maxsize=REMEMBERED)
def cubes(condition: Condition, limit: int) -> Cubes:
    """The condition as a union of cubes, none of which covers another.

    Raises TooManyError if it needs more than `limit`.
    """
    found: list[Cube] = []
    for cube in _expand(condition, limit):
        if any(covers(seen, cube) for seen in found):
            continue
        found = [seen for seen in found if not covers(cube, seen)] + [cube]
        if len(found) > limit:
            raise TooManyError
    return tuple(found)


def _expand(condition: Condition, limit: int) -> Iterator[Cube]:
    match condition:
        case Always():
            yield FULL
        case Never():
            return
        case Within(dimension, members):
            yield Cube(((dimension, members),))
        case Holds():
            yield Cube((), frozenset({condition}))
        case Either(parts):
            for part in parts:
                yield from _expand(part, limit)
        case Both(parts):
            product: list[Cube] = [FULL]
            for part in parts:
                options = list(_expand(part, limit))
                product = [one for left in product for right in options if (one := meet(left, right)) is not None]
                if len(product) > 4 * limit:
                    raise TooManyError
            yield from product
        case _:
            assert_never(condition)


_RANKS: Final = {axis: (0, "", "") if axis is Axis.KIND else (1, str(at), "") for at, axis in enumerate(Axis)}


def _rank(item: tuple[Dimension, Members]) -> tuple[int, str, str]:
    """Kind first: what else an endpoint has depends on it. Then the axes, then attributes by name."""
    dimension = item[0]
    if isinstance(dimension, Attribute):
        return (2, dimension.scope_name, dimension.key)
    return _RANKS[dimension]


__all__ = ["ALWAYS", "FULL", "Cube", "Cubes", "TooManyError", "covers", "cubes", "meet", "minus", "touches"]
