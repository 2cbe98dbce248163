"""Every key and value knows its line and column; what stands there is its text."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_texts import HEAD, document

from npconv.diagnostics.origin import Path, Span
from npconv.source import scalars
from npconv.source.document import Document
from npconv.source.fields import Value
from npconv.source.load import parse
from npconv.source.nodes import compose, compose_by_events
from npconv.source.text import LINE_BREAK, Text

TEXT = f"""# a comment
---
{HEAD}spec:   # the rules
  rules:
  - action: Allow   # why
    ports: [80, "8080:8090"]
  - action: 'Deny'

    net: >-
      long
      text

  # trailing
  empty:
status: {{ok: true}}
"""


def text_at(one: Document, span: Span, joint: str = "|") -> str:
    """The text of a span, its lines joined."""
    lines = [one.line_text(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return joint.join(lines)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("kind",), "Thing"),
        (("spec", "rules", 0, "action"), "Allow"),
        (("spec", "rules", 0, "ports"), '[80, "8080:8090"]'),
        (("spec", "rules", 0, "ports", 1), '"8080:8090"'),
        (("spec", "rules", 1, "action"), "'Deny'"),
        (("spec", "rules", 1), "action: 'Deny'||    net: >-|      long|      text"),
        (("spec", "rules", 1, "net"), ">-|      long|      text"),
        (("spec", "empty"), ""),
        (("status",), "{ok: true}"),
        (("status", "ok"), "true"),
    ],
)
def test_spans(path: Path, text: str) -> None:
    one = document(TEXT)
    assert text_at(one, one.span(path)) == text


def test_keys() -> None:
    one = document(TEXT)
    assert text_at(one, one.span(("spec", "rules", 1, "net"), key=True)) == "net"
    assert one.span(("spec", "rules", 1, "net"), key=True) == Span(11, 5, 11, 8)


def test_absent_values_are_where_their_parent_is() -> None:
    one = document(TEXT)
    assert one.span(("spec", "rules", 1, "types")) == one.span(("spec", "rules", 1))
    assert one.span(("spec", "rules", 7, "x")) == one.span(("spec", "rules"), key=True)
    assert one.span(("nothing", "at", "all")) == one.span(())


def test_keys_are_found_by_what_they_become() -> None:
    one = document(f"{HEAD}v: {{on: a, 0x10: b, 1.10: c, 'on': d}}\n".replace("'on'", "'off'"))
    assert [text_at(one, one.span(("v", key), key=True)) for key in ("true", "16", "1.1")] == ["on", "0x10", "1.10"]


def test_aliases_and_merges_point_at_what_they_copy() -> None:
    one = document(f"{HEAD}x: &x {{a: 1, b: 2}}\nv:\n  <<: *x\n  b: 3\nw: *x\n")
    assert one.span(("v", "a")).line == 3
    assert one.span(("v", "b")).line == 6
    assert one.span(("w", "a")).line == 3


def test_anchors_and_tags_are_no_part_of_a_value() -> None:
    one = document(f"{HEAD}v: &a b\nw: &c !!str\n  d\nx: &y\n  a: 1\nz: &e\n")
    assert [text_at(one, one.span((key,))) for key in "vwx"] == ["b", "d", "a: 1"]
    assert text_at(one, one.span(("z",))) == "&e"


def test_documents_behind_others() -> None:
    one = parse("\n\na:\n\r\n---\n\n# x\n--- # y\r\n" + HEAD, "a").documents
    assert [document.span(("kind",)) for document in one] == [Span(10, 7, 10, 12)]


names = st.text(string.ascii_letters, min_size=1, max_size=8).map(lambda text: f"k{text}")
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=20)
trees = st.recursive(
    words | st.integers(-(2**63), 2**63) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def leaves(value: Value, path: Path = ()) -> list[tuple[Path, Value]]:
    match value:
        case list():
            return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
        case dict():
            return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
        case _:
            return [(path, value)]


@settings(max_examples=150, deadline=None)
@given(trees, st.sampled_from([None, True, False]), st.integers(20, 200), st.sampled_from([None, '"', "'"]))
def test_the_text_at_a_position_is_the_value(tree: Value, flow: bool | None, width: int, style: str | None) -> None:
    data = {"apiVersion": "v1", "kind": "Thing", "spec": tree}
    text = yaml.safe_dump(
        data, default_flow_style=flow, width=width, default_style=style, allow_unicode=True, sort_keys=False
    )
    one = document(text)
    for path, value in leaves(one.data):
        written = text_at(one, one.span(path), "\n")
        if written[:1] in ("'", '"'):
            text_of_value = value if isinstance(value, str) else json.dumps(value)
            assert yaml.safe_load(written.replace("\n", "\n ")) == text_of_value
        elif "\n" in written:
            assert "".join(written.split()) == "".join(str(value).split())
        elif written[:1] not in ("|", ">"):
            assert scalars.plain(written) == value
        if isinstance(path[-1], str):
            assert text_at(one, one.span(path, key=True)).strip("\"'") == path[-1]


def flat(node: Any) -> object:
    """A node tree as data, with positions."""
    value, start, end = node.value, node.start_mark, node.end_mark
    place = (start.line, start.column, end.line, end.column)
    if isinstance(value, str):
        return (value, node.style or None, place)
    return ([flat(part) for item in value for part in (item if isinstance(item, tuple) else (item,))], place)


@settings(max_examples=100, deadline=None)
@given(trees, st.sampled_from([None, True, False]))
def test_both_composers_agree(tree: Value, flow: bool | None) -> None:
    text = yaml.safe_dump({"v": tree}, default_flow_style=flow, allow_unicode=True)
    assert flat(compose(text)) == flat(compose_by_events(text))


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\r\nb\rc\n\nd", "\n\n", "a\u2028b\x85c\u2029", "a\n\rb", "\r\n\r"])
def test_lines_are_what_stands_between_breaks(text: str) -> None:
    made = Text("a.yaml", text)
    expected = LINE_BREAK.split(text)
    assert list(made.lines()) == expected
    assert [made.line(number) for number in range(len(expected) + 2)] == ["", *expected, ""]
    assert made.line_count == len(expected)
