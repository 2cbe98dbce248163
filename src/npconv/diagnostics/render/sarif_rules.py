"""The codes of some findings -> SARIF's rules: what a code is about, its manual page, how dangerous it is.

GitHub takes the danger from the rule, not from the result (`security-severity`), and an effect belongs to a finding:
so a rule is as loud and as dangerous as the worst of its findings in this run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from npconv.diagnostics.codes import Code
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.json_form import Json
from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.reported import Reported

_DANGER: Final = {Effect.WIDENS: 8.0, Effect.SHIFTS: 6.0, Effect.NARROWS: 4.0, Effect.INERT: 0.0}
"""GitHub: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium; 0.0 and absent: no security alert."""

_LEVEL: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
_PROBLEM: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}
_LONGEST: Final = 1024
"""Of a description, in characters (GitHub)."""


def rules(found: Iterable[Reported]) -> list[tuple[str, Json]]:
    """Each code that occurs, by id, with its rule."""
    codes: dict[str, Code] = {}
    danger: dict[str, float] = {}
    loudest: dict[str, Level] = {}
    for one in found:
        code = one.diagnostic.code
        codes[code.id] = code
        loudest[code.id] = min(loudest.get(code.id, Level.NOTE), one.level)
        effect = one.diagnostic.effect
        danger[code.id] = max(danger.get(code.id, 0.0), _DANGER[effect] if effect is not None else 0.0)
    return [(name, _rule(codes[name], loudest[name], danger[name])) for name in sorted(codes)]


def _rule(code: Code, level: Level, danger: float) -> Json:
    properties: dict[str, Json] = {
        "tags": ["kubernetes", "network-policy", *(["security"] if danger else [])],
        "precision": "very-high",
        "problem.severity": _PROBLEM[level],
    }
    if danger:
        properties["security-severity"] = f"{danger:.1f}"
    page = code.page.strip() or code.title
    return {
        "id": code.id,
        "name": _camel(code.title),
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": _first_paragraph(page)},
        "help": {"text": _plain(page), "markdown": page},
        "defaultConfiguration": {"level": _LEVEL[level]},
        "properties": properties,
    }


def _camel(title: str) -> str:
    """A name such as `AnEntryIsNotTranslated`: SARIF wants one that programs can use."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", title))


def _first_paragraph(page: str) -> str:
    text = " ".join(_plain(page.split("\n\n", maxsplit=1)[0]).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _plain(page: str) -> str:
    """Markdown without its stars."""
    return page.replace("**", "")
