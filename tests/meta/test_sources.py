"""What every file keeps to: its size, its first line, its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
PACKAGE = [path for path in FILES if path.is_relative_to(ROOT / "src")]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_one_idea_a_file(path: Path) -> None:
    count = len(path.read_text(encoding="utf-8").splitlines())
    assert count <= LONGEST, f"{name(path)} has {count} lines, more than {LONGEST}: split it by ideas"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_says_what_it_is_for(path: Path) -> None:
    document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert document, f"{name(path)} has no docstring"
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_nothing_but_the_command_line_prints(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    assert "print" not in names, "output goes through npconv.cli.talk and npconv.cli.deliver"


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_nothing_is_left_to_be_done(path: Path) -> None:
    found = re.findall(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))
    assert found == []


def test_no_two_test_modules_share_a_name() -> None:
    """Pytest imports them by their names alone: the second of two could not be collected."""
    modules = [path.name for path in FILES if path.is_relative_to(ROOT / "tests") and path.stem != "conftest"]
    assert not {one for one in modules if modules.count(one) > 1}
