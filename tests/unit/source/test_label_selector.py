"""Label selectors: what they select, and which are refused."""

from __future__ import annotations

import pytest

from npconv.source.label_selector import LabelSelector, Operator, Requirement, UnknownOperator, validate
from npconv.source.refusals import Refusals


def requirement(operator: Operator | UnknownOperator, *values: str, key: str = "app") -> Requirement:
    return Requirement(key=key, operator=operator, values=values)


@pytest.mark.parametrize(
    ("one", "with_a", "with_b", "without"),
    [
        (requirement(Operator.IN, "a"), True, False, False),
        (requirement(Operator.NOT_IN, "a"), False, True, True),
        (requirement(Operator.EXISTS), True, True, False),
        (requirement(Operator.DOES_NOT_EXIST), False, False, True),
        (requirement(UnknownOperator("Foo"), "a"), False, False, False),
    ],
)
def test_operators(one: Requirement, with_a: bool, with_b: bool, without: bool) -> None:
    selector = LabelSelector(match_expressions=(one,))
    assert selector.matches({"app": "a"}) is with_a
    assert selector.matches({"app": "b"}) is with_b
    assert selector.matches({"other": "a"}) is without


def test_an_empty_value_needs_the_key() -> None:
    selector = LabelSelector(match_labels=(("app", ""),))
    assert selector.matches({"app": ""})
    assert not selector.matches({})


def test_every_part_must_match() -> None:
    selector = LabelSelector(match_labels=(("app", "a"),), match_expressions=(requirement(Operator.NOT_IN, "a"),))
    assert not selector.matches({"app": "a"})
    assert not selector.matches({"app": "b"})


def test_nothing_selects_all() -> None:
    assert LabelSelector().selects_all and LabelSelector(match_labels=(), match_expressions=()).selects_all
    assert LabelSelector().matches({})
    assert not LabelSelector(match_labels=(("app", "a"),)).selects_all


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (
            LabelSelector(match_expressions=(requirement(Operator.IN),)),
            "`spec.podSelector.matchExpressions[0].values` must be specified when `operator` is `In` or `NotIn`",
        ),
        (
            LabelSelector(match_expressions=(requirement(Operator.EXISTS, "a"),)),
            "`spec.podSelector.matchExpressions[0].values` may not be specified when `operator` is `Exists` or "
            "`DoesNotExist`",
        ),
        (
            LabelSelector(match_expressions=(requirement(UnknownOperator("in"), "a"),)),
            "`spec.podSelector.matchExpressions[0].operator` must be `In`, `NotIn`, `Exists` or `DoesNotExist` "
            "(found `in`)",
        ),
        (
            LabelSelector(match_expressions=(requirement(Operator.EXISTS, key=""),)),
            "`spec.podSelector.matchExpressions[0].key` name part must be non-empty (found ``)",
        ),
        (
            LabelSelector(match_labels=(("app", "a b"),)),
            "`spec.podSelector.matchLabels.app` must consist of alphanumeric characters, '-', '_' or '.', and must "
            "start and end with an alphanumeric character (found `a b`)",
        ),
    ],
)
def test_refuses(selector: LabelSelector, message: str) -> None:
    refusals = Refusals(None)
    validate(selector, ("spec", "podSelector"), refusals)
    assert [(one.code.id, one.message) for one in refusals.diagnostics] == [("NPC511", message)]


@pytest.mark.parametrize(
    "selector",
    [
        LabelSelector(match_labels=(("example.com/app", ""), ("A_b.c-d", "1.0"))),
        LabelSelector(match_expressions=(requirement(Operator.IN, "a", "a"),)),
        LabelSelector(match_expressions=(requirement(Operator.EXISTS),)),
    ],
)
def test_accepts(selector: LabelSelector) -> None:
    refusals = Refusals(None)
    validate(selector, (), refusals)
    assert refusals.diagnostics == []
