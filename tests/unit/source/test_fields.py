"""A mapping is read field by field; what nobody asked for, and what has the wrong type, reports itself."""

from __future__ import annotations

import time

import pytest
from yaml_texts import HEAD, document

from npconv.diagnostics.render.report import render
from npconv.source.fields import Fields, Sink, Value, type_name


def fields(text: str) -> tuple[Fields, Sink]:
    """The mapping below `v` of an object."""
    one = document(f"{HEAD}v: {text}\n")
    value = one.data["v"]
    assert isinstance(value, dict)
    sink = Sink()
    return Fields(value, one.origin.at("v"), sink), sink


def told(sink: Sink) -> list[str]:
    return render(sink.diagnostics, concise=True).splitlines()


def test_what_is_read_says_nothing() -> None:
    found, sink = fields("{a: x, b: 080, c: on, d: 1.5, e: {f: g}, h: [i, null], j: {k: null}, l: [{}, null], m: 9}")
    with found:
        assert found.text("a") == "x"
        assert found.integer("b") == 80
        assert found.boolean("c") is True
        assert found.number("d") == 1.5
        inner = found.mapping("e")
        assert inner is not None
        with inner:
            assert inner.text("f") == "g"
        assert [text for text, _ in found.texts("h") or []] == ["i", ""]
        assert found.strings("j") == {"k": ""}
        assert [dict(one.value) for one in found.mappings("l") or []] == [{}, {}]
        found.skip("m")
    assert told(sink) == []
    assert not sink.failed


@pytest.mark.parametrize("text", ["{}", "{a: null}", "{a: ~}"])
def test_absent_and_null_are_alike(text: str) -> None:
    found, sink = fields(text)
    with found:
        assert found.text("a") is None
        assert found.integer("a") is None
        assert found.boolean("a") is None
        assert found.number("a") is None
        assert found.mapping("a") is None
        assert found.items("a") is None
        assert found.texts("a") is None
        assert found.mappings("a") is None
        assert found.strings("a") is None
    assert told(sink) == []
    assert found.has("a") is (text != "{}")


def test_unread_fields_report_themselves() -> None:
    found, sink = fields("{name: x, nmae: y, NAME: z, other: {deep: 1}}")
    with found:
        found.text("name")
    assert told(sink) == [
        "a.yaml:3:14: error[NPC110] unknown field `nmae`",
        "a.yaml:3:23: error[NPC110] unknown field `NAME`",
        "a.yaml:3:32: error[NPC110] unknown field `other`",
    ]
    assert [one.label for one in sink.diagnostics] == ["did you mean `name`?", "did you mean `name`?", ""]


def test_an_exception_is_not_drowned_in_findings() -> None:
    found, sink = fields("{a: 1}")
    with pytest.raises(KeyError), found:
        raise KeyError
    assert told(sink) == []


@pytest.mark.parametrize(
    ("text", "getter", "finding"),
    [
        ("{a: 1}", "text", "unexpected number (expected text) in `v.a`"),
        ("{a: on}", "text", "unexpected boolean (expected text) in `v.a`"),
        ("{a: x}", "integer", "unexpected text (expected integer) in `v.a`"),
        ("{a: true}", "integer", "unexpected boolean (expected integer) in `v.a`"),
        ("{a: 1.5}", "integer", "unexpected number (expected integer) in `v.a`"),
        ("{a: 'true'}", "boolean", "unexpected text (expected boolean) in `v.a`"),
        ("{a: true}", "number", "unexpected boolean (expected number) in `v.a`"),
        ("{a: []}", "mapping", "unexpected list (expected mapping) in `v.a`"),
        ("{a: {}}", "items", "unexpected mapping (expected list) in `v.a`"),
        ("{a: [1]}", "texts", "unexpected number (expected text) in `v.a[0]`"),
        ("{a: {b: 1}}", "strings", "unexpected number (expected text) in `v.a.b`"),
    ],
)
def test_wrong_types(text: str, getter: str, finding: str) -> None:
    found, sink = fields(text)
    getattr(found, getter)("a")
    (line,) = told(sink)
    assert line.endswith("error[NPC111] " + finding)


def test_wrong_types_in_lists_of_mappings() -> None:
    found, sink = fields("{a: [{}, x]}")
    assert len(list(found.mappings("a") or [])) == 1
    assert told(sink) == ["a.yaml:3:13: error[NPC111] unexpected text (expected mapping) in `v.a[1]`"]


def test_required_fields() -> None:
    found, sink = fields("{a: 0, b: null}")
    assert found.required("a")
    assert not found.required("b")
    assert not found.required("c", "it names the tier")
    assert [one.message for one in sink.diagnostics] == ["`b` is required", "`c` is required: it names the tier"]
    assert sink.failed


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "boolean"), (1, "number"), (1.5, "number"), ("", "text"), ([], "list"), ({}, "mapping")],
)
def test_type_names(value: Value, name: str) -> None:
    assert type_name(value) == name


def test_many_unknown_fields_take_no_time() -> None:
    found, sink = fields("{" + ", ".join(f"k{n}: 1" for n in range(100_000)) + "}")
    for name in ("selector", "types", "order", "ingress", "egress"):
        found.text(name)
    start = time.process_time()
    found.finish()
    assert len(sink.diagnostics) == 100_000
    assert len(told(sink)) == 100_000
    assert time.process_time() - start < 60
