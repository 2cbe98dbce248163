"""Who reaches whom, before and after -> Markdown: a picture where it is small, and tables of what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from npconv.report.markdown_text import code, escaped, folded, inline, table
from npconv.report.model import Cell, Flow, MatrixCell, Plan
from npconv.report.wording import CELLS, sentence

MOST_NODES: Final = 50
"""Flow charts with more are unreadable, and mermaid has limits of its own."""

_MOST_EDGES: Final = 120
_MOST_PAIRS: Final = 200
_MOST_FLOWS: Final = 100

_ARROWS: Final = {
    Cell.SAME: "-->",
    Cell.LOST: "-. lost .->",
    Cell.GAINED: "== gained ==>",
    Cell.BOTH: "== lost and gained ==>",
}


def connectivity(plan: Plan) -> Iterator[str]:
    """The section about namespaces."""
    found = plan.connectivity
    yield "## Who reaches whom"
    yield ""
    yield " ".join(inline(sentence(one)) + "." for one in (found.basis, found.left_out) if one)
    yield ""
    marks = Counter(cell.mark for cell in found.cells)
    told = ", ".join(f"{marks[mark]} {mark.value}" for mark in Cell if marks[mark])
    yield f"Pairs of namespaces: {told or 'none'}."
    yield ""
    yield from _picture(found.cells)
    changed = [cell for cell in found.cells if cell.mark not in (Cell.SAME, Cell.NONE)]
    if changed:
        yield from table(
            ["from", "to", "change", "passes today", "lost", "gained"],
            [
                [
                    code(one.source),
                    code(one.target),
                    f"{escaped(CELLS[one.mark] + ' ')}{one.mark.value}",
                    inline(one.ports),
                    inline(one.lost),
                    inline(one.gained),
                ]
                for one in changed[:_MOST_PAIRS]
            ],
        )
        if len(changed) > _MOST_PAIRS:
            yield ""
            yield f"and {len(changed) - _MOST_PAIRS} more pairs"
        yield ""
    if found.changed:
        shown = found.changed[:_MOST_FLOWS]
        rest = f" of {found.changed_count}" if found.changed_count > len(shown) else ""
        yield from folded(f"Flows that change ({len(shown)}{rest})", _flows(shown))


def _flows(flows: tuple[Flow, ...]) -> Iterator[str]:
    yield from table(
        ["change", "flow", "before", "after", "codes"],
        [
            [flow.change, inline(flow.flow), inline(flow.before), inline(flow.after), ", ".join(map(code, flow.codes))]
            for flow in flows
        ],
    )


def _picture(cells: tuple[MatrixCell, ...]) -> Iterator[str]:
    """A flow chart of the namespaces that are connected; none if it were too big.

    Names stand in quotes, with entities for what mermaid would take for its own:
    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters.
    """
    edges = [one for one in cells if one.mark is not Cell.NONE and (one.source != one.target or one.mark in _CHANGED)]
    nodes = sorted({name for one in edges for name in (one.source, one.target)})
    if not 1 < len(nodes) <= MOST_NODES or len(edges) > _MOST_EDGES:
        return
    ids = {name: f"n{number}" for number, name in enumerate(nodes)}
    yield "```mermaid"
    yield "flowchart LR"
    for name in nodes:
        yield f'  {ids[name]}["{_label(name)}"]'
    for one in edges:
        yield f"  {ids[one.source]} {_ARROWS[one.mark]} {ids[one.target]}"
    yield "```"
    yield ""


_CHANGED: Final = (Cell.LOST, Cell.GAINED, Cell.BOTH)


def _label(text: str) -> str:
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return "".join(char if char.isalnum() or char in "-. ()" else f"#{ord(char)};" for char in short)
