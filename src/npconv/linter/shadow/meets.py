"""Boxes -> whether two of them meet, each pair of sets compared once: policies repeat the same sets over and over."""

from __future__ import annotations

from npconv.linter.shadow.clauses import Step, reach
from npconv.lowering.box import Box
from npconv.lowering.cube import Cube, touches


class Meets:
    """Remembers which sets of which parts of rules meet."""

    def __init__(self) -> None:
        self._numbers: dict[Cube, int] = {}
        self._cubes: list[Cube] = []
        self._known: dict[tuple[int, int], bool] = {}
        self._steps: dict[int, tuple[tuple[int, ...], ...]] = {}

    def any(self, one: Step, other: Step) -> bool:
        """Whether any flow is in both rules."""
        return any(all(map(self._touch, left, right)) for left in self._of(one) for right in self._of(other))

    def _of(self, step: Step) -> tuple[tuple[int, ...], ...]:
        found = self._steps.get(id(step))
        if found is None:
            found = self._steps[id(step)] = tuple(self._numbered(box) for box in reach(step))
        return found

    def _numbered(self, box: Box) -> tuple[int, ...]:
        return tuple(self._number(cube) for cube in (box.subject, box.peer, box.traffic, box.request))

    def _number(self, cube: Cube) -> int:
        found = self._numbers.get(cube)
        if found is None:
            found = self._numbers[cube] = len(self._cubes)
            self._cubes.append(cube)
        return found

    def _touch(self, one: int, other: int) -> bool:
        key = (one, other)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = touches(self._cubes[one], self._cubes[other])
        return found
