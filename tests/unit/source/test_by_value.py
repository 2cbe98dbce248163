"""What is read of a mapping is remembered by what the mapping holds, and only if nothing is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.diagnostics.codes import reading
from npconv.source.by_value import REMEMBERED, by_value
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
            return (repr(fields.raw("any")), fields.text("text"))

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
    assert found == [repr(one) for one in others]


def test_the_order_of_keys_counts() -> None:
    read, sink = reader(), Sink()
    one = read(Fields({"any": {"a": "1", "b": "2"}}, document().origin, sink))
    other = read(Fields({"any": {"b": "2", "a": "1"}}, document().origin, sink))
    assert (one[0], other[0]) == ("{'a': '1', 'b': '2'}", "{'b': '2', 'a': '1'}")


def test_a_finding_is_said_wherever_the_value_stands() -> None:
    read, sink = reader(), Sink()
    for number in range(3):
        read(Fields({"text": 1, "more": 2}, document().origin.at("spec", number), sink))
    said = [(one.code.id, one.origin and one.origin.dotted) for one in sink.diagnostics]
    assert said == [
        (code, f"spec[{number}].{key}") for number in range(3) for code, key in (("NPC111", "text"), ("NPC110", "more"))
    ]


def test_a_finding_beside_a_value_is_not_its_own() -> None:
    read, sink = reader(), Sink()
    sink.error(reading.MISSING_FIELD, document().origin, "said before")
    assert read(Fields({"text": "a"}, document().origin, sink)) is read(Fields({"text": "a"}, document().origin, sink))
    assert len(READ) == 1


def test_items_of_a_list_are_read_where_they_stand_if_they_must_be() -> None:
    read, sink = reader(), Sink()
    fields = Fields({"list": [{"text": "a"}, None, {"text": 1}, "none", {"text": "a"}]}, document().origin, sink)
    found = read.each(fields, "list")
    assert [one[1] for one in found] == ["a", None, None, "a"]
    assert found[0] is found[3]
    assert [one.origin and one.origin.dotted for one in sink.diagnostics] == ["list[2].text", "list[3]"]


@pytest.mark.parametrize("written", [None, "a", []])
def test_what_is_no_mapping_is_none(written: Any) -> None:
    read, sink = reader(), Sink()
    assert read.below(Fields({"inner": written}, document().origin, sink), "inner") is None
    assert [one.origin and one.origin.dotted for one in sink.diagnostics] == ([] if written is None else ["inner"])


def test_what_is_remembered_is_bounded() -> None:
    read, sink = reader(), Sink()
    for number in range(REMEMBERED + 10):
        read(Fields({"text": str(number)}, document().origin, sink))
    assert len(read._known) <= REMEMBERED


def test_long_values_are_not_remembered() -> None:
    read, sink = reader(), Sink()
    for _ in range(2):
        read(Fields({"text": "a" * 10_000}, document().origin, sink))
    assert len(READ) == 2
