"""Policies -> those that may select the same pods, found by an index over namespaces and exact sets of labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from npconv.ir.condition import NEVER, Condition
from npconv.ir.policy import Policy
from npconv.lowering.cube import FULL, Cube, Cubes, TooManyError, cubes, touches
from npconv.lowering.places import Places

MOST = 64
"""How many cubes a condition may take before it counts as everything."""


@lru_cache(maxsize=1 << 14)
def parts(condition: Condition) -> Cubes | None:
    """A condition as cubes; None if it takes too many."""
    try:
        return cubes(condition, MOST)
    except TooManyError:
        return None


def is_never(condition: Condition) -> bool:
    """Whether nothing can meet a condition, as far as its sets say."""
    return condition == NEVER or parts(condition) == ()


class Subjects:
    """Policies by whom they select."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(policies)
        self._cubes = [_cubes(one.subject) for one in self.policies]
        self._places = Places((at, cube) for at, several in enumerate(self._cubes) for cube in several)

    def near(self, policy: Policy) -> Iterator[Policy]:
        """The policies that may select a pod that this one selects, itself among them."""
        mine = _cubes(policy.subject)
        for at in sorted({place for cube in mine for place in self._places.near(cube)}):
            if any(touches(one, other) for one in mine for other in self._cubes[at]):
                yield self.policies[at]


def _cubes(subject: Condition) -> tuple[Cube, ...]:
    found = parts(subject)
    return (FULL,) if found is None else found
