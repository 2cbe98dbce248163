"""Answers of the real Calico packages (`../shared/vectors/calico_selectors.json`) against npconv's."""

import json
from pathlib import Path
from typing import Any

import pytest

from npconv.dialects.calico.selector import SelectorError, parse_selector

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors" / "calico_selectors.json").read_text(encoding="utf-8"))
    return found


def test_every_selector_agrees(vectors: dict[str, Any]) -> None:
    label_sets = vectors["labelSets"]
    disagreements = []
    for case in vectors["selectors"]:
        found = parse_selector(case["selector"])
        if isinstance(found, SelectorError):
            if case["valid"]:
                disagreements.append((case["selector"], found.message))
        elif not case["valid"]:
            disagreements.append((case["selector"], "accepted"))
        elif found.canonical() != case["canonical"]:
            disagreements.append((case["selector"], found.canonical()))
        elif [found.evaluate(labels) for labels in label_sets] != case["matches"]:
            disagreements.append((case["selector"], "matches"))

    assert len(vectors["selectors"]) > 1500
    assert disagreements == []


def test_every_refusal_points_into_the_text(vectors: dict[str, Any]) -> None:
    for case in vectors["selectors"]:
        found = parse_selector(case["selector"])
        if isinstance(found, SelectorError):
            start, end = found.chars
            assert 0 <= start <= end <= len(case["selector"])
            assert found.message


def test_canonical_text_is_read_back_with_the_same_meaning(vectors: dict[str, Any]) -> None:
    # Not as the same tree: Calico prints `!(!a)` as `!!a`, and reads `!!a` as `a`.
    for case in vectors["selectors"]:
        if case["valid"]:
            again = parse_selector(case["canonical"])
            assert not isinstance(again, SelectorError)
            assert [again.evaluate(labels) for labels in vectors["labelSets"]] == case["matches"]
