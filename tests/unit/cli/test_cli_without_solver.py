"""Without a solver (in a zip archive, on a platform that has no build of it) what takes no formula is proven anyway.

What takes one is left open, and that is said.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command import POLICY

from npconv.cli.main import run

TANGLED = f"""{POLICY}\
      source: {{selector: app == 'api'}}
    - action: Deny
      source: {{selector: team == 'red'}}
    - action: Allow
"""


@pytest.fixture(autouse=True)
def _without_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)  # type: ignore[arg-type]


def test_what_both_say_alike_is_proven(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    assert run(["calico-to-cilium", str(tmp_path / "web.yaml")]) == 0
    printed = capfdbinary.readouterr()
    assert printed.out.startswith(b"apiVersion: cilium.io/v2\n")
    assert b"1 proven equal" in printed.err and b"NPC911" not in printed.err


def test_what_takes_a_formula_is_left_open(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "web.yaml").write_text(TANGLED)
    assert run(["calico-to-cilium", str(tmp_path / "web.yaml")]) == 1
    printed = capfd.readouterr()
    assert printed.out.startswith("apiVersion: cilium.io/v2\n")
    (said,) = (line for line in printed.err.splitlines() if "NPC911" in line and "[" in line)
    assert said.startswith("assumption[NPC911]: not proven equal: ingress flows ")
    assert "it takes the SAT solver (python-sat), which is not installed" in said
    assert printed.err.rstrip().endswith("; not all of it is proven")


def test_nothing_is_said_where_nobody_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "web.yaml").write_text(TANGLED)
    assert run(["calico-to-cilium", str(tmp_path / "web.yaml"), "--check-timeout", "0"]) == 1
    assert "NPC911" not in capfd.readouterr().err
