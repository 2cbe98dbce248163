"""A run -> Markdown for a step's summary (`$GITHUB_STEP_SUMMARY`).

Source: GitHub, "Workflow commands for GitHub Actions", "Adding a job summary": a step may write 1 MiB; of more,
nothing at all is shown.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from npconv.diagnostics.render.columns import one_line
from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.reported import Reported, reported, sentence, worst_first
from npconv.diagnostics.render.run import Run
from npconv.diagnostics.render.text import EFFECT

MOST_BYTES: Final = 900_000
"""Below 1 MiB, with room for what else the step writes."""

_WORD: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
_SIGN: Final = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTE: "ℹ️"}
_SPECIAL: Final = frozenset("\\<>*_[]~&#")


def as_summary(run: Run) -> str:
    """A heading, the numbers, and a table of what was found, the worst first, as far as there is room."""
    found = worst_first(reported(run))
    lines = [f"## npconv {run.command}: {_verdict(found)}", ""]
    if run.said:
        lines += [*("  \n".join(map(_inline, run.said.splitlines())).splitlines()), ""]
    if run.summary:
        lines += [", ".join(f"{name}: {number}" for name, number in run.summary.items()), ""]
    if found:
        lines += ["| | Code | Where | What |", "|---|---|---|---|"]
    size = sum(len(line.encode()) + 1 for line in lines)
    for count, one in enumerate(found):
        row = _row(one)
        size += len(row.encode()) + 1
        if size > MOST_BYTES:
            lines += ["", f"{len(found) - count} more, for which there is no room here."]
            break
        lines.append(row)
    return "\n".join(lines).rstrip("\n") + "\n\n"


def _verdict(found: list[Reported]) -> str:
    levels = Counter(one.level for one in found if one.aside is None)
    parts = [f"{levels[one]} {_WORD[one]}{'' if levels[one] == 1 else 's'}" for one in Level if levels[one]]
    accepted = sum(1 for one in found if one.aside is not None)
    return ", ".join([*parts, *([f"{accepted} accepted"] if accepted else [])]) or "nothing found"


def _row(one: Reported) -> str:
    where = ""
    if one.where is not None:
        place = f"{one.where.path}:{one.where.span.line}"
        label = one.where.origin.place.label
        where = f"`{_code(one_line(place))}`" + (f"<br>{_inline(one_line(label))}" if label else "")
    said = _inline(sentence(one.diagnostic))
    if one.diagnostic.effect is not None:
        said += f"<br>{EFFECT[one.diagnostic.effect]}"
    if one.aside is not None:
        said += f"<br>accepted{_inline(': ' + one.aside.reason) if one.aside.reason else ''}"
    return f"| {_SIGN[one.level]} | {one.diagnostic.code} | {where} | {said} |"


def _inline(text: str) -> str:
    """Text with its `code`, and nothing else that Markdown would read."""
    flat = " ".join(text.split())
    parts = flat.split("`")
    if len(parts) % 2 == 0:  # a backtick that is alone
        return _plain(flat.replace("`", "'"))
    return "".join(f"`{_code(part)}`" if index % 2 and part else _plain(part) for index, part in enumerate(parts))


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split()).replace("|", "\\|")


def _plain(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL or char == "|" else char for char in text)
