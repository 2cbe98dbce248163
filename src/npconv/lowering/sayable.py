"""What a target can say of a box, and the nearest narrower box that it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.ir.condition import Holds
from npconv.ir.dimensions import Dimension
from npconv.lowering.box import Clause


@dataclass(frozen=True, slots=True)
class Unsayable:
    """One condition of a box that a target has no words for: a dimension or a fact of one of its parts."""

    part: str
    what: Dimension | Holds
    code: Code
    why: str


Target: TypeAlias = Callable[[Clause], tuple[Unsayable, ...]]
"""What a target cannot say of a clause; empty if it can say it exactly."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What could not be said: of an Allow that is left out, or of a Deny, which is given as it is said instead."""

    clause: Clause
    reason: Unsayable


def narrow_allow(clause: Clause, target: Target) -> tuple[tuple[Clause, ...], tuple[Unsaid, ...]]:
    """The Allow itself, or nothing if it has a condition that cannot be said, with the reasons (law 4)."""
    reasons = target(clause)
    return ((), tuple(Unsaid(clause, reason) for reason in reasons)) if reasons else ((clause,), ())


def narrow_deny(clause: Clause, target: Target) -> tuple[Clause, tuple[Unsaid, ...]]:
    """The Deny without the conditions that cannot be said, with the reasons: it denies at least as much (law 4).

    Where leaving conditions out does not help, the target still has no words for what is returned.
    """
    unsaid: list[Unsayable] = []
    said, before = clause, None
    while said != before and (reasons := target(said)):
        before = said
        for reason in reasons:
            cube = said.box.part(reason.part)
            freed = cube.without(reason.what) if isinstance(reason.what, Holds) else cube.having(reason.what, None)
            said = said.over(said.box.having(reason.part, freed))
            unsaid.append(reason)
    return said, tuple(Unsaid(said, reason) for reason in unsaid)
