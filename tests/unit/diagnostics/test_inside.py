"""A range of characters of a value is found again in the source, through quotes, escapes and folded lines."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from places import document

from npconv.diagnostics.origin import Origin, Span
from npconv.diagnostics.render.inside import characters, narrowed
from npconv.diagnostics.render.place import span_of


def at(text: str, chars: tuple[int, int]) -> Span:
    return span_of(Origin(document(text), ("v",), chars))


@pytest.mark.parametrize(
    ("text", "chars", "span"),
    [
        ("v: abcdef", (2, 4), Span(4, 6, 4, 8)),
        ("v: 'abcdef'", (2, 4), Span(4, 7, 4, 9)),
        ("v: 'a''b'", (1, 2), Span(4, 6, 4, 8)),
        ("v: 'a''b'", (2, 3), Span(4, 8, 4, 9)),
        ('v: "a\\"b"', (1, 2), Span(4, 6, 4, 8)),
        ('v: "a\\u00e9b"', (2, 3), Span(4, 12, 4, 13)),
        ('v: "a\\x41\\U0001F600b"', (3, 4), Span(4, 20, 4, 21)),
        ("v: ab cd\n  ef", (6, 8), Span(5, 3, 5, 5)),
        ("v: ab\n\n  cd", (3, 4), Span(6, 3, 6, 4)),
        ('v: "ab\n  cd"', (3, 5), Span(5, 3, 5, 5)),
        ('v: "ab\\\n  cd"', (2, 4), Span(5, 3, 5, 5)),
        ("v: &a abc", (1, 2), Span(4, 8, 4, 9)),
        ("v: !!str 'abc'", (1, 2), Span(4, 12, 4, 13)),
        ("v: ab", (2, 2), Span(4, 6, 4, 7)),
        ("v: 'ab'", (2, 2), Span(4, 7, 4, 8)),
        ("v: ''", (0, 0), Span(4, 5, 4, 6)),
        ("v: ab", (1, 99), Span(4, 5, 4, 6)),
        ("v: {x: [ab]}", (0, 0), Span(4, 4, 4, 13)),
    ],
)
def test_ranges(text: str, chars: tuple[int, int], span: Span) -> None:
    assert at(f"{text}\n", chars) == span


@pytest.mark.parametrize("text", ["v: |\n  abc\n", "v: >-\n  abc\n", "v: {a: abc}\n", "v: [abc]\n"])
def test_where_the_way_back_is_not_certain_the_whole_value_is_meant(text: str) -> None:
    assert at(text, (1, 2)) == document(text).span(("v",))


def test_a_range_beyond_the_value_is_the_whole_value() -> None:
    one = document("v: abc\n")
    assert narrowed(one, one.span(("v",)), (4, 5)) is None


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff\r"), min_size=1, max_size=60)
SELECTORS = st.lists(
    st.sampled_from(["app", "==", "'a'", '"b"', "&&", "!", "in", "{", "\\", "  ", "é", "\n", "\t", ":"])
)


@settings(max_examples=400, deadline=None)
@given(TEXTS | SELECTORS.map("".join) | SELECTORS.map(" ".join), st.sampled_from([None, '"', "'"]), st.integers(5, 80))
def test_the_characters_found_are_the_value(value: str, style: str | None, width: int) -> None:
    assume("{{" not in value)
    text = yaml.safe_dump({"v": value}, default_style=style, width=width, allow_unicode=True)
    loaded = yaml.safe_load(text)["v"]
    text = text.replace('"v": ', "v: ").replace("'v': ", "v: ")
    one = document(text)
    span = one.span(("v",))
    first = one.line_text(span.line)[span.column - 1 : span.column]
    found = characters(one, span)
    if first in ("'", '"') and "!!" not in text and found is not None:
        assert "".join(one.text for one in found) == loaded == value
    elif found is not None:
        assert "".join(one.text for one in found) == " ".join(str(value).split(" "))


@settings(max_examples=200, deadline=None)
@given(SELECTORS.map(" ".join), st.integers(5, 80))
def test_most_selectors_are_certain(value: str, width: int) -> None:
    text = yaml.safe_dump({"v": value}, width=width, allow_unicode=True)
    one = document(text)
    if isinstance(one.data["v"], str) and "\\" not in text:
        found = characters(one, one.span(("v",)))
        assert found is not None
        assert "".join(one.text for one in found) == one.data["v"]
