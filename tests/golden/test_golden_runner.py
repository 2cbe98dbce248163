"""The runner itself: what it refuses, and that its laws can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import golden_laws as laws
import pytest

from golden import Case, check, read, rendered
from npconv.source.write import write_yaml

INPUT = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  ingress:
  - {action: Deny, source: {selector: app == 'a'}, protocol: TCP, destination: {ports: [80]}}
  - {action: Allow}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case whose files are up to date."""
    case = tmp_path / "calico" / "a-case"
    case.mkdir(parents=True)
    (case / "input.yaml").write_text(INPUT, encoding="utf-8")
    check(case, rendered(read(case)), update=True)
    return case


@pytest.fixture(autouse=True)
def not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Updating is allowed here, wherever the tests run."""
    monkeypatch.delenv("CI", raising=False)


def test_up_to_date(folder: Path) -> None:
    check(folder, rendered(read(folder)), update=False)


def test_difference_is_shown(folder: Path) -> None:
    (folder / "cilium.yaml").write_text("other\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="-other"):
        check(folder, rendered(read(folder)), update=False)


def test_missing_and_stale_files_are_named(folder: Path) -> None:
    (folder / "ir.txt").rename(folder / "old.txt")
    with pytest.raises(AssertionError, match=r"stale: old\.txt\nmissing: ir\.txt"):
        check(folder, rendered(read(folder)), update=False)


def test_update_removes_what_is_stale(folder: Path) -> None:
    (folder / "old.txt").write_text("", encoding="utf-8")
    check(folder, rendered(read(folder)), update=True)
    assert not (folder / "old.txt").exists()


def test_update_is_refused_in_ci(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="refusing to rewrite"):
        check(folder, rendered(read(folder)), update=True)


def _with_rule(case: Case, **sections: Any) -> Case:
    """The case with other sections in the rule of its first output."""
    result = case.results["cilium"]
    first, *others = result.outputs
    spec = {key: value for key, value in first.data["spec"].items() if sections.get(key, "") is not None}
    spec |= {key: value for key, value in sections.items() if value is not None}
    data = {**first.data, "spec": spec}
    outputs = (replace(first, data=data, text=write_yaml([data])), *others)
    return replace(case, results={"cilium": replace(result, outputs=outputs)})


def test_flows_agree(folder: Path) -> None:
    laws.same_verdicts(read(folder))


def test_wider_output_is_found(folder: Path) -> None:
    wider = _with_rule(read(folder), ingressDeny=None, ingress=[{"fromEntities": ["all"]}])
    with pytest.raises(AssertionError, match="wider than the source"):
        laws.same_verdicts(wider)


def test_narrower_output_needs_a_loss(folder: Path) -> None:
    narrower = _with_rule(read(folder), ingress=[{}], ingressDeny=None)
    with pytest.raises(AssertionError, match="narrower, and no loss says so"):
        laws.same_verdicts(narrower)
