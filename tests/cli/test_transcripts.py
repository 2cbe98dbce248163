"""Every session in the documentation, and those beside this file, print what npconv prints."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from transcript import commands, replay

ROOT = Path(__file__).resolve().parents[2]
DOCS = [page for page in (ROOT / "docs").rglob("*.md") if "\n```console\n" in page.read_text(encoding="utf-8")]
PAGES = sorted([ROOT / "README.md", ROOT / "examples" / "README.md", *DOCS, *Path(__file__).parent.glob("*.md")])
NEEDS = re.compile(r"^<!-- needs (.*) -->$", re.M)
"""A page may say which programs its sessions run, beside npconv and what every system has."""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which runs the sessions")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_sessions_print_what_is_written_down(page: Path, tmp_path: Path, update_golden: bool) -> None:
    written = page.read_text(encoding="utf-8")
    for program in " ".join(NEEDS.findall(written)).split():
        if shutil.which(program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") is None:
            pytest.skip(f"needs {program}")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    printed = replay(written, tmp_path)
    if update_golden:
        page.write_text(printed, encoding="utf-8")
        return
    assert commands(written), f"{page} has no session"
    assert printed == written
