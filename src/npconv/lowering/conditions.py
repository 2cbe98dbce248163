"""Conditions taken apart: the facts and dimensions that one asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import Dimension, Fact


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
