"""Helm templates and `${NAME}` are named as such, and do not hide the other documents."""

from __future__ import annotations

import pytest
from yaml_texts import HEAD, document, found, labels

from npconv.diagnostics.render.report import render
from npconv.source.load import parse

HELM = "error[NPC113] this document is a Helm template, not a manifest"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{{- if .Values.on }}\nkind: A\n{{- end }}\n", "1:1"),
        ("kind: A\nmetadata:\n  name: {{ .Release.Name }}\n", "3:9"),
        ("kind: A\nmetadata:\n  name: {{ .Release.Name }}-web\n", "3:9"),
        ('apiVersion: v1\nkind: A\nlabels:\n{{ include "labels" . | indent 2 }}\n', "4:1"),
        ("{{ x }}\n", "1:1"),
    ],
)
def test_helm_templates(text: str, place: str) -> None:
    assert found(text) == [f"a.yaml:{place}: {HELM}"]
    assert labels(text) == []


def test_a_template_does_not_hide_the_others() -> None:
    text = f"{HEAD}---\nname: {{{{ x }}}}\n---\n{HEAD}"
    assert labels(text) == ["Thing/#1", "Thing/#2"]
    assert found(text) == [f"a.yaml:4:7: {HELM}"]


def test_a_quoted_action_is_a_template_as_well() -> None:
    assert found(f'{HEAD}metadata: {{name: "{{{{ .Release.Name }}}}-a"}}\n') == [
        "a.yaml:3:18: error[NPC113] `{{ .Release.Name }}` is for Helm to fill in"
    ]


def test_broken_yaml_without_an_action_is_no_template() -> None:
    assert found("a: {b: {c\n")[0].startswith("a.yaml:1:10: error[NPC103]")


def test_placeholders_are_named_once_an_object() -> None:
    text = f"{HEAD}metadata: {{name: '${{APP}}-web'}}\nspec:\n  ${{KEY}}: 1\n  port: ${{PORT:=80}}\n"
    assert render(parse(text, "a.yaml").diagnostics) == (
        "error[NPC114]: `${APP}` is a placeholder that was not filled in\n"
        " --> a.yaml:3:18  (Thing/${APP}-web, metadata.name)\n"
        "  |\n"
        "3 | metadata: {name: '${APP}-web'}\n"
        "  |                  ^^^^^^^^^^^^\n"
        "  |\n"
        " ::: a.yaml:5:3\n"
        "  |\n"
        "5 |   ${KEY}: 1\n"
        "  |   ------ and `${KEY}` here\n"
        "  |\n"
        " ::: a.yaml:6:9\n"
        "  |\n"
        "6 |   port: ${PORT:=80}\n"
        "  |         ----------- and `${PORT:=80}` here\n"
        "  |\n"
        "  = help: fill it in first, for example with `flux envsubst` or `envsubst`\n"
    )


def test_a_placeholder_that_breaks_the_yaml() -> None:
    assert found(f"{HEAD}labels: {{app: ${{APP}}}}\n") == [
        "a.yaml:3:15: error[NPC114] `${APP}` is a placeholder that was not filled in"
    ]


@pytest.mark.parametrize("value", ["$(NAME)", "$NAME", "${", "${}", "a$", "${1}", "x # ${NAME}"])
def test_what_is_no_placeholder(value: str) -> None:
    assert document(f"{HEAD}v: {value}\n")


def test_placeholders_in_annotations_change_no_policy() -> None:
    assert document(f"{HEAD}metadata: {{annotations: {{note: 'see ${{HERE}} and {{{{ there }}}}'}}}}\n")
