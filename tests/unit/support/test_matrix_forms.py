"""The forms of a matrix: text of 100 columns, Markdown with a cell for each target, JSON that keeps its schema."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from npconv import resources
from npconv.ir.features import Feature
from npconv.ir.support import Level
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.support import COLUMNS, matrix, says, table
from npconv.render import matrix_json, matrix_markdown, matrix_text

SCHEMA = Draft202012Validator(json.loads(resources.read("schemas", "matrix.schema.json")))
SOURCES = ("k8s", "calico", "cilium", "azure-npm", "policy-api")


@pytest.mark.parametrize("source", (*SOURCES, None))
def test_text_is_readable_at_100_columns(source: str | None) -> None:
    chosen = None if source is None else parse_engine(source)
    for targets in ((), *((one,) for one in COLUMNS)):
        text = matrix_text.rendered(matrix(chosen, [parse_engine(one) for one in targets]))
        assert max(map(len, text.splitlines())) <= matrix_text.WIDTH
        assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_leaves_the_rows_that_it_has(source: str) -> None:
    found = matrix(parse_engine(source), [])
    assert set(found.features) == says(parse_engine(source))
    titles = {line[2:30].strip() for line in matrix_text.rendered(found).splitlines() if line.startswith("  ")}
    assert {one for one in Feature if one.title in titles} == says(parse_engine(source))


@pytest.mark.parametrize("target", COLUMNS)
def test_one_target_is_shown_with_its_reasons(target: str) -> None:
    text = " ".join(matrix_text.rendered(matrix(None, [parse_engine(target)])).split())
    for entry in table(parse_engine(target)).values():
        assert entry.how in text
        assert entry.code is None or entry.code.id in text


def test_markdown_has_a_cell_for_each_target() -> None:
    rows = [line for line in matrix_markdown.rendered(matrix(None, [])).splitlines() if line.startswith("|")]
    assert {row.count(" | ") for row in rows} == {len(COLUMNS)}


def test_json_keeps_its_schema() -> None:
    data = json.loads(matrix_json.rendered(matrix(parse_engine("calico"), [])))
    SCHEMA.validate(data)
    ids = {one["id"] for one in data["features"]}
    assert all(set(one["entries"]) == ids for one in data["targets"])
    assert [one["engine"] for one in data["targets"]] == ["k8s", "calico=3.32", "cilium=1.19", *COLUMNS[3:]]


def test_the_levels_are_told_apart() -> None:
    assert len(set(matrix_text.WORDS.values())) == len(Level)
    assert set(matrix_text.MEANINGS) == set(Level)
