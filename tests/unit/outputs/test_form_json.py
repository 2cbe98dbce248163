"""JSON, JSON lines and GitLab's report, each by its schema; and the table of all forms."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from machine_runs import ERROR, TEXT, document, finding, many, whole

from npconv import resources
from npconv.cli import parameters
from npconv.diagnostics.codes import Severity
from npconv.diagnostics.render import level
from npconv.diagnostics.render.forms import FORMS
from npconv.diagnostics.render.gitlab import as_code_quality
from npconv.diagnostics.render.json_form import as_json, as_lines
from npconv.diagnostics.render.run import Run

SCHEMA = json.loads(resources.read("schemas", "diagnostics.schema.json"))
REPORT = json.loads(resources.read("schemas", "report.schema.json"))
RUNS = [whole(), many(2), Run(command="lint", version="1")]
IDS = ["whole", "many", "empty"]

GITLAB: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)[^\\\\]+$"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
        "additionalProperties": False,
    },
}
"""The table in GitLab's documentation ("Code Quality report format"), as a schema."""


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_json(run: Run) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = json.loads(as_json(run))
    Draft202012Validator(SCHEMA).validate(found)
    assert len(found["findings"]) == len(run.findings)


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_json_lines_are_the_findings_of_json(run: Run) -> None:
    assert [json.loads(line) for line in as_lines(run).splitlines()] == json.loads(as_json(run))["findings"]


def test_a_report_of_a_conversion_has_the_same_findings() -> None:
    assert {name: REPORT["$defs"][name] for name in SCHEMA["$defs"]} == SCHEMA["$defs"]


def test_schemas_know_every_severity() -> None:
    known = SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"]
    assert {one.value for one in Severity} <= set(known)
    assert set(known) == set(level._BY_SEVERITY)


def test_numbers_leave_out_what_was_accepted() -> None:
    found = json.loads(as_json(whole()))
    assert found["summary"] == {"policies": 2, "errors": 4, "warnings": 1, "notes": 3}
    (accepted,) = [one for one in found["findings"] if one["accepted"]]
    assert (accepted["acceptedBy"], accepted["reason"]) == ("external", "agreed | on")


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_gitlab(run: Run) -> None:
    text = as_code_quality(run)
    found = json.loads(text)
    Draft202012Validator(GITLAB).validate(found)
    assert len({one["fingerprint"] for one in found}) == len(found)
    assert not text.startswith("\ufeff")


def test_gitlab_has_no_dot_before_a_path() -> None:
    run = replace(many(0), findings=(finding(ERROR, "one", at=document("./policies/../policies/a.yaml")),))
    (found,) = json.loads(as_code_quality(run))
    assert found["location"] == {"path": "policies/a.yaml", "lines": {"begin": 4}}


def test_the_command_line_lists_every_form() -> None:
    assert tuple(FORMS) == parameters.FORMS


@pytest.mark.parametrize("form", FORMS)
def test_any_text_can_be_stored(form: str) -> None:
    at = document("a.yaml", TEXT.replace("name: web", 'name: "a|`<\\u2028"'))
    FORMS[form](replace(many(0), findings=(finding(ERROR, "one", message="\ud800", at=at),))).encode()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_whatever_the_order(form: str) -> None:
    run = whole()
    turned = replace(run, findings=tuple(reversed(run.findings)))
    assert FORMS[form](run) == FORMS[form](turned)
    assert FORMS[form](many(0)) == FORMS[form](many(0))
