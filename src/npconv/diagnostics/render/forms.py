"""The forms for machines: what they are called -> what writes them. How to use it stands in `run`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from npconv.diagnostics.render.azure import as_issues
from npconv.diagnostics.render.github import as_annotations
from npconv.diagnostics.render.github_summary import as_summary
from npconv.diagnostics.render.gitlab import as_code_quality
from npconv.diagnostics.render.json_form import as_json, as_lines
from npconv.diagnostics.render.junit import as_junit
from npconv.diagnostics.render.run import Run
from npconv.diagnostics.render.sarif import as_sarif

FORMS: Final[Mapping[str, Callable[[Run], str]]] = MappingProxyType(
    {
        "json": as_json,
        "jsonl": as_lines,
        "sarif": as_sarif,
        "junit": as_junit,
        "github": as_annotations,
        "github-summary": as_summary,
        "gitlab": as_code_quality,
        "azure": as_issues,
    }
)
"""Every form by its name, in the order in which they are listed to users."""
