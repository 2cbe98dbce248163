"""The formats of a plan: what each is called, what writes it, and how its files end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from npconv.report.model import Plan

FORMATS: Final[Mapping[str, str]] = {
    "text": "npconv.report.text",
    "md": "npconv.report.markdown",
    "json": "npconv.report.json_",
    "csv": "npconv.report.table",
    "html": "npconv.report.html.page",
    "script": "npconv.report.script",
}
"""Format to module; each has `rendered`. Imported when a format is asked for: HTML needs Jinja2."""

ENDINGS: Final[Mapping[str, str]] = {
    ".txt": "text",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
    ".sh": "script",
}
"""How the name of a file ends, to the format that is meant."""


def renderer(name: str) -> Callable[[Plan], str]:
    """What writes a plan in this format, one of `FORMATS`."""
    return cast("Callable[[Plan], str]", import_module(FORMATS[name]).rendered)
