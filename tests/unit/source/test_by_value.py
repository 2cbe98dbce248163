"""What is read of a mapping is remembered by what the mapping holds, and only if nothing is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.source.by_value import by_value
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink
from npconv.source.load import parse

READ: list[object] = []


@pytest.fixture(autouse=True)
def _nothing_read() -> None:
    READ.clear()


def reader() -> Any:
    @by_value
    def read(fields: Fields) -> tuple[object, ...]:
        with fields:
            READ.append(fields.value)
            return (fields.raw("any"), fields.text("text"))

    return read


def document(name: str = "one") -> Document:
    [found] = parse(f"{{apiVersion: v1, kind: Any, metadata: {{name: {name}}}}}", "any.yaml").documents
    return found


def test_what_is_equal_is_read_once() -> None:
    read, sink = reader(), Sink()
    first = read(Fields({"text": "a"}, document().origin, sink))
    assert read(Fields({"text": "a"}, document("other").origin, sink)) is first
    assert len(READ) == 1


@pytest.mark.parametrize("others", [(1, True, 1.0, "1"), (0, False, 0.0, "", None, [], {}), ([1], [True], [[1]])])
def test_what_python_takes_for_equal_is_not(others: tuple[Any, ...]) -> None:
    read, sink = reader(), Sink()
    found = [read(Fields({"any": other}, document().origin, sink))[0] for other in others]
    assert [repr(one) for one in found] == [repr(one) for one in others]


def test_the_order_of_keys_counts() -> None:
    read, sink = reader(), Sink()
    one = read(Fields({"any": {"a": "1", "b": "2"}}, document().origin, sink))
    other = read(Fields({"any": {"b": "2", "a": "1"}}, document().origin, sink))
    assert (list(one[0]), list(other[0])) == (["a", "b"], ["b", "a"])


def test_a_finding_is_said_wherever_the_value_stands() -> None:
    read, sink = reader(), Sink()
    for number in range(3):
        read(Fields({"text": 1, "more": 2}, document().origin.at("spec", number), sink))
    said = [(one.code.id, one.origin and one.origin.dotted) for one in sink.diagnostics]
    assert said == [
        (code, f"spec[{number}].{key}") for number in range(3) for code, key in (("NPC111", "text"), ("NPC110", "more"))
    ]


def test_what_is_read_holds_no_document() -> None:
    """The value is a copy: neither the document nor a part of it stays behind."""
    read, sink, value = reader(), Sink(), {"any": ["a"]}
    [found, _] = read(Fields(value, document().origin, sink))
    assert found == value["any"] and found is not value["any"]


def test_long_values_are_not_remembered() -> None:
    read, sink = reader(), Sink()
    for _ in range(2):
        read(Fields({"text": "a" * 10_000}, document().origin, sink))
    assert len(READ) == 2
