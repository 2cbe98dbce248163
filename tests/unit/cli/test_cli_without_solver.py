"""Without a solver (in a zip archive, on a platform that has no build of it) nothing is proven, and that is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command import POLICY

from npconv.cli.main import run


def test_output_without_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    monkeypatch.setitem(sys.modules, "pysat", None)  # type: ignore[arg-type]
    assert run(["calico-to-cilium", str(tmp_path / "web.yaml")]) == 1
    printed = capfdbinary.readouterr()
    assert printed.out.startswith(b"apiVersion: cilium.io/v2\n")
    assert b"assumption[NPC911]: nothing is proven: the SAT solver (python-sat) is not installed\n" in printed.err
    assert printed.err.rstrip().endswith(b"; nothing is proven: not compared with the source")


def test_nothing_is_said_where_nobody_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    assert run(["calico-to-cilium", str(tmp_path / "web.yaml"), "--check-timeout", "0"]) == 1
    assert "NPC911" not in capfd.readouterr().err
