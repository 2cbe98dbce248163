"""What is left of a box without many others, in few pieces.

Taken out one after the other, each of the others cuts every piece that it meets, always by its subject first. Here
they are taken out together: by the part where they ask for least, and by what most of them ask for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from npconv.ir.dimensions import Dimension, Fact
from npconv.lowering.box import PARTS, Box, overlaps
from npconv.lowering.cube import Cube, covers, parted, touches

LOOKS: Final = 4
"""For each piece that there may be, so many are looked at: of some, nothing is left."""


class _Condition(NamedTuple):
    """One of the conditions that a box is made of: what it asks for on one dimension of a part, or one fact."""

    part: str
    cube: Cube

    @property
    def on(self) -> tuple[str, Dimension | Fact]:
        """What it is about."""
        return self.part, self.cube.sets[0][0] if self.cube.sets else next(iter(self.cube.facts)).fact


_Other: TypeAlias = tuple[int, ...]
"""What one of the others asks for, by number, beyond what a piece is anyway: where that holds, nothing is left."""


def remainder(box: Box, others: Sequence[Box], limit: int) -> tuple[Box, ...] | None:
    """What is left of a box without others, as disjoint boxes; None if more than `limit`, or too many to look at."""
    numbers: dict[_Condition, int] = {}
    asked = dict.fromkeys(
        tuple([numbers.setdefault(one, len(numbers)) for one in _conditions(other) if _holds(box, one) is None])
        for other in others
        if overlaps(box, other)
    )
    conditions = _Conditions(tuple(numbers))
    found: list[Box] = []
    waiting: list[tuple[Box, list[_Other]]] = [(box, list(asked))]
    looks = LOOKS * limit
    while waiting:
        piece, left = waiting.pop()
        if not left:
            found.append(piece)
        looks -= 1
        if looks < 0 or len(found) > limit:
            return None
        if not left or () in left:
            continue
        chosen = conditions.chosen(left)
        part, cube = conditions[chosen]
        (outside,), inside = parted(piece.part(part), cube)
        for other, is_gone in ((inside, (chosen,) in left), (outside, False)):
            if not is_gone:
                half = piece.having(part, other)
                waiting.append((half, conditions.beyond(half, left, chosen)))
    return tuple(found)


class _Conditions:
    """The conditions of all others, by number."""

    def __init__(self, listed: Sequence[_Condition]) -> None:
        self._listed = listed
        self._on: dict[tuple[str, Dimension | Fact], set[int]] = {}
        for number, one in enumerate(listed):
            self._on.setdefault(one.on, set()).add(number)

    def __getitem__(self, number: int) -> _Condition:
        return self._listed[number]

    def chosen(self, left: Sequence[_Other]) -> int:
        """The condition by which to part a piece: it is true for some of it.

        One that takes something out by itself; else, of the part that the others cut into fewest combinations, what
        most of them ask for. A single other is taken out in the order of its conditions.
        """
        if len(left) == 1:
            return left[0][0]
        for other in left:
            if len(other) == 1:
                return other[0]
        times = Counter([number for other in left for number in other])
        part = self._narrowest(times)
        return max((one for one in times if self[one].part == part), key=lambda one: (times[one], -one))

    def beyond(self, piece: Box, left: Sequence[_Other], chosen: int) -> list[_Other]:
        """What the others still ask for beyond a piece that a condition was chosen for; some do not meet it at all."""
        near = self._on[self[chosen].on]
        known: dict[int, bool | None] = {}
        found: dict[_Other, None] = {}
        for other in left:
            held = None
            for number in other:
                if number in near:
                    if number not in known:
                        known[number] = _holds(piece, self[number])
                    held = known[number]
                    break
            if held is None:
                found[other] = None
            elif held:
                found[tuple([one for one in other if one != number])] = None
        return list(found)

    def _narrowest(self, times: Mapping[int, int]) -> str:
        """The part of which the values that are asked for make the fewest combinations."""
        values: dict[str, Counter[Dimension | Fact]] = {}
        for number in times:
            part, on = self[number].on
            values.setdefault(part, Counter())[on] += 1
        return min(
            (one for one in PARTS if one in values),
            key=lambda one: math.prod(1 + count for count in values[one].values()),
        )


def _conditions(box: Box) -> Iterator[_Condition]:
    for part in PARTS:
        cube = box.part(part)
        for one in cube.sets:
            yield _Condition(part, Cube((one,)))
        for fact in sorted(cube.facts, key=str):
            yield _Condition(part, Cube((), frozenset({fact})))


def _holds(box: Box, condition: _Condition) -> bool | None:
    """Whether a condition is true for all of a box, or for nothing of it; None: for some."""
    cube = box.part(condition.part)
    if not touches(cube, condition.cube):
        return False
    return True if covers(condition.cube, cube) else None
