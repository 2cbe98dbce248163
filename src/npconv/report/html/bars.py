"""Counts -> the places of a stacked bar, in the units of an SVG's view box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.report.model import Standing

WIDTH: Final = 1000
_GAP: Final = 3
_LEAST: Final = 8
"""So wide is what is there at all: one refused policy of five thousand must be seen."""

_ROOM: Final = 26
"""So wide is a part that its mark fits into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the bar. `has_mark`: whether there is room for the mark."""

    standing: Standing
    count: int
    x: float
    width: float
    has_mark: bool


def bar(counts: Sequence[tuple[Standing, int]]) -> tuple[Part, ...]:
    """The parts of the bar, from left to right; none where nothing was counted."""
    there = [(standing, count) for standing, count in counts if count]
    total = sum(count for _, count in there)
    room = WIDTH - _GAP * (len(there) - 1)
    widths = [max(_LEAST, room * count / total) for _, count in there]
    over = sum(widths) - room
    if there:
        widest = widths.index(max(widths))
        widths[widest] -= over
    parts, x = [], 0.0
    for (standing, count), width in zip(there, widths, strict=True):
        parts.append(
            Part(standing=standing, count=count, x=round(x, 1), width=round(width, 1), has_mark=width >= _ROOM)
        )
        x += width + _GAP
    return tuple(parts)
