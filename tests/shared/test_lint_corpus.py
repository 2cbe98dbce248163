"""Every policy of the corpus is linted without a traceback; what is found is counted, and stands somewhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from npconv.diagnostics.render.report import render
from npconv.linter import Finding, Linted, LintOptions, lint
from npconv.linter.edit import edited
from npconv.pipeline.read import wanted
from npconv.source.load import Loaded, load

pytestmark = pytest.mark.shared

RARE = {"NPC600": 11, "NPC603": 4, "NPC604": 1, "NPC610": 1, "NPC613": 3}
"""Findings that were looked at one by one, and are what they say: none may go, and none may join them unseen."""


@pytest.fixture(scope="module")
def inputs(shared: Path) -> list[Loaded]:
    """Each repository of the corpus as one input."""
    folders = sorted(one for one in (shared / "corpus").iterdir() if one.is_dir())
    return [load([str(one)], wanted=wanted, concerns=lambda _: True) for one in folders]


@pytest.fixture(scope="module")
def results(inputs: list[Loaded]) -> list[Linted]:
    """What is said of each."""
    return [lint(one, LintOptions()) for one in inputs]


def findings(results: list[Linted]) -> list[Finding]:
    """All of them."""
    return [finding for one in results for finding in one.findings]


def test_every_finding_stands_somewhere(results: list[Linted]) -> None:
    assert sum(one.objects for one in results) > 2000
    for one in findings(results):
        said = one.diagnostic
        assert said.origin is not None or said.code.id in ("NPC656", "NPC101"), said
    assert render(one.diagnostic for one in findings(results))


def test_nothing_is_left_open(results: list[Linted]) -> None:
    assert sum(one.undecided for one in results) < 5


def test_findings_that_are_known(results: list[Linted]) -> None:
    counts = Counter(one.diagnostic.code.id for one in findings(results))
    assert {code: counts[code] for code in RARE} == RARE


def test_fixes_leave_fewer_findings_and_no_new_errors(
    inputs: list[Loaded], results: list[Linted], tmp_path: Path
) -> None:
    mended = 0
    for loaded, found in zip(inputs, results, strict=True):
        made = edited(found.findings, loaded.texts)
        mended += len(made.mended)
        for number, (file, text) in enumerate(made.texts.items()):
            path = tmp_path / f"{number}.yaml"
            path.write_text(text, encoding="utf-8", newline="")
            before = lint(load([file], wanted=wanted), LintOptions())
            after = lint(load([str(path)], wanted=wanted), LintOptions())
            errors = [sum(one.is_error for one in each.diagnostics) for each in (before, after)]
            assert errors[1] <= errors[0], file
            assert edited(after.findings, ()).texts == {}
    assert mended > 30


def test_counts(results: list[Linted], capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter((one.diagnostic.code.id, one.diagnostic.severity.value) for one in findings(results))
    with capsys.disabled():
        print(f"\n{sum(one.objects for one in results)} policies in {len(results)} repositories")
        for (code, severity), count in sorted(counts.items()):
            print(f"  {count:5} {code} {severity}")
    assert counts["NPC110", "error"] > 100
