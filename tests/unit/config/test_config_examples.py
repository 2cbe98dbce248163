"""The examples are valid by the schema that they name; no text whatever makes the reader fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from config_texts import FOLDER, WHOLE
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from npconv.config import parse, read

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted((ROOT / "examples").rglob("npconv.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_names_its_schema_and_keeps_to_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert modeline is not None
    schema = json.loads((path.parent / modeline[1]).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(yaml.safe_load(text))
    found = read(path)
    assert found.config is not None and found.diagnostics == ()


def test_there_is_one() -> None:
    assert EXAMPLES


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.text(alphabet="\n \t:-[]{}'\"&*!|>#,?ax1~\x00é", max_size=6))
def test_any_edit_is_read_or_told(start: int, length: int, put: str) -> None:
    text = WHOLE[:start] + put + WHOLE[start + length :]
    found = parse(text.encode(), "npconv.yaml", FOLDER)
    assert (found.config is None) == any(one.is_error for one in found.diagnostics)
    for one in found.diagnostics:
        assert one.origin is None or one.origin.place.span(one.origin.path, key=one.origin.key).line >= 1
