"""Parts that are alike are one object; parts that only look alike are not, and findings stay where they are."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.model import CiliumNetworkPolicy, Rule
from npconv.dialects.cilium.parse import parse
from npconv.source import load
from npconv.source.document import Document

HEAD = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\nspec:\n  endpointSelector: {}\n"


def documents(*specs: str) -> list[Document]:
    return load.parse("---\n".join(HEAD + spec for spec in specs), "p.yaml").documents


def rules(*specs: str) -> list[Rule]:
    found = [parse(one)[0] for one in documents(*specs)]
    assert all(isinstance(one, CiliumNetworkPolicy) for one in found)
    return [one.rules[0] for one in found if isinstance(one, CiliumNetworkPolicy)]


def said(*specs: str) -> list[list[str]]:
    """The findings of each document, with their lines."""
    found: list[list[str]] = []
    for document in documents(*specs):
        origins = [(one, one.origin) for one in parse(document)[1]]
        found.append([f"{at.place.span(at.path).line}: {one.message}" for one, at in origins if at is not None])
    return found


ENTRY = '  ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80"}]}]}]\n'


def test_equal_parts_are_one_object_wherever_they_stand() -> None:
    first, second = rules(ENTRY, "  description: another\n" + ENTRY)
    assert first.ingress is not None
    assert second.ingress is not None
    assert first.ingress[0] is second.ingress[0]
    assert [one.at("ingress", 0) for one in (first, second)] != [None, None]
    assert first.at("ingress", 0) != second.at("ingress", 0)


def test_a_part_of_another_direction_is_another() -> None:
    [one] = rules("  ingress: [{icmps: []}]\n  egress: [{icmps: []}]\n  ingressDeny: [{icmps: []}]\n")
    assert len({type(each) for each in (*(one.ingress or ()), *(one.egress or ()), *(one.ingress_deny or ()))}) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{type: 8}", '{type: "8"}'),
        ("{type: 8}", "{type: 8, family: IPv6}"),
        ("{type: 8}", "{type: 8, family: null}"),
        ('{type: "8", family: IPv4}', '{family: IPv4, type: "8"}'),
    ],
)
def test_values_that_look_alike_stay_as_they_are(first: str, second: str) -> None:
    for texts in ((first, second), (second, first)):
        found = documents(*(f"  egress: [{{icmps: [{{fields: [{one}]}}]}}]\n" for one in texts))
        for document in found:
            read = parse(document)[0]
            assert read is not None
            assert without_nulls(emit(read)["spec"]) == without_nulls(document.data["spec"])


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else (type(value), value)


@pytest.mark.parametrize("wrong", ["80", "80.0", "true"])
def test_what_is_wrong_is_not_taken_for_what_is_right(wrong: str) -> None:
    right = '  ingress: [{toPorts: [{ports: [{port: "80"}]}]}]\n'
    found = said(right, right.replace('"80"', wrong), right)
    assert [len(one) for one in found] == [0, 1, 0]


def test_each_of_two_like_mistakes_is_found_at_its_own_place() -> None:
    wrong = "  ingress:\n  - {fromEndpoints: [{matchLables: {app: web}}]}\n"
    first, second = said(wrong, "  description: another\n" + wrong)
    assert [first, second] == [
        ["7: unknown field `matchLables`"],
        ["16: unknown field `matchLables`"],
    ]
    assert said(wrong + "  - {fromEndpoints: [{matchLables: {app: web}}]}\n") == [
        ["7: unknown field `matchLables`", "8: unknown field `matchLables`"]
    ]


def test_a_part_that_is_read_for_two_runs_knows_neither() -> None:
    first, second = rules(ENTRY)[0], rules(ENTRY)[0]
    assert first.ingress is not None
    assert second.ingress is not None
    assert first.ingress[0] is second.ingress[0]
    held = repr(first.ingress[0])
    assert "p.yaml" not in held
    assert not any("origin" in type(one).__slots__ for one in first.ingress)
