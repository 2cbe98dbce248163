"""npconv through the programs that run and install Python commands: uvx, uv, pipx."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from installs import OUTPUT, ROOT, copied, program, run

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


@pytest.mark.skipif(os.name == "nt", reason="the script of the action is for bash")
@pytest.mark.parametrize("installer", ["uv", "python3"])
def test_the_action_installs_its_own_revision(installer: str, checkout: Path, tmp_path: Path) -> None:
    """With uv where the runner has it, else with the Python of the runner."""
    path = tmp_path / "bin"
    path.mkdir()
    (path / "python3").symlink_to(sys.executable)
    if installer == "uv":
        (path / "uv").symlink_to(program("uv"))
    shutil.copytree(ROOT / "action", checkout / "action", dirs_exist_ok=True)
    places = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(checkout / "action"), "INPUT_VERSION": ""}
    installed = run(["bash", checkout / "action" / "install.sh"], tmp_path, PATH=f"{path}:/usr/bin:/bin", **places)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert installed.stdout.splitlines()[-1].startswith("npconv, version ")
    done = run([tmp_path / "npconv" / "bin" / "npconv", "calico-to-cilium", "-"], tmp_path)
    assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr


@pytest.mark.skipif(os.name == "nt", reason="the script of the action is for bash")
def test_the_action_says_which_python_it_needs(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    places = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT / "action"), "INPUT_VERSION": "0.1.0"}
    done = run(["/bin/bash", ROOT / "action" / "install.sh"], tmp_path, PATH=f"{tmp_path}:/bin", **places)
    assert done.returncode == 1
    assert "::error title=npconv::npconv needs Python 3.11 or later" in done.stdout
