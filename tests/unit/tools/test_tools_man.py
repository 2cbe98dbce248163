"""The manual pages are those of the commands that there are, and roff reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import man
import pytest
from outline import outline

FOLDER = Path(__file__).resolve().parents[3] / "man"
PAGES = man.pages()


def test_pages_are_up_to_date(update_golden: bool) -> None:
    if update_golden:
        man.write(FOLDER)
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == PAGES, "run `make docs`"


def test_every_command_has_a_page() -> None:
    listed = {f"npconv-{one.name.removeprefix('npconv ')}.1" for one in outline().commands}
    assert listed | {"npconv.1", "kubectl-npconv.1"} == set(PAGES)
    assert "npconv-convert.1" in PAGES


def test_old_pages_go(tmp_path: Path) -> None:
    (tmp_path / "npconv-gone.1").write_text("gone", encoding="utf-8")
    man.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(PAGES)


def rendered(program: list[str], name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A page as a program shows it."""
    if shutil.which(program[0]) is None:
        pytest.skip(f"needs {program[0]}")
    pages = folder / "man1"
    pages.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        shutil.copy(path, pages)
    return subprocess.run(
        [*program, f"man1/{name}"], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )


@pytest.mark.parametrize("name", PAGES)
def test_groff_reads_them_without_a_warning(name: str, tmp_path: Path) -> None:
    done = rendered(["groff", "-man", "-Tutf8", "-ww", "-P-cbou"], name, tmp_path)
    assert done.stderr == ""
    assert "SYNOPSIS" in done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_mandoc_reads_them_without_an_error(name: str, tmp_path: Path) -> None:
    assert rendered(["mandoc", "-T", "lint", "-W", "error"], name, tmp_path).stdout == ""


def test_what_is_typed_can_be_copied_from_a_page(tmp_path: Path) -> None:
    """Hyphens, quotes and backslashes come out as ASCII, as a shell wants them."""
    shown = rendered(["groff", "-man", "-Tutf8", "-P-cbou", "-rLL=200n"], "npconv-convert.1", tmp_path).stdout
    assert "npconv convert --from calico --to cilium=1.18,platform=aks policies/ \\\n" in shown
    assert "npconv convert --from calico --to cilium policies/ -d cilium/ --check --diff" in shown
