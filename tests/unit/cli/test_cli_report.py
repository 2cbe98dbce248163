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


@pytest.mark.parametrize(
    ("text", "hint"), [("html=x", ""), ("json=", ""), ("json", ""), ("sarf=x", " (did you mean `sarif`?)")]
)
def test_other_forms(text: str, hint: str) -> None:
    done = npconv("calico-to-cilium", "-", "--report", text)
    assert done.stderr.endswith(f"`gitlab`, `azure` (found `{text}`){hint}\n")
    assert done.returncode == 2


def test_several_at_once(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(NARROWER)
    (tmp_path / "summary.md").write_text("before\n")
    reports = ["sarif=ci/npconv.sarif", "junit=ci/npconv.xml", "github-summary=summary.md", "azure=-"]
    done = npconv("calico-to-cilium", "web.yaml", "-q", *(f"--report={one}" for one in reports), folder=tmp_path)
    assert done.returncode == 1
    assert json.loads((tmp_path / "ci/npconv.sarif").read_text())["runs"][0]["results"]
    assert "<testsuites" in (tmp_path / "ci/npconv.xml").read_text()
    assert (tmp_path / "summary.md").read_text().startswith("before\n## npconv convert: 1 warning, 1 note\n")
    assert done.stderr.startswith("##vso[task.logissue type=warning;sourcepath=web.yaml;linenumber=12;")


def test_paths_are_below_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "web.yaml").write_text(NARROWER)
    done = npconv("calico-to-cilium", "web.yaml", "-q", "--report=github=-", folder=tmp_path / "deploy")
    assert done.stderr.startswith("::warning file=deploy/web.yaml,line=12,")


def test_a_report_is_never_written_over_the_input(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    done = npconv("calico-to-cilium", "web.yaml", "-q", "--report", "json=./web.yaml", folder=tmp_path)
    assert done.returncode == 2
    assert "NPC704" in done.stderr
    assert (tmp_path / "web.yaml").read_text() == POLICY


def test_below_the_threshold_a_policy_does_not_fail(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(NARROWER)
    for threshold, failures in (("any", "1"), ("widens", "0")):
        done = npconv("calico-to-cilium", "web.yaml", "-q", "--fail-on", threshold, "--report=junit=-", folder=tmp_path)
        assert f'failures="{failures}"' in done.stderr
