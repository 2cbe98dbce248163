"""The appendix of a plan -> Markdown: policies folded by namespace, codes, inputs, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from npconv.render.summary import plural
from npconv.report.markdown_text import code, escaped, folded, inline, table
from npconv.report.model import ObjectRow, Plan, Said, Standing
from npconv.report.wording import CLUSTER, MARKS, sentence

_MOST: Final = 2000
"""So many policies are listed; those that are not equal come first where there are more."""

_MOST_FILES: Final = 500


def trust(plan: Plan) -> Iterator[str]:
    """What the proof stands on, and what was not read."""
    yield "## How far to trust this"
    yield ""
    yield "Everything above holds under these assumptions:" if plan.assumptions else "Nothing is assumed."
    yield ""
    for one in plan.assumptions:
        yield from _said(one)
    if plan.unread:
        yield ""
        yield "What was not read:"
        yield ""
        for one in plan.unread:
            yield from _said(one)


def _said(one: Said) -> Iterator[str]:
    where = f" at {code(str(one.spot))}" if one.spot.file else ""
    yield f"- {inline(sentence(one.text))} {code(one.code)}{where}"
    yield from (f"    - {inline(note)}" for note in one.notes)
    if one.help:
        yield f"    - help: {inline(one.help)}"


def inputs(plan: Plan) -> Iterator[str]:
    """What was read, with its hashes: the same input gives the same plan."""
    if plan.inputs:
        files = [[code(one.file), str(one.policies), code(one.sha256)] for one in plan.inputs[:_MOST_FILES]]
        more = len(plan.inputs) - len(files)
        lines = [*table(["file", "policies", "SHA-256"], files, "lrl"), *([f"\nand {more} more"] if more else [])]
        yield from folded(f"Inputs: {plural(len(plan.inputs), 'file', 'files')}", lines)


def appendix(plan: Plan) -> Iterator[str]:
    """Every policy, and the codes."""
    yield "## Appendix"
    yield ""
    rows = plan.objects
    if len(rows) > _MOST:
        rows = tuple(one for one in rows if one.standing not in (Standing.EQUAL, Standing.ASSUMED))[:_MOST]
        yield f"{len(rows)} of {plural(len(plan.objects), 'policy', 'policies')} are listed; the CSV has all."
        yield ""
    for namespace, found in groupby(rows, key=lambda one: one.namespace):
        group = list(found)
        summary = f"{namespace or CLUSTER}: {plural(len(group), 'policy', 'policies')}"
        yield from folded(summary, _objects(group))
        yield ""
    if plan.codes:
        codes = [[code(one.code), one.severity, str(one.count), inline(one.title)] for one in plan.codes]
        yield from folded("Codes", table(["code", "severity", "times", "title"], codes, "llrl"))
        yield ""


def _objects(rows: list[ObjectRow]) -> Iterator[str]:
    yield from table(
        ["policy", "place", "standing", "class", "points", "codes", "becomes"],
        [
            [
                code(one.policy),
                code(str(one.spot)),
                f"{escaped(MARKS[one.standing])} {one.standing.value}",
                one.grade.name,
                str(one.points),
                ", ".join(map(code, one.codes)),
                ", ".join(map(code, one.outputs)) or "nothing",
            ]
            for one in rows
        ],
        "llllrll",
    )
