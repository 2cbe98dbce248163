"""The report as JSON: what its schema promises, for every way in which a translation ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import INVALID, POLICY, npconv
from jsonschema import Draft202012Validator

from npconv import resources

SCHEMA = Draft202012Validator(json.loads(resources.read("schemas", "report.schema.json")))
NARROWER = POLICY.replace(
    "    - action: Allow\n", "    - action: Allow\n      protocol: UDP\n      source: {ports: [53]}\n"
)


def report(folder: Path, text: str, *options: str) -> dict[str, Any]:
    (folder / "web.yaml").write_text(text)
    done = npconv("calico-to-cilium", "web.yaml", "--report", "json=ci/report.json", *options, folder=folder)
    found: dict[str, Any] = json.loads((folder / "ci" / "report.json").read_text())
    assert found["exit"] == done.returncode
    assert found["written"] is (done.stdout != "")
    SCHEMA.validate(found)
    return found


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_without_flow_changing_loss(tmp_path: Path) -> None:
    found = report(tmp_path, POLICY)
    assert (found["exit"], found["proof"]) == (0, "equal")
    assert found["policies"] == [
        {"kind": "NetworkPolicy", "namespace": "shop", "name": "web", "effect": "inert", "refused": False}
    ]
    (loss,) = [one for one in found["findings"] if one["severity"] == "loss"]
    assert loss["place"] == {
        "file": "web.yaml",
        "line": 9,
        "column": 7,
        "endLine": 9,
        "endColumn": 18,
        "object": "NetworkPolicy/shop/web",
        "path": "spec.ingress[0]",
    }
    assert (loss["effect"], loss["policy"], loss["accepted"]) == ("inert", "shop/web", False)


@pytest.mark.parametrize(("options", "exit_code", "accepted"), [([], 1, False), (["--accept", "NPC323"], 0, True)])
def test_with_a_loss(tmp_path: Path, options: list[str], exit_code: int, accepted: bool) -> None:
    found = report(tmp_path, NARROWER, *options)
    assert found["exit"] == exit_code
    assert [one["accepted"] for one in found["findings"] if one["code"] == "NPC323"] == [accepted]


@pytest.mark.parametrize(("text", "exit_code"), [(INVALID, 2), ("", 3), ("kind: Service\napiVersion: v1\n", 3)])
def test_without_output(tmp_path: Path, text: str, exit_code: int) -> None:
    found = report(tmp_path, text)
    assert (found["exit"], found["written"]) == (exit_code, False)
    assert any(one["severity"] == "error" for one in found["findings"])


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    done = npconv("calico-to-cilium", "web.yaml", "--report", "json=web.yaml/r.json", "--quiet", folder=tmp_path)
    assert done.stderr == "error[NPC702]: cannot write `web.yaml/r.json`: not a directory\n\n"
    assert done.returncode == 2


@pytest.mark.parametrize("text", ["html=x", "json=", "json", "x"])
def test_other_forms(text: str) -> None:
    done = npconv("calico-to-cilium", "-", "--report", text)
    assert done.stderr.endswith(f"Error: Invalid value for '--report': expected `json=FILE` (found `{text}`)\n")
    assert done.returncode == 2
