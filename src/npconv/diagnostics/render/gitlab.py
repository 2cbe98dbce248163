"""A run -> GitLab's code quality report.

Source: GitLab, "Code Quality", "Code Quality report format": an array of objects with `description`, `check_name`,
`fingerprint`, `severity` and `location`; paths below the repository without `./`; no byte order mark; of findings with
one fingerprint only one is shown.
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.json_form import Json, dumped
from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.paths import below
from npconv.diagnostics.render.reported import Reported, remarks, reported, sentence
from npconv.diagnostics.render.run import Run

_SEVERITY: Final = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "info"}


def as_code_quality(run: Run) -> str:
    """What was found and not accepted. A finding of no place stands at the first file, for GitLab wants one."""
    fallback = below(run.files[0], run.here, run.root) if run.files else "npconv.yaml"
    data: list[Json] = [
        {
            "description": "\n".join([sentence(one.diagnostic), *remarks(one.diagnostic)]),
            "check_name": one.diagnostic.code.id,
            "fingerprint": one.fingerprint,
            "severity": _severity(one),
            "location": {
                "path": one.where.path if one.where is not None else fallback,
                "lines": {"begin": one.where.span.line if one.where is not None else 1},
            },
        }
        for one in reported(run)
        if one.aside is None
    ]
    return dumped(data)


def _severity(one: Reported) -> str:
    return "minor" if one.diagnostic.effect is Effect.INERT else _SEVERITY[one.level]
