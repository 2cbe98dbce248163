"""What is left of a box without many others, in few pieces.

Taken out one after the other, each of the others cuts every piece that it meets, always by its subject first. Here
they are taken out together: by the part where they ask for least, and by what most of them ask for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from npconv.ir.dimensions import Dimension, Fact
from npconv.lowering.box import PARTS, Box, overlaps
from npconv.lowering.cube import Cube, covers, parted, touches

LOOKS: Final = 4
"""For each piece that there may be, so many are looked at: of some, nothing is left."""


_On: TypeAlias = tuple[str, Dimension | Fact]


class _Condition(NamedTuple):
    """One of the conditions that a box is made of: what it asks for on one dimension of a part, or one fact."""

    part: str
    cube: Cube

    @property
    def on(self) -> _On:
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
        piece, left = conditions.cleared(*waiting.pop())
        looks -= 1
        if () in left:
            continue
        if not left:
            found.append(piece)
        if looks < 0 or len(found) > limit or conditions.pieces(left) > limit:
            return None
        if left:
            chosen = conditions.chosen(left)
            part, cube = conditions[chosen]
            (outside,), inside = parted(piece.part(part), cube)
            for half in (piece.having(part, inside), piece.having(part, outside)):
                waiting.append((half, conditions.beyond(half, left, {conditions.on(chosen)})))
    return tuple(found)


class _Conditions:
    """The conditions of all others, by number."""

    def __init__(self, listed: Sequence[_Condition]) -> None:
        self._listed = listed
        self._on = [one.on for one in listed]

    def __getitem__(self, number: int) -> _Condition:
        return self._listed[number]

    def on(self, number: int) -> _On:
        """What a condition is about."""
        return self._on[number]

    def cleared(self, piece: Box, left: list[_Other]) -> tuple[Box, list[_Other]]:
        """The piece without the others that ask for one more condition only, each of which leaves one piece.

        An other that asks for nothing more is given back where nothing is left at all.
        """
        while () not in left and (singles := [one[0] for one in left if len(one) == 1]):
            for number in singles:
                part, cube = self[number]
                own = piece.part(part)
                if touches(own, cube):
                    outside, _ = parted(own, cube)
                    if not outside:
                        return piece, [()]
                    piece = piece.having(part, outside[0])
            left = self.beyond(piece, [one for one in left if len(one) > 1], {self._on[number] for number in singles})
        return piece, left

    def pieces(self, left: Sequence[_Other]) -> int:
        """How many pieces are needed for those of the others that ask for nothing alike, unless more take these out."""
        seen: set[_On] = set()
        count = 0
        for other in left:
            asked = {self._on[number] for number in other}
            if seen.isdisjoint(asked):
                seen |= asked
                count += 1
        return 1 << count

    def chosen(self, left: Sequence[_Other]) -> int:
        """The condition by which to part a piece: it is true for some of it.

        Of the part that the others cut into fewest combinations, what most of them ask for. A single other is taken
        out in the order of its conditions.
        """
        if len(left) == 1:
            return left[0][0]
        times = Counter([number for other in left for number in other])
        part = self._narrowest(times)
        return max((one for one in times if self[one].part == part), key=lambda one: (times[one], -one))

    def beyond(self, piece: Box, left: Sequence[_Other], changed: Container[_On]) -> list[_Other]:
        """What the others ask for beyond a piece, of which some parts are `changed`; some do not meet it any more."""
        known: dict[int, bool | None] = {}
        found: dict[_Other, None] = {}
        for other in left:
            for number in other:
                if number not in known:
                    known[number] = _holds(piece, self[number]) if self._on[number] in changed else None
            held = [known[number] for number in other]
            if False not in held:
                found[tuple([one for one in other if not known[one]]) if True in held else other] = None
        return list(found)

    def _narrowest(self, times: Mapping[int, int]) -> str:
        """The part of which the values that are asked for make the fewest combinations."""
        values: dict[str, Counter[Dimension | Fact]] = {}
        for number in times:
            part, on = self._on[number]
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
