"""npconv through the programs that run and install Python commands: uvx, uv, pipx."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from installs import OUTPUT, copied, program, run

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("source"))


def test_uvx(checkout: Path) -> None:
    done = run([program("uvx"), "--python", sys.executable, "--from", ".", "npconv", "calico-to-cilium", "-"], checkout)
    assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr


def test_uvx_of_the_plugin(checkout: Path) -> None:
    command = [program("uvx"), "--python", sys.executable, "--from", ".", "kubectl-npconv", "explain", "--help"]
    done = run(command, checkout)
    assert done.stdout.startswith("Usage: kubectl npconv explain"), done.stderr


def test_pipx(checkout: Path, tmp_path: Path) -> None:
    places = {
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }
    installed = run([program("pipx"), "install", "."], checkout, **places)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    suffix = ".exe" if os.name == "nt" else ""
    for name in ("npconv", "kubectl-npconv"):
        done = run([tmp_path / "bin" / f"{name}{suffix}", "calico-to-cilium", "-"], tmp_path)
        assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
