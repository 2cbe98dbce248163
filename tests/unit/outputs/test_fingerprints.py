"""Fingerprints stay what they are when a file is edited above, and differ within a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from machine_runs import ERROR, LOSS, ROOT, TEXT, document, finding, many

from npconv.diagnostics.render.reported import reported
from npconv.diagnostics.render.run import Run


def prints(text: str, *paths: tuple[str | int, ...], file: str = "a.yaml", here: str = ROOT) -> list[str]:
    at = document(file, text)
    run = Run(
        command="lint",
        version="1",
        findings=tuple(finding(ERROR, *path, at=at) for path in paths),
        here=here,
        root=ROOT,
    )
    return [one.fingerprint for one in reported(run)]


def test_lines_and_items_above_change_nothing() -> None:
    before = prints(TEXT, ("many", 1, "a"))
    assert prints(f"# a comment\n\n{TEXT}", ("many", 1, "a")) == before
    assert prints(TEXT.replace("  - a: 1\n", "  - b: 7\n  - a: 1\n"), ("many", 2, "a")) == before


@pytest.mark.parametrize(
    "other",
    [
        prints(TEXT, ("many", 0, "b")),
        prints(TEXT, ("one",)),
        prints(TEXT.replace("name: web", "name: api"), ("many", 1, "a")),
        prints(TEXT.replace("kind: Thing", "kind: Things"), ("many", 1, "a")),
        prints(TEXT, ("many", 1, "a"), file="b.yaml"),
    ],
    ids=["field", "place", "name", "kind", "file"],
)
def test_what_makes_another_finding(other: list[str]) -> None:
    assert other != prints(TEXT, ("many", 1, "a"))


def test_the_same_from_any_folder_of_the_repository() -> None:
    assert prints(TEXT, ("one",), file="deploy/a.yaml") == prints(TEXT, ("one",), here=f"{ROOT}/deploy")


def test_alike_findings_are_counted_from_above() -> None:
    first, second = prints(TEXT, ("many", 0, "a"), ("many", 1, "a"))
    assert first != second
    assert prints(TEXT, ("many", 1, "a"), ("many", 0, "a")) == [first, second]
    assert prints(TEXT, ("many", 1, "a")) == [first]


def test_all_of_a_run_differ() -> None:
    run = many(500)
    found = reported(replace(run, findings=(*run.findings, *many(500, code=LOSS).findings)))
    assert len({one.fingerprint for one in found}) == 1000
