"""npconv finds its grammar and its schemas however it is installed, and gives the same output everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipapp
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from installs import ROOT, copied, environment, isolation, pip, wheel

pytestmark = pytest.mark.packaging

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
SCHEMA = "from npconv import resources; print(resources.read('schemas', 'report.schema.json'), end='')"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(checkout, tmp_path_factory.mktemp("wheel"))


def run(command: Sequence[str | Path], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command far from the checkout, and without its modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NPCONV_"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=kept | env,
        input=POLICY,
        capture_output=True,
        text=True,
        check=False,
    )


def check(python: Path, folder: Path) -> None:
    """Run the command, the module, and ask for a schema."""
    script = python.with_name("npconv.exe" if os.name == "nt" else "npconv")
    for command in ([script], [python, "-m", "npconv"]):
        done = run([*command, "calico-to-cilium", "-"], folder)
        assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
    schema = run([python, "-c", SCHEMA], folder)
    assert schema.stdout == (ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8")


def test_wheel(built: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    pip("install", built, python=python)
    check(python, tmp_path)


def test_wheel_holds_what_it_should(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = set(archive.namelist())
    assert {"npconv/py.typed", "npconv/_grammars/calico_selector.lark", "npconv/_schemas/report.schema.json"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "examples", "src", "grammars", "schemas"))]


def test_editable_install(checkout: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    if isolation():  # pip takes the build backend from the new environment
        pip("install", "hatchling>=1.27", "editables", python=python)
    pip("install", *isolation(), "--editable", checkout, python=python)
    check(python, tmp_path)
    grammar = run([python, "-c", "import npconv; print(npconv.__file__)"], tmp_path)
    assert Path(grammar.stdout.strip()).is_relative_to(checkout)


def test_zipapp(built: Path, tmp_path: Path) -> None:
    """The solver cannot be loaded from a zip: the output is the same, and npconv says that nothing is proven."""
    pip("install", "--target", tmp_path / "app", built)
    archive = tmp_path / "npconv.pyz"
    zipapp.create_archive(tmp_path / "app", archive, main="npconv.cli.main:main")
    done = run([sys.executable, "-I", "-S", archive, "calico-to-cilium", "-"], tmp_path)
    assert (done.stdout, done.returncode) == (OUTPUT, 1), done.stderr
    assert "assumption[NPC911]: nothing is proven" in done.stderr
    schema = run([sys.executable, "-S", "-c", SCHEMA], tmp_path, PYTHONPATH=str(archive))
    assert schema.stdout == (ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8")


def test_sdist(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="needs hatchling to build an sdist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path / "sdist")],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (source,) = (tmp_path / "sdist").glob("npconv-*.tar.gz")
    again = wheel(source, tmp_path / "wheel")
    with zipfile.ZipFile(again) as archive:
        assert "npconv/_grammars/calico_selector.lark" in archive.namelist()
