"""A run -> JSON (schemas/diagnostics.schema.json), whole or a line for each finding.

The report of a conversion (schemas/report.schema.json) has findings of the same shape, and more around them.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Final, TypeAlias

from npconv.diagnostics.render.reported import Reported, reported
from npconv.diagnostics.render.run import Run
from npconv.pattern import pattern

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""

_ODD: Final = pattern("[\\x85\\u2028\\u2029\\ud800-\\udfff]")
"""Line breaks to some readers, and halves of pairs, which UTF-8 cannot say."""

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def as_json(run: Run) -> str:
    """The whole run as one object."""
    found = reported(run)
    levels = Counter(one.level.name.lower() for one in found if one.aside is None)
    data: dict[str, Json] = {
        "format": FORMAT,
        "npconv": run.version,
        "command": run.command,
        "summary": {
            **dict(run.summary),
            "errors": levels["error"],
            "warnings": levels["warning"],
            "notes": levels["note"],
        },
        "files": list(run.files),
        "policies": [{"file": one.file, "object": one.label, "line": one.line} for one in run.policies],
        "findings": [as_data(one) for one in found],
    }
    return dumped(data)


def as_lines(run: Run) -> str:
    """A finding on each line, for tools that read streams."""
    return "".join(dumped(as_data(one), flat=True) for one in reported(run))


def dumped(data: Json, *, flat: bool = False) -> str:
    """Data as JSON that is UTF-8 whatever is in it, and on one line if `flat`, whatever a reader takes for a break."""
    text = json.dumps(data, ensure_ascii=False, indent=None if flat else 2, separators=(",", ":") if flat else None)
    return _ODD.sub(lambda char: f"\\u{ord(char[0]):04x}", text) + "\n"


def as_data(one: Reported) -> dict[str, Json]:
    """One finding."""
    said = one.diagnostic
    data: dict[str, Json] = {
        "code": said.code.id,
        "severity": said.severity.value,
        "level": one.level.name.lower(),
        "title": said.code.title,
        "message": said.message,
        "label": said.label,
        "notes": list(said.notes),
        "help": said.help,
        "fingerprint": one.fingerprint,
        "accepted": one.aside is not None,
    }
    if one.where is not None:
        span = one.where.span
        data["place"] = {
            "file": one.where.file,
            "line": span.line,
            "column": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
            "object": one.where.origin.place.label,
            "path": one.where.origin.dotted,
        }
    if said.effect is not None:
        data["effect"] = said.effect.value
    if one.policy or said.effect is not None:
        data["policy"] = one.policy
    if one.aside is not None:
        data["acceptedBy"] = one.aside.by.value
        data["reason"] = one.aside.reason
    return data
