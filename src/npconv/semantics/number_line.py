"""A number as ordered yes-or-no questions: is it at least 80, at least 443, ...: one literal a boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npconv.semantics.gates import FALSE, TRUE, Gates


class NumberLine:
    """A number of `0..top`. Only the boundaries that somebody asks about are told apart."""

    def __init__(self, gates: Gates, top: int, boundaries: Iterable[int]) -> None:
        self._gates = gates
        self._top = top
        self._boundaries = sorted({one for one in boundaries if 0 < one <= top})
        self._at_least = {one: gates.variable() for one in self._boundaries}

    def at_least(self, boundary: int) -> int:
        """The literal for "the number is `boundary` or more"; it must be a boundary, 0 or beyond the top."""
        if boundary <= 0:
            return TRUE
        return FALSE if boundary > self._top else self._at_least[boundary]

    def inside(self, spans: Iterable[tuple[int, int]]) -> int:
        """The literal for "the number is in one of these inclusive spans"."""
        return self._gates.any_of(
            self._gates.all_of((self.at_least(low), -self.at_least(high + 1))) for low, high in spans
        )

    def clauses(self) -> Iterator[tuple[int, ...]]:
        """What makes the literals a number: who is at least 443 is at least 80."""
        for low, high in zip(self._boundaries, self._boundaries[1:], strict=False):
            yield (-self._at_least[high], self._at_least[low])

    def segment(self, model: frozenset[int]) -> tuple[int, int]:
        """The inclusive span of numbers that a model stands for."""
        low, high = 0, self._top
        for boundary in self._boundaries:
            if self._at_least[boundary] in model:
                low = boundary
            else:
                high = boundary - 1
                break
        return low, high


def boundaries(spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The boundaries that inclusive spans ask about."""
    for low, high in spans:
        yield low
        yield high + 1
