"""Who reaches whom, before and after -> a matrix of marks where it is small, and the pairs that change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from npconv.report.lines import heading, table, wrapped
from npconv.report.model import Cell, Connectivity, Plan
from npconv.report.wording import CELLS

_MOST: Final = 24
"""Beyond that a matrix does not fit a terminal."""

_MOST_PAIRS: Final = 60


def connectivity(plan: Plan) -> Iterator[str]:
    """The section about namespaces."""
    found = plan.connectivity
    yield from heading("Who reaches whom")
    yield from wrapped(found.basis, "  ")
    if found.left_out:
        yield from wrapped(found.left_out, "  ")
    yield ""
    marks = Counter(cell.mark for cell in found.cells)
    yield from wrapped(", ".join(f"{marks[mark]} {mark.value}" for mark in Cell if marks[mark]) or "no pairs", "  ")
    if 0 < len(found.names) <= _MOST:
        yield ""
        yield from _matrix(found)
    changed = [cell for cell in found.cells if cell.mark not in (Cell.SAME, Cell.NONE)]
    if changed:
        yield ""
        yield from table(
            ["from", "to", "change", "passes today", "lost", "gained"],
            [
                [one.source, one.target, f"{CELLS[one.mark]} {one.mark.value}", one.ports, one.lost, one.gained]
                for one in changed[:_MOST_PAIRS]
            ],
        )
    if len(changed) > _MOST_PAIRS:
        yield from wrapped(f"and {len(changed) - _MOST_PAIRS} more pairs", "  ")


def _matrix(found: Connectivity) -> Iterator[str]:
    """Numbers for columns, so that names may be long."""
    marks = {(cell.source, cell.target): cell.mark for cell in found.cells}
    column = min(40, max(len(name) for name in found.names))
    digits = len(str(len(found.names)))
    heads = " ".join(f"{number:>{digits}}" for number in range(1, len(found.names) + 1))
    yield f"  {'':>{digits}} {'from, to':<{column}}  {heads}"
    for number, source in enumerate(found.names, 1):
        name = source if len(source) <= column else f"{source[: column - 3]}..."
        row = " ".join(f"{_mark(marks.get((source, target))):>{digits}}" for target in found.names)
        yield f"  {number:>{digits}} {name:<{column}}  {row}"
    yield ""
    yield from wrapped(", ".join(f"{CELLS[mark]} {mark.value}" for mark in Cell), "  ")


def _mark(mark: Cell | None) -> str:
    return " " if mark is None else CELLS[mark]
