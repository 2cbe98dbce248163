"""Conditions taken apart: the facts and dimensions that one asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar, assert_never

from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import Dimension, Fact

_T = TypeVar("_T")


class Once(dict[Condition, _T]):
    """What a question has for an answer by the condition it is asked of: rules of many policies ask for the same."""

    def __init__(self, ask: Callable[[Condition], _T]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, condition: Condition) -> _T:
        found = self[condition] = self._ask(condition)
        return found


def leaves(condition: Condition) -> Iterator[Fact | Dimension]:
    """Every fact and dimension that a condition mentions, repeats included."""
    match condition:
        case Always() | Never():
            return
        case Within(dimension, _):
            yield dimension
        case Holds(fact, _):
            yield fact
        case Both(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            assert_never(condition)
