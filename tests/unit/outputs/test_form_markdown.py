"""The summary of a step: a table that no text breaks, below GitHub's limit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from machine_runs import ERROR, NASTY, document, finding, many, whole

from npconv.diagnostics.render.github_summary import MOST_BYTES, as_summary
from npconv.diagnostics.render.run import Run


def cells(run: Run) -> list[list[str]]:
    """The cells of each row of the table."""
    rows = [line for line in as_summary(run).splitlines() if line.startswith("| ") and line.endswith(" |")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def test_heading_and_numbers() -> None:
    lines = as_summary(whole()).splitlines()
    assert lines[:5] == [
        "## npconv lint: 4 errors, 1 warning, 3 notes, 1 accepted",
        "",
        "looked at 2 policies",
        "",
        "policies: 2",
    ]
    assert as_summary(Run(command="lint", version="1")) == "## npconv lint: nothing found\n\n"


def test_every_row_has_four_cells() -> None:
    found = cells(whole())[1:]
    assert len(found) == len(whole().findings)
    assert {len(row) for row in found} == {4}


def test_markdown_finds_only_what_is_meant() -> None:
    markdown = pytest.importorskip("markdown_it")
    run = replace(many(0), findings=(finding(ERROR, "one", message=NASTY),))
    html = markdown.MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(as_summary(run))
    assert "<code>a|b</code>" in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<a " not in html and "<em>" not in html and "<b>" not in html


def test_of_too_much_the_end_is_counted() -> None:
    at = document()
    long = tuple(finding(ERROR, "one", message=f"{number} {'x' * 900}", at=at) for number in range(1200))
    text = as_summary(replace(many(0), findings=long))
    assert len(text.encode()) < MOST_BYTES + 200 < 1024 * 1024
    shown = text.count("NPC998")
    assert text.endswith(f"\n{1200 - shown} more, for which there is no room here.\n\n")
