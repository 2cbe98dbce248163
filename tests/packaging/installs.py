"""A copy of the checkout -> npconv installed in each way that users install it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (
    *("src", "grammars", "schemas", "examples", "man", "tools", "docs", "packaging"),
    *("README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", ".pre-commit-hooks.yaml"),
)
UNREACHABLE = (
    "No matching distribution found",
    "Temporary failure in name resolution",
    "Failed to establish a new",
    "dns error",
    "client error (Connect)",
)

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  selector: app == 'web' && !has(legacy)
  types: [Ingress]
"""
OUTPUT = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      k8s:app: web
    matchExpressions:
      - key: k8s:legacy
        operator: DoesNotExist
  ingress:
    - {}
"""


def copied(folder: Path) -> Path:
    """The parts of the checkout that builds need, where builds may leave what they like."""
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if not source.exists():  # an sdist has no settings for others' programs
            continue
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    return checkout


def pip(*arguments: str | Path, python: Path | str = sys.executable) -> None:
    """Run pip; skip the test if it cannot reach a registry, fail if anything else is wrong."""
    done = run([str(python), "-m", "pip", "--disable-pip-version-check", *arguments])
    assert done.returncode == 0, done.stdout + done.stderr


def run(
    command: Sequence[str | Path], folder: Path | None = None, *, stdin: str = POLICY, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command, far from the checkout and without its modules; skip the test if it cannot reach a registry."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NPCONV_"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=kept | env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    if done.returncode and any(reason in done.stderr for reason in UNREACHABLE):
        pytest.skip(f"no registry can be reached: {done.stderr.strip().splitlines()[-1]}")
    return done


def program(name: str) -> str:
    """Where a program is, beside this Python or on the PATH; without it there is nothing to test."""
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}")
    return found


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
