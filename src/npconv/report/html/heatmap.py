"""Who reaches whom -> the places of a heat map, in the units of an SVG's view box.

A picture of hundreds of rows is read by nobody: beyond a limit it shows the namespaces that have the most changes.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from npconv.dataclass import dataclass
from npconv.report.model import Cell, Connectivity, MatrixCell

MOST: Final = 40
_SIDE: Final = 24
_CHARACTER: Final = 7.4
_LONGEST: Final = 26
_ROOM: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The name of a row or a column; `full` where it was cut."""

    text: str
    full: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A cell that was looked at."""

    cell: MatrixCell
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """The picture: `rows` are the sending sides, `columns` the receiving ones."""

    width: float
    height: float
    left: float
    top: float
    side: int
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    squares: tuple[Square, ...]
    names: int
    """How many namespaces there are in all."""


def heatmap(found: Connectivity) -> Heatmap | None:
    """The picture, or None where there is nothing to see."""
    names = _most_telling(found)
    if not names or not found.cells:
        return None
    longest = max(len(_short(name)) for name in names)
    left = longest * _CHARACTER + _ROOM
    top = left * 0.72 + _ROOM
    place = {name: number * _SIDE for number, name in enumerate(names)}
    squares = tuple(
        Square(cell=cell, x=round(left + place[cell.target], 1), y=round(top + place[cell.source], 1))
        for cell in found.cells
        if cell.source in place and cell.target in place
    )
    return Heatmap(
        width=round(left + len(names) * _SIDE + top * 0.7, 1),
        height=round(top + len(names) * _SIDE + 2, 1),
        left=round(left, 1),
        top=round(top, 1),
        side=_SIDE,
        rows=tuple(Head(text=_short(one), full=one, at=round(top + place[one] + _SIDE / 2, 1)) for one in names),
        columns=tuple(Head(text=_short(one), full=one, at=round(left + place[one] + _SIDE / 2, 1)) for one in names),
        squares=squares,
        names=len(found.names),
    )


def _most_telling(found: Connectivity) -> tuple[str, ...]:
    """All names, or those with the most changes and then the most connections, in the order in which they came."""
    if len(found.names) <= MOST:
        return found.names
    weight: Counter[str] = Counter()
    for cell in found.cells:
        points = 0 if cell.mark is Cell.NONE else 1 if cell.mark is Cell.SAME else 1000
        weight[cell.source] += points
        weight[cell.target] += points
    kept = set(sorted(found.names, key=lambda name: -weight[name])[:MOST])
    return tuple(name for name in found.names if name in kept)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}…{name[-8:]}"
