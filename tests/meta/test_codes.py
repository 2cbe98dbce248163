"""The closed list of codes: each with a page, used somewhere, in the range of its module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from npconv.diagnostics import codes
from npconv.diagnostics.codes import Code

ROOT = Path(__file__).resolve().parents[2]
CODES = ROOT / "src" / "npconv" / "diagnostics" / "codes"
SOURCES = {
    path: path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py") if not path.is_relative_to(CODES)
}
each_code = pytest.mark.parametrize("code", codes.ALL, ids=str)


@each_code
def test_a_code_has_a_page(code: Code) -> None:
    assert re.fullmatch(r"NPC[1-9][0-9]{2}", code.id)
    assert re.fullmatch(r"[^A-Z\s].*[^.\s]|`.*[^.\s]|[A-Z].*[^.\s]", code.title), "a title is a phrase, not a sentence"
    assert len(code.page.strip()) > 80, "a page says what it means and why it matters"
    assert "**What to do.**" in code.page


def test_ids_are_unique() -> None:
    ids = [code.id for code in codes.ALL]
    assert sorted(set(ids)) == ids


def test_every_module_of_codes_is_listed() -> None:
    listed = set(re.findall(r"`(\w+)`", codes.__doc__ or ""))
    assert {path.stem for path in CODES.glob("*.py")} - {"__init__", "code"} <= listed


def constants() -> list[tuple[str, str]]:
    """The name of every code's constant, with its module."""
    found = []
    for path in sorted(CODES.glob("*.py")):
        module = __import__(f"npconv.diagnostics.codes.{path.stem}", fromlist=["x"])
        found += [(path.stem, name) for name, value in vars(module).items() if isinstance(value, Code)]
    return found


@pytest.mark.parametrize(("module", "name"), constants(), ids=lambda value: value)
def test_a_code_is_said_somewhere(module: str, name: str) -> None:
    assert any(re.search(rf"\b{name}\b", text) for text in SOURCES.values()), f"nothing says {module}.{name}"
