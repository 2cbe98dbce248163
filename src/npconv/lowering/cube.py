"""Conditions as unions of cubes: one set per dimension, plus facts. The algebra that exact subtraction needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.hashed import Hashed
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
from npconv.ir.dimensions import Axis, Dimension, Members
from npconv.ir.values import Values


class TooManyError(Exception):
    """An expansion would exceed its bound. Caught where the bound is known; never shown to users as such."""


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
        for at, (one, _) in enumerate(self.sets):
            if one == dimension:
                return Cube((*self.sets[:at], found, *self.sets[at + 1 :]), self.facts)
        if dimension is Axis.KIND:  # which stands first
            return Cube((found, *self.sets), self.facts)
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
    if left is right:
        return True
    sets = left.sets
    if sets:
        for dimension, members in right.sets:
            for one, seen in sets:
                if one == dimension:
                    if not share(seen, members):
                        return False
                    break
    facts = left.facts
    return not (facts and right.facts and any(Holds(fact.fact, not fact.negated) in facts for fact in right.facts))


def share(left: Members, right: Members) -> bool:
    """Whether two sets on one dimension, neither of them empty, have anything in common."""
    if left is right:
        return True
    if type(left) is Values and type(right) is Values:
        if left.absent and right.absent:
            return True
        if left.cofinite:
            return right.cofinite or not right.named <= left.named
        return not (left.named <= right.named if right.cofinite else left.named.isdisjoint(right.named))
    return _meet_at_all(left, right)


@lru_cache(maxsize=REMEMBERED)
def _meet_at_all(left: Members, right: Members) -> bool:
    return not joined(left, right, conjunction=True).is_empty


def covers(outer: Cube, inner: Cube) -> bool:
    """Whether every flow of `inner` is in `outer`."""
    if outer is inner:
        return True
    if not outer.facts <= inner.facts:
        return False
    sets = inner.sets
    for dimension, members in outer.sets:
        for one, seen in sets:
            if one == dimension:
                if not (seen is members or _within(seen, members)):
                    return False
                break
        else:
            return False
    return True


@lru_cache(maxsize=REMEMBERED)
def _within(inner: Members, outer: Members) -> bool:
    """Whether one set on a dimension holds all of another."""
    return joined(inner, outer, conjunction=True) == inner


def minus(cube: Cube, other: Cube) -> tuple[Cube, ...]:
    """What is left of `cube` without `other`, as disjoint cubes."""
    return parted(cube, other)[0] if touches(cube, other) else (cube,)


@lru_cache(maxsize=REMEMBERED)
def parted(cube: Cube, other: Cube) -> tuple[tuple[Cube, ...], Cube]:
    """A cube that `touches` another: what is left of it without the other, as disjoint cubes, and what they share."""
    pieces: list[Cube] = []
    rest = cube
    for dimension, members in other.sets:
        seen = rest.members(dimension)
        if seen == members:
            continue
        outside = ~members if seen is None else joined(seen, ~members, conjunction=True)
        if outside.is_empty:
            continue
        pieces.append(rest.having(dimension, outside))
        rest = rest.having(dimension, members if seen is None else joined(seen, members, conjunction=True))
    for fact in sorted(other.facts, key=str):
        if fact in rest.facts:
            continue
        pieces.append(Cube(rest.sets, rest.facts | {Holds(fact.fact, not fact.negated)}))
        rest = Cube(rest.sets, rest.facts | {fact})
    return tuple(pieces), rest


Cubes: TypeAlias = tuple[Cube, ...]


@lru_cache(maxsize=REMEMBERED)
def cubes(condition: Condition, limit: int) -> Cubes:
    """The condition as a union of cubes, none of which covers another.

    Raises TooManyError if it needs more than `limit`.
    """
    if isinstance(condition, Both):
        plain = _plain(condition.parts)
        if plain is not None and limit:
            return (plain,)
    found: list[Cube] = []
    for cube in _expand(condition, limit):
        if any(covers(seen, cube) for seen in found):
            continue
        found = [seen for seen in found if not covers(cube, seen)] + [cube]
        if len(found) > limit:
            raise TooManyError
    return tuple(found)


def _plain(parts: tuple[Condition, ...]) -> Cube | None:
    """The parts of a conjunction as the one cube that they are; None where a part is not a single set or fact.

    They are on different dimensions, and contradict each other nowhere: conditions are canonical.
    """
    sets: list[tuple[Dimension, Members]] = []
    facts: list[Holds] = []
    for part in parts:
        if isinstance(part, Within):
            sets.append((part.dimension, part.members))
        elif isinstance(part, Holds):
            facts.append(part)
        else:
            return None
    return Cube(tuple(sorted(sets, key=_rank)), frozenset(facts))


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


_RANKS: Final[dict[Dimension, tuple[int, str, str]]] = {
    axis: (0, "", "") if axis is Axis.KIND else (1, str(at), "") for at, axis in enumerate(Axis)
}


def _rank(item: tuple[Dimension, Members]) -> tuple[int, str, str]:
    """Kind first: what else an endpoint has depends on it. Then the axes, then attributes by name."""
    dimension = item[0]
    return _RANKS[dimension] if isinstance(dimension, Axis) else (2, *dimension)


__all__ = [
    "ALWAYS",
    "FULL",
    "Cube",
    "Cubes",
    "TooManyError",
    "covers",
    "cubes",
    "meet",
    "minus",
    "parted",
    "share",
    "touches",
]
