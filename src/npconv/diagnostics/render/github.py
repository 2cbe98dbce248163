"""A run -> workflow commands, which GitHub Actions shows beside the changed lines.

Sources: GitHub, "Workflow commands for GitHub Actions"; actions/toolkit `packages/core/src/command.ts` (what is
escaped) and `docs/problem-matchers.md` (10 errors, 10 warnings and 10 notices of a step are shown, the rest are not).
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from npconv.diagnostics.render.columns import one_line
from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.reported import Reported, remarks, reported, sentence, worst_first
from npconv.diagnostics.render.run import Run

MOST: Final = 10
"""Of each level, in one step."""

_COMMAND: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def as_annotations(run: Run) -> str:
    """The worst of each level, a command each, and a line that counts the rest. What was accepted is left out."""
    shown: Counter[Level] = Counter()
    lines = []
    for one in worst_first(each for each in reported(run) if each.aside is None):
        shown[one.level] += 1
        if shown[one.level] <= MOST:
            lines.append(_command(one))
    more = [_plural(shown[one] - MOST, _COMMAND[one]) for one in Level if shown[one] > MOST]
    if more:
        lines.append(f"npconv: {', '.join(more)} more, which GitHub would not show here")
    return "".join(f"{line}\n" for line in lines)


def _command(one: Reported) -> str:
    properties: dict[str, str] = {}
    if one.where is not None and one.where.path != "stdin":
        line = str(one.where.span.line)
        properties = {"file": one.where.path, "line": line, "endLine": line, "col": str(one.where.span.column)}
        properties["endColumn"] = str(one.where.line_end)
    properties["title"] = f"npconv {one.diagnostic.code}"
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMAND[one.level]} {said}::{_data(_message(one))}"


def _message(one: Reported) -> str:
    label = one.where.origin.place.label if one.where is not None else ""
    where = f" ({one_line(label)})" if label else ""
    return "\n".join([sentence(one.diagnostic) + where, *remarks(one.diagnostic)])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
