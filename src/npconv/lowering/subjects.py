"""Whether the subjects of policies cover each other, or may have a pod in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from npconv.ir.condition import Condition, both
from npconv.lowering.cube import Cube, TooManyError, cubes, minus
from npconv.lowering.places import Places

View: TypeAlias = Callable[[Condition], Condition]
"""What a condition on a subject asks of pods."""


def covered(subject: Condition, by: Iterable[Condition], limit: int) -> bool:
    """Whether a subject is for certain within the union of others."""
    try:
        left: tuple[Cube, ...] = cubes(subject, limit)
        for other in by:
            for cube in cubes(other, limit):
                left = tuple(piece for one in left for piece in minus(one, cube))
                if len(left) > limit:
                    return False
    except TooManyError:
        return False
    return not left


def may_meet(left: Condition, right: Condition, limit: int) -> bool:
    """Whether two subjects may have a pod in common."""
    try:
        return bool(cubes(both(left, right), limit))
    except TooManyError:
        return True


class Subjects:
    """Subjects in an order, found again by namespace: who is asked about meets few of them, or none."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._subjects: list[Condition] = []
        self._places = Places(())
        self._unknown: list[int] = []
        """The places of subjects that take too many pieces."""

    def add(self, subject: Condition) -> None:
        """Put one more behind the others."""
        place = len(self._subjects)
        self._subjects.append(subject)
        try:
            for cube in cubes(subject, self._limit):
                self._places.add(place, cube)
        except TooManyError:
            self._unknown.append(place)

    def near(self, subject: Condition) -> list[Condition]:
        """Those that may have a pod in common with a subject, in their order; the others have none."""
        return [self._subjects[place] for place in self._near(subject)]

    def cover(self, subject: Condition) -> bool:
        """Whether a subject is for certain within their union."""
        return not self._unknown and covered(subject, self.near(subject), self._limit)

    def meet(self, subject: Condition, *, behind: int = -1) -> bool:
        """Whether one of those behind a place may have a pod in common with a subject."""
        return any(
            may_meet(subject, self._subjects[place], self._limit) for place in self._near(subject) if place > behind
        )

    def _near(self, subject: Condition) -> list[int]:
        try:
            asked = cubes(subject, self._limit)
        except TooManyError:
            return list(range(len(self._subjects)))
        found = {place for cube in asked for place in self._places.near(cube)}
        return sorted(found.union(self._unknown))
