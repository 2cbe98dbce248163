"""Whether the subjects of policies cover each other, or may have a pod in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from npconv.ir.condition import Condition, both
from npconv.lowering.cube import Cube, TooManyError, cubes, minus

View: TypeAlias = Callable[[Condition], Condition]
"""What a condition on a subject asks of pods."""


def covered(subject: Condition, by: Iterable[Condition], limit: int) -> bool:
    """Whether a subject is for certain within the union of others."""
    try:
        left: tuple[Cube, ...] = cubes(subject, limit)
        for other in by:
            for cube in cubes(other, limit):
                left = tuple(piece for one in left for piece in minus(one, cube))
                if len(left) > limit:
                    return False
    except TooManyError:
        return False
    return not left


def may_meet(left: Condition, right: Condition, limit: int) -> bool:
    """Whether two subjects may have a pod in common."""
    try:
        return bool(cubes(both(left, right), limit))
    except TooManyError:
        return True
