"""YAML documents are read as Kubernetes reads them, and refused where it refuses them."""

from __future__ import annotations

import pytest
from yaml_texts import HEAD, document, found, labels, value_of

from npconv.diagnostics.render.report import render
from npconv.source.load import parse


def test_plain_values_follow_go() -> None:
    assert value_of("v: [080, 0o17, 22:23, on, y, ~, 2024-01-01, 80.0, 1e3]") == [
        80,
        15,
        "22:23",
        True,
        True,
        None,
        "2024-01-01",
        80,
        1000,
    ]


def test_quoted_values_are_text() -> None:
    assert value_of("v: ['080', \"on\", '', \"~\", '=']") == ["080", "on", "", "~", "="]


def test_block_scalars_are_text() -> None:
    assert value_of("v: |-\n  080\n") == "080"
    assert value_of("v: >-\n  a\n  b\n") == "a b"


def test_keys_become_text() -> None:
    assert value_of("v: {on: a, n: b, 1.10: c, 0x10: d, '1.10': e}") == {
        "true": "a",
        "false": "b",
        "1.1": "c",
        "16": "d",
        "1.10": "e",
    }


def test_anchors_and_merges() -> None:
    text = "base: &base {a: 1, b: 2}\nv:\n  <<: *base\n  b: 3\n"
    assert value_of(text) == {"a": 1, "b": 3}
    assert value_of("x: &x {a: 1}\ny: &y {a: 2, b: 2}\nv: {<<: [*x, *y]}\n") == {"a": 1, "b": 2}
    assert value_of("v: {'<<': {a: 1}}") == {"<<": {"a": 1}}


def test_an_anchor_may_be_defined_again() -> None:
    assert value_of("x: &a 1\ny: &a 2\nv: *a\n") == 2


def test_every_alias_gets_a_value_of_its_own() -> None:
    data = document(f"{HEAD}x: &a [1]\nz: *a\n").data
    assert data["x"] == data["z"]
    assert data["x"] is not data["z"]


def test_tags() -> None:
    assert value_of("v: [!!str 12, !!int '12', ! 12, !!float 3, !!binary aGk=]") == ["12", 12, "12", 3, "hi"]


def test_a_duplicate_key_names_both_places() -> None:
    loaded = parse(f"{HEAD}spec:\n  a: 1\n  b: 2\n  a: 3\n", "a.yaml")
    assert not loaded.documents
    assert render(loaded.diagnostics) == (
        "error[NPC104]: key `a` is set twice in one mapping\n"
        " --> a.yaml:6:3  (Thing/#1, spec.a)\n"
        "  |\n"
        "6 |   a: 3\n"
        "  |   ^ set again here\n"
        "  |\n"
        " ::: a.yaml:4:3\n"
        "  |\n"
        "4 |   a: 1\n"
        "  |   - first set here\n"
        "  |\n"
        "  = help: keep one of them; Kubernetes takes the last, or refuses both\n"
    )


@pytest.mark.parametrize("keys", ["{on: 1, 'true': 2}", "{0x10: 1, 16: 2}", "{y: 1, yes: 2}"])
def test_keys_that_become_equal_are_duplicates(keys: str) -> None:
    assert len(found(f"{HEAD}v: {keys}\n")) == 1


def test_the_same_key_in_two_mappings_is_none() -> None:
    assert value_of("v: [{a: 1}, {a: 2}]") == [{"a": 1}, {"a": 2}]


def test_a_merge_that_overwrites_is_told() -> None:
    assert found(f"{HEAD}x: &x {{a: 1}}\nv: {{a: 2, <<: *x}}\n") == [
        "a.yaml:4:11: error[NPC104] `<<` overwrites key `a`, which was set before it"
    ]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("v: {~: x}", "a.yaml:3:5: error[NPC105] a key cannot be null"),
        ("v: {? [a] : x}", "a.yaml:3:7: error[NPC105] unexpected list as a key (expected text)"),
        ("v: {{a: b}: x}", "a.yaml:3:5: error[NPC105] unexpected mapping as a key (expected text)"),
        ("v: .inf", "a.yaml:3:4: error[NPC106] `.inf` is a number that JSON cannot hold"),
        ("v: [1, .NaN]", "a.yaml:3:8: error[NPC106] `.NaN` is a number that JSON cannot hold"),
        ("v: !!int x", "a.yaml:3:10: error[NPC106] `x` is no `!!int`"),
        ("v: {<<: 1}", "a.yaml:3:9: error[NPC106] unexpected number behind `<<` (expected a mapping)"),
        (
            "v: !has(role)",
            "a.yaml:3:4: error[NPC117] `!has(role)` is read as a YAML tag, which leaves `` as the value",
        ),
    ],
)
def test_values_that_are_refused(text: str, finding: str) -> None:
    if text.startswith("v: {{"):
        finding = "a.yaml:3:4: error[NPC113] this document is a Helm template, not a manifest"
    assert found(f"{HEAD}{text}\n") == [finding]


def test_one_problem_does_not_hide_the_next() -> None:
    assert len(found(f"{HEAD}v: [.inf, {{a: 1, a: 2}}, .nan]\n")) == 3


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: [1\n", "a.yaml:1:6: error[NPC103] invalid YAML: did not find expected ',' or ']'"),
        ("a:\n\t- b\n", "a.yaml:2:1: error[NPC103] invalid YAML: a tab cannot indent"),
        ("a: b: c\n", "a.yaml:1:5: error[NPC103] invalid YAML: mapping values are not allowed in this context"),
        ("a: 'b\n", "a.yaml:1:6: error[NPC103] invalid YAML: found unexpected end of stream"),
        ("a: @b\n", "a.yaml:1:4: error[NPC103] invalid YAML: found character that cannot start any token"),
        ("a: *b\n", "a.yaml:1:4: error[NPC103] invalid YAML: found undefined alias"),
        ("a: \x07\n", "a.yaml:1:4: error[NPC103] invalid YAML: control character U+0007 is not allowed"),
        ("%YAML 1.1\n---\n", "a.yaml:1:10: error[NPC103] invalid YAML: did not find expected <document start>"),
        (
            "a: 1\n...\nb: 2\n",
            "a.yaml:3:1: error[NPC115] the document ends above this text, and Kubernetes reads no further",
        ),
        (
            "  a: 1\nb: 2\n",
            "a.yaml:2:1: error[NPC115] the document ends above this text, and Kubernetes reads no further",
        ),
        ("--- a: 1\n", "a.yaml:1:5: error[NPC115] unexpected text `a: 1` behind `---`"),
    ],
)
def test_broken_documents_are_placed(text: str, finding: str) -> None:
    assert found(text) == [finding]


def test_advice_for_a_value_that_starts_with_a_star() -> None:
    (one,) = parse("a: *.example.com\n", "a.yaml").diagnostics
    assert one.help == "quote a value that starts with `*`"


def test_a_broken_document_does_not_hide_the_others() -> None:
    text = f"{HEAD}metadata: {{name: a}}\n---\nx: [\n---\n{HEAD}metadata: {{name: c}}\n"
    assert labels(text) == ["Thing/a", "Thing/c"]
    assert found(text) == ["a.yaml:5:5: error[NPC103] invalid YAML: did not find expected node content"]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n---\n", "---\n# a\n--- # b\n", "null\n", "~\n"])
def test_empty_documents_are_nothing(text: str) -> None:
    assert labels(text) == []
    assert found(text) == []


def test_comments_behind_separators_are_fine() -> None:
    assert labels(f"--- # first\n{HEAD}---\t# second\r\n{HEAD}...\n") == ["Thing/#1", "Thing/#2"]


def test_separators_cut_block_scalars_as_kubectl_does() -> None:
    assert labels(f"{HEAD}v: |\n  a\n---\n{HEAD}") == ["Thing/#1", "Thing/#2"]
    assert value_of("v: |\n  ---\n  a\n") == "---\na\n"


def test_windows_line_ends() -> None:
    text = f"{HEAD}v: [a]\n---\n{HEAD}v: {{a: 1, a: 2}}\n".replace("\n", "\r\n")
    assert labels(text) == ["Thing/#1"]
    assert found(text) == ["a.yaml:7:11: error[NPC104] key `a` is set twice in one mapping"]
