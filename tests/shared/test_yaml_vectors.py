"""Reading agrees with a real API server on raw YAML, and no file of the corpus is too much for it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from npconv.diagnostics.codes import reading
from npconv.diagnostics.render.report import render
from npconv.source.fields import Value
from npconv.source.load import load, parse

pytestmark = pytest.mark.shared

UNREADABLE = {"label key ~": "NPC105"}
"""Cases that the API server refuses for how they are read; what else it refuses, it refuses for what they say."""


def cases(shared: Path) -> list[dict[str, Any]]:
    recorded = json.loads((shared / "vectors" / "kube_apiserver.json").read_text())
    return [case for case in recorded["cases"] if "yaml" in case]


def agrees(read: Value, stored: Value, *, dropped: bool) -> bool:
    """Whether the server stored what was read: it fills in defaults, takes null as absent or empty, and drops
    unknown fields (`dropped`: it warned about some).
    """
    match read:
        case None:
            return True
        case dict():
            return isinstance(stored, dict) and all(
                agrees(value, stored.get(key), dropped=dropped)
                for key, value in read.items()
                if key in stored or not dropped
            )
        case list():
            return (
                isinstance(stored, list)
                and len(read) == len(stored)
                and all(agrees(one, other, dropped=dropped) for one, other in zip(read, stored, strict=True))
            )
        case _:
            return read == stored and type(read) is type(stored)


def test_raw_yaml_is_read_as_the_api_server_reads_it(shared: Path) -> None:
    found = cases(shared)
    assert len(found) >= 40
    for case in found:
        loaded = parse(case["yaml"], case["name"])
        if case["name"] in UNREADABLE:
            assert not case["accepted"]
            assert [one.code.id for one in loaded.diagnostics] == [UNREADABLE[case["name"]]]
            continue
        assert not loaded.diagnostics, f"{case['name']}: {render(loaded.diagnostics)}"
        (one,) = loaded.documents
        if case["accepted"]:
            assert agrees(one.data.get("spec"), case["storedSpec"], dropped="warnings" in case), case["name"]


def test_the_comparison_sees_differences() -> None:
    assert not agrees({"port": "80"}, {"port": 80}, dropped=False)
    assert not agrees({"a": True}, {"a": 1}, dropped=False)
    assert not agrees([1], [1, 2], dropped=False)
    assert agrees({"a": None, "b": [{"c": "x"}]}, {"b": [{"c": "x"}], "d": 1}, dropped=False)


def test_the_corpus_is_read_without_a_traceback(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load([str(shared / "corpus")])
    codes = Counter(one.code for one in loaded.diagnostics)
    files = {one.file for one in loaded.documents}
    with capsys.disabled():
        kinds = Counter(one.kind for one in loaded.documents)
        print(f"\ncorpus: {len(loaded.documents)} objects of {len(kinds)} kinds in {len(files)} files")
        for code, count in sorted(codes.items(), key=lambda item: item[0].id):
            print(f"  {code} {code.title}: {count}")
    assert len(loaded.documents) >= 2500
    assert all(one.api_version and one.kind for one in loaded.documents)
    for one in loaded.diagnostics:
        assert one.origin is not None
        assert one.origin.place.span(one.origin.path).line >= 1
    invalid = [one for one in loaded.diagnostics if one.code is reading.INVALID_YAML]
    assert all("/_invalid-yaml/" in one.origin.place.file for one in invalid if one.origin)
    assert render(loaded.diagnostics) == render(reversed(loaded.diagnostics))


def test_every_object_of_the_corpus_knows_its_places(shared: Path) -> None:
    checked = 0
    for one in load([str(shared / "corpus")]).documents:
        for path, value in ((("kind",), one.kind), (("metadata", "name"), one.name)):
            span = one.span(path)
            if span in (one.span(()), one.span(path[:-1], key=True)):
                continue  # inherited from its list, or absent: the key above it
            assert one.line_text(span.line)[span.column - 1 : span.end_column - 1].strip("'\"") == value
            checked += 1
    assert checked >= 5000
