"""Sessions with kubectl, replayed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import kubectl_replay
import pytest
from kubectl_replay import Taken

from npconv.cli.main import run


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Taken]:
    """Take a snapshot of a recorded session; no call may be made that was not recorded."""

    if os.name == "nt":
        pytest.skip("the program in the place of kubectl starts as those of POSIX do")

    def taken(session: str, *options: str, name: str = "cluster") -> Taken:
        unknown = kubectl_replay.install(session, tmp_path / "bin")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        capfd.readouterr()
        code = run(["snapshot", "-o", str(tmp_path / name), *options])
        said = capfd.readouterr()
        assert said.out == ""
        assert not unknown.exists(), unknown.read_text(encoding="utf-8")
        return Taken(code, said.err, tmp_path / name)

    return taken
