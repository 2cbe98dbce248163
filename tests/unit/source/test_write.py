"""What is written is read back as the same data by a YAML 1.1 reader, and looks as a person would write it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from npconv.source import load
from npconv.source.write import Commented, scalar, write_json, write_yaml

TRAPS = [
    "", "y", "Y", "n", "N", "yes", "No", "on", "OFF", "true", "False", "null", "Null", "~", "nil", "none",
    "1", "0", "-1", "+1", "1.10", ".5", "5.", "1e3", "1E3", "1.0e+3", "0o17", "017", "0x1F", "0b11", "1_000",
    "22:22", "190:20:30", "2024-01-01", "2024-01-01T00:00:00Z", ".inf", "-.INF", ".nan", "=", "<<", "-", "--", "---",
    "...", "?", ":", "a:", ": a", "a: b", "a #b", "#a", " a", "a ", "a  b", "*", "*.example.com", "&a", "!a", "%a",
    "@a", "`a", "|", ">", "[", "]", "{", "}", "{}", "[]", ",", "a, b", "'", '"', "it's", 'say "x"', "\\d+", "a\tb",
    "\t", "\n", "a\n", "a\nb", "a\nb\n", "a\n\n", "\na", " a\nb", "a\n b", "a\n---\nb", "a \nb", "\r\n", "a\rb",
    "\x00", "\x07", "\x85", "\u2028", "\ufeff", "für", "日本", "😀", "k8s:app", "any:app/x", "a:b", "/a|b",
    "10.0.0.0/8", "10.0.0.1", "fd00::/8", "2001:db8::/32", "::/0", "0.0.0.0/0", "/api/v1/.*", "^/x$", "(?i)get",
    "3scale", "0123abc", "1e", "v1", "app.kubernetes.io/name", "- a", "-a", "a-", "x=y", "e3", "a?", "?a", "a\\b",
]  # fmt: skip

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(TRAPS)
data = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("text", TRAPS)
def test_text_is_read_back_as_text_in_every_place(text: str) -> None:
    document = {"key": text, text: "value", "list": [text, [text], {text: text}]}
    assert yaml.safe_load(write_yaml([document])) == document


@given(st.lists(st.dictionaries(texts, data, min_size=1, max_size=5), min_size=1, max_size=3))
@example([{"a": [[[]], [{}], {"b": []}]}])
@example([{"k" * 2000: {"a": 1}, "l": [{"k" * 2000: ["x"]}]}])
def test_documents_are_read_back_as_they_were(documents: list[dict[str, Any]]) -> None:
    assert list(yaml.safe_load_all(write_yaml(documents))) == documents
    assert list(yaml.load_all(write_yaml(documents), Loader=yaml.CSafeLoader)) == documents


@given(st.dictionaries(texts, data, max_size=5))
def test_a_second_writing_changes_nothing(document: dict[str, Any]) -> None:
    once = write_yaml([document])
    assert write_yaml([yaml.safe_load(once)]) == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_comments_never_change_the_data(head: str, beside: str) -> None:
    head, beside = (text.encode("utf-8", "replace").decode() for text in (head, beside))
    document = {"a": [Commented("x", beside), Commented({"b": "y"}, beside)], "c": Commented("a\nb", beside)}
    written = write_yaml([Commented(document, head)])
    assert yaml.safe_load(written) == {"a": ["x", {"b": "y"}], "c": "a\nb"}


def test_what_needs_no_quotes_has_none() -> None:
    plain = ["web", "k8s:app", "cilium.io/v2", "10.0.0.0/8", "fd00::/8", "2001:db8::/32", "/healthz", "/api/.*", "GET"]
    assert [scalar(text) for text in plain] == plain


def test_what_readers_disagree_about_is_quoted() -> None:
    assert [scalar(text) for text in ["y", "80", "1e3", "22:22", "10.0.0.1", "*"]] == [
        '"y"', '"80"', '"1e3"', '"22:22"', '"10.0.0.1"', '"*"',
    ]  # fmt: skip
    assert scalar("\\d+") == "'\\d+'"
    assert scalar("it's \\d") == "'it''s \\d'"


def test_the_style_is_the_one_people_write() -> None:
    document = {
        "apiVersion": "cilium.io/v2",
        "spec": {
            "endpointSelector": {},
            "ingress": [
                {"fromEntities": ["all"], "toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}]},
                {},
                Commented({"fromCIDR": [Commented("10.0.0.0/8", "office")]}, "rule 2"),
            ],
            "description": "one\ntwo",
        },
    }
    assert write_yaml([Commented(document, "converted\nby hand"), {"a": None}]) == (
        "# converted\n# by hand\n"
        "apiVersion: cilium.io/v2\n"
        "spec:\n"
        "  endpointSelector: {}\n"
        "  ingress:\n"
        "    - fromEntities:\n"
        "        - all\n"
        "      toPorts:\n"
        "        - ports:\n"
        '            - port: "80"\n'
        "              protocol: TCP\n"
        "    - {}\n"
        "    # rule 2\n"
        "    - fromCIDR:\n"
        "        - 10.0.0.0/8  # office\n"
        "  description: |-\n"
        "    one\n"
        "    two\n"
        "---\n"
        "a: null\n"
    )


def test_no_documents_are_no_text() -> None:
    assert write_yaml([]) == ""


def test_json_is_one_object_or_a_list() -> None:
    assert json.loads(write_json([{"a": Commented("ü", "x")}])) == {"a": "ü"}
    assert json.loads(write_json([{"a": 1}, {"b": []}])) == {
        "apiVersion": "v1",
        "kind": "List",
        "items": [{"a": 1}, {"b": []}],
    }
    assert write_json([{"a": "ü"}]) == '{\n  "a": "ü"\n}\n'


def test_what_json_does_not_have_is_no_number() -> None:
    with pytest.raises(ValueError, match="not a number that JSON has: inf"):
        write_yaml([{"a": float("inf")}])


@given(st.lists(data, min_size=1, max_size=3))
@example(TRAPS)
@example([dict.fromkeys(TRAPS, "x")])
def test_npconv_s_own_reader_reads_the_same(values: list[Any]) -> None:
    documents = [{"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "a"}, "data": value} for value in values]
    loaded = load.parse(write_yaml(documents), "written.yaml")
    assert [document.data for document in loaded.documents] == documents
    loaded = load.parse(write_json(documents), "written.json")
    assert [document.data for document in loaded.documents] == documents
