"""Lists are expanded into objects, each with its own place; what is no object is named."""

from __future__ import annotations

import json

import pytest
from yaml_texts import HEAD, document, found, labels

from npconv.source.load import parse


def test_documents_are_counted_by_file() -> None:
    documents = parse(f"{HEAD}---\n{HEAD}metadata: {{name: b, namespace: shop}}\n", "a.yaml").documents
    assert [one.index for one in documents] == [0, 1]
    assert [one.label for one in documents] == ["Thing/#1", "Thing/shop/b"]


def test_a_list_is_its_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- null\n- {apiVersion: v2, kind: B}\n"
    documents = parse(text, "a.yaml").documents
    assert [(one.api_version, one.kind, one.index) for one in documents] == [("v1", "A", 0), ("v2", "B", 1)]
    assert documents[1].span(("kind",)).line == 6


def test_items_of_a_typed_list_inherit() -> None:
    text = "apiVersion: x/v1\nkind: PolicyList\nitems:\n- spec: 1\n- kind: Other\n  apiVersion: y/v1\n"
    documents = parse(text, "a.yaml").documents
    assert [(one.api_version, one.kind) for one in documents] == [("x/v1", "Policy"), ("y/v1", "Other")]
    assert documents[0].span(("spec",)).line == 4


def test_items_of_a_plain_list_do_not_inherit() -> None:
    assert found("apiVersion: v1\nkind: List\nitems:\n- spec: 1\n") == [
        "a.yaml:4:3: error[NPC108] this object has neither `apiVersion` nor `kind`"
    ]


@pytest.mark.parametrize("items", ["", "items:\n", "items: []\n"])
def test_an_empty_list_is_nothing(items: str) -> None:
    text = f"apiVersion: v1\nkind: List\n{items}"
    assert labels(text) == []
    assert found(text) == []


def test_a_kind_that_only_ends_in_list_is_an_object() -> None:
    assert labels("apiVersion: v1\nkind: AllowList\nspec: {}\n") == ["AllowList/#1"]


def test_bare_sequences_as_calicoctl_prints_them() -> None:
    text = "- apiVersion: v1\n  kind: AList\n  items:\n  - metadata: {name: a}\n- apiVersion: v1\n  kind: B\n"
    assert labels(text) == ["A/a", "B/#2"]


def test_lists_in_lists() -> None:
    inner = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A}]}"
    assert labels(f"apiVersion: v1\nkind: List\nitems: [{inner}, {inner}]\n") == ["A/#1", "A/#2"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("kind: A\n", "a.yaml:1:1: error[NPC108] this object has no `apiVersion`"),
        ("apiVersion: v1\n", "a.yaml:1:1: error[NPC108] this object has no `kind`"),
        ("apiVersion: v1\nkind: ''\n", "a.yaml:1:1: error[NPC108] this object has no `kind`"),
        (
            "apiVersion: v1\nkind: 3\n",
            "a.yaml:1:1: error[NPC108] `apiVersion` and `kind` of this object must be text",
        ),
        ("a: 1\n", "a.yaml:1:1: error[NPC108] this object has neither `apiVersion` nor `kind`"),
        ("[1, 2]\n", "a.yaml:1:1: error[NPC108] no item of this list is a Kubernetes object"),
        ("hello\n", "a.yaml:1:1: error[NPC108] unexpected text (expected a Kubernetes object)"),
        ("42\n", "a.yaml:1:1: error[NPC108] unexpected number (expected a Kubernetes object)"),
    ],
)
def test_what_is_no_object(text: str, finding: str) -> None:
    assert found(text) == [finding]


def test_findings_in_items_name_the_item() -> None:
    text = "apiVersion: v1\nkind: AList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n  x: [1, .inf]\n"
    loaded = parse(text, "a.yaml")
    assert [one.label for one in loaded.documents] == ["A/a"]
    (one,) = loaded.diagnostics
    assert one.origin is not None
    assert (one.origin.place.label, one.origin.dotted) == ("A/b", "x[1]")


def test_findings_outside_of_items_are_told_too() -> None:
    text = "apiVersion: v1\nkind: AList\nmetadata: {a: 1, a: 2}\nitems:\n- metadata: {name: a}\n"
    assert labels(text) == ["A/a"]
    assert found(text) == ["a.yaml:3:18: error[NPC104] key `a` is set twice in one mapping"]


def test_findings_in_unwanted_objects_are_not_told() -> None:
    text = f"{HEAD}v: .inf\n---\napiVersion: v1\nkind: Other\nv: [.inf, '${{SHELL}}']\n"
    loaded = parse(text, "a.yaml", wanted=lambda one: one.kind == "Thing")
    assert [one.kind for one in loaded.documents] == ["Other"]
    assert [one.code.id for one in loaded.diagnostics] == ["NPC106"]


def test_objects_that_are_refused_are_counted() -> None:
    (one,) = parse(f"{HEAD}v: .inf\n---\n{HEAD}", "a.yaml").documents
    assert one.index == 1


# --- JSON ----------------------------------------------------------------------------------------------------------


def test_json_is_read_as_json() -> None:
    one = document('{"apiVersion": "v1", "kind": "A",\n\t"v": [80.0, 1e3, true, null, "\\ud83d\\ude00\\/"]}')
    assert one.data["v"] == [80, 1000, True, None, "\U0001f600/"]


def test_json_positions() -> None:
    one = document(json.dumps({"apiVersion": "v1", "kind": "A", "spec": {"on": [1, "x"]}}, indent=2))
    assert one.span(("spec", "on", 1)).line == 7
    assert one.span(("spec", "on"), key=True).column == 5


def test_json_values_one_after_another() -> None:
    documents = parse(
        '{"apiVersion":"v1","kind":"A"} {"apiVersion":"v1","kind":"B"}\n{"apiVersion":"v1","kind":"C"}\n', "a"
    )
    assert [one.span(("kind",)).line for one in documents.documents] == [1, 1, 2]
    assert [one.span(("kind",)).column for one in documents.documents] == [27, 58, 27]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            '{"apiVersion": "v1", "kind": "A", "a": 1, "a": 2}',
            "a.yaml:1:43: error[NPC104] key `a` is set twice in one mapping",
        ),
        ('{"apiVersion": "v1"', "a.yaml:1:20: error[NPC103] invalid YAML: did not find expected ',' or '}'"),
        (
            '{"apiVersion": "\\ud800"}',
            "a.yaml:1:19: error[NPC103] invalid YAML: found invalid Unicode character escape code",
        ),
    ],
)
def test_broken_json(text: str, finding: str) -> None:
    assert found(text) == [finding]
