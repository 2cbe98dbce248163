"""A copy of the checkout -> npconv installed in each way that users install it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("src", "grammars", "schemas", "examples", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml")
UNREACHABLE = ("No matching distribution found", "Temporary failure in name resolution", "Failed to establish a new")


def copied(folder: Path) -> Path:
    """The parts of the checkout that builds need, where builds may leave what they like."""
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    return checkout


def pip(*arguments: str | Path, python: Path | str = sys.executable) -> None:
    """Run pip; skip the test if it cannot reach a registry, fail if anything else is wrong."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode and any(reason in done.stderr for reason in UNREACHABLE):
        pytest.skip(f"pip cannot reach a registry: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout + done.stderr


def isolation() -> list[str]:
    """The option that builds with the hatchling that is there, so that no registry is asked for one."""
    return ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []


def wheel(source: Path, folder: Path) -> Path:
    """A wheel of a checkout or an sdist."""
    pip("wheel", "--no-deps", *isolation(), "--wheel-dir", folder, source)
    (found,) = folder.glob("npconv-*.whl")
    return found


def environment(folder: Path) -> Path:
    """The interpreter of a new virtual environment."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
