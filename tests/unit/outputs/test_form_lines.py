"""Commands of GitHub Actions and Azure Pipelines, read back as their runners read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from machine_runs import ERROR, LOSS, NASTY, NOTE, ROOT, document, finding, many, whole

from npconv.diagnostics.codes import Code
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.azure import as_issues
from npconv.diagnostics.render.columns import one_line
from npconv.diagnostics.render.github import as_annotations
from npconv.diagnostics.render.run import Run


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def github(line: str) -> Command | None:
    """As actions/runner `ActionCommand.cs` takes a line apart; None if it is none."""
    if not line.startswith("::"):
        return None
    head, _, data = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in rest.strip().split(","):
        key, equal, value = pair.partition("=")
        assert equal and re.fullmatch("[A-Za-z]+", key)
        for sign, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(sign, char)
        properties[key] = value
    return Command(name, properties, data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"))


def azure(line: str) -> Command | None:
    """As microsoft/azure-pipelines-agent `Command.cs` takes a line apart; None if it is none."""
    if not line.startswith("##vso["):
        return None
    head, end, data = line.removeprefix("##vso[").partition("]")
    assert end
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in filter(None, rest.split(";")):
        key, equal, value = pair.partition("=")
        assert equal and re.fullmatch("[a-z]+", key)
        for sign, char in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
            value = value.replace(sign, char)
        properties[key] = value
    return Command(name, properties, data.replace("%0D", "\r").replace("%0A", "\n").replace("%AZP25", "%"))


def annotations(run: Run) -> list[Command]:
    return [one for one in map(github, as_annotations(run).splitlines()) if one is not None]


def issues(run: Run) -> list[Command]:
    return [one for one in map(azure, as_issues(run).splitlines()) if one is not None]


def test_an_annotation() -> None:
    run = Run(command="lint", version="1", findings=(finding(ERROR, "one"),), here=ROOT)
    assert annotations(run) == [
        Command(
            "error",
            {
                "file": "policies/web.yaml",
                "line": "4",
                "endLine": "4",
                "col": "6",
                "endColumn": "7",
                "title": "npconv NPC998",
            },
            "wrong (Thing/shop/web)\nhere: this here\nnote: a fact\nhelp: do something",
        )
    ]


def test_an_issue() -> None:
    run = Run(command="lint", version="1", findings=(finding(ERROR, "one"),), here=ROOT)
    assert issues(run) == [
        Command(
            "task.logissue",
            {
                "type": "error",
                "sourcepath": "policies/web.yaml",
                "linenumber": "4",
                "columnnumber": "6",
                "code": "NPC998",
            },
            "wrong | here: this here | note: a fact | help: do something",
        )
    ]


def test_the_worst_first_and_what_was_accepted_not_at_all() -> None:
    assert [(one.name, one.data.splitlines()[0].split(" (")[0]) for one in annotations(whole())] == [
        ("error", "cannot read `x`"),
        ("error", "two places"),
        ("error", one_line(NASTY)),
        ("error", "wider"),
        ("warning", "narrower"),
        ("notice", "about nothing"),
        ("notice", "a remark"),
        ("notice", "inert"),
    ]
    assert [one.properties["type"] for one in issues(whole())] == ["error"] * 4 + ["warning"]


@pytest.mark.parametrize(
    ("code", "effect", "name"), [(ERROR, None, "error"), (LOSS, Effect.NARROWS, "warning"), (NOTE, None, "notice")]
)
def test_ten_of_a_level_and_the_rest_counted(code: Code, effect: Effect | None, name: str) -> None:
    lines = as_annotations(many(12, code=code, effect=effect)).splitlines()
    assert len(lines) == 11
    assert lines[-1] == f"npconv: 2 {name}s more, which GitHub would not show here"
    assert len(as_annotations(many(10, code=code, effect=effect)).splitlines()) == 10


def test_texts_cannot_break_out() -> None:
    hostile = document("a,b:c;d]e%f\n.yaml")
    run = Run(command="lint", version="1", findings=(finding(ERROR, "one", message=NASTY, at=hostile),), here=ROOT)
    (annotation,) = annotations(run)
    assert annotation.properties["file"] == "a,b:c;d]e%f\n.yaml"
    assert annotation.data.startswith(one_line(NASTY))
    (issue,) = issues(run)
    assert issue.properties["sourcepath"] == "a,b:c;d]e%f\n.yaml"
    assert issue.data.startswith(one_line(NASTY))
    assert len(as_annotations(run).splitlines()) == len(as_issues(run).splitlines()) == 1


def test_notes_are_lines_of_azures_log() -> None:
    run = Run(command="lint", version="1", findings=(finding(NOTE, "one", message="fine"),), here=ROOT)
    assert as_issues(run) == "policies/web.yaml:4:6: note[NPC996] fine\n"
