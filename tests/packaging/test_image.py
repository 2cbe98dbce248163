"""The Dockerfile: by its linter, by the rules that it has to keep, and without a right to write anything."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from installs import OUTPUT, POLICY, ROOT, copied, pip, program, run, wheel

pytestmark = pytest.mark.packaging
FILE = ROOT / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Every instruction with its value."""
    text = FILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def test_hadolint_finds_nothing() -> None:
    done = run([program("hadolint"), "--no-fail", FILE], stdin="")
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_it_is_nobody_and_runs_npconv() -> None:
    last = dict(instructions())
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last["USER"])  # a number: Kubernetes' runAsNonRoot needs one
    assert last["ENTRYPOINT"] == '["npconv"]'


def test_everything_that_is_copied_is_let_into_the_build() -> None:
    """`.dockerignore` lets in what COPY names, and pyproject needs nothing else to build."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied_in = {
        part
        for name, value in instructions()
        if name == "COPY" and not value.startswith("--from")
        for part in value.split()[:-1]
    }
    assert copied_in == let_in
    assert all((ROOT / one).exists() for one in let_in)


def test_what_is_let_in_is_enough_to_build(tmp_path: Path) -> None:
    checkout = copied(tmp_path)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for path in checkout.iterdir():
        if path.name not in let_in:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert wheel(checkout, tmp_path / "wheel").is_file()


def public_python() -> str:
    """A Python that every user may run: not one in the home of root."""
    for found in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(found).resolve()
        if path.exists() and all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents):
            asked = run([path, "-c", "import ensurepip, sys; print(sys.version_info >= (3, 11))"])
            if asked.stdout == "True\n":
                return str(path)
    pytest.skip("needs a Python 3.11 that every user may run")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_user_without_any_right_can_run_it(tmp_path: Path) -> None:
    """As in the container: nobody's user, no home, nothing that can be written."""
    built = wheel(copied(tmp_path), tmp_path / "wheel")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        python = folder / "venv" / "bin" / "python"
        made = run([public_python(), "-m", "venv", folder / "venv"])
        assert made.returncode == 0, made.stderr
        pip("install", built, python=python)
        done = subprocess.run(
            [python.with_name("npconv"), "calico-to-cilium", "-"],
            cwd=folder,
            env={"PATH": str(python.parent), "HOME": "/nonexistent"},
            input=POLICY,
            capture_output=True,
            text=True,
            check=False,
            user=65532,
            group=65532,
            extra_groups=[],
        )
    assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
