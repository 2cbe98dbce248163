"""npconv finds its grammar and its schemas however it is installed, and gives the same output everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from installs import OUTPUT, ROOT, copied, environment, isolation, pip, run, wheel

pytestmark = pytest.mark.packaging

SCHEMA = "from npconv import resources; print(resources.read('schemas', 'report.schema.json'), end='')"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(checkout, tmp_path_factory.mktemp("wheel"))


def check(python: Path, folder: Path) -> None:
    """Run the commands and the module, and ask for a schema."""
    scripts = [python.with_name(f"{name}.exe" if os.name == "nt" else name) for name in ("npconv", "kubectl-npconv")]
    for command in ([scripts[0]], [scripts[1]], [python, "-m", "npconv"]):
        done = run([*command, "calico-to-cilium", "-"], folder)
        assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
    schema = run([python, "-c", SCHEMA], folder)
    assert schema.stdout == (ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8")


def test_wheel(built: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    pip("install", built, python=python)
    check(python, tmp_path)
    pages = {path.name for path in (python.parents[1] / "share" / "man" / "man1").iterdir()}
    assert {"npconv.1", "npconv-convert.1", "kubectl-npconv.1"} <= pages


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
