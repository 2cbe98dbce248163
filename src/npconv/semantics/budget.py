"""What a comparison may cost, and what it did cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from typing import TypeAlias

from npconv.dataclass import dataclass

Watch: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much work a comparison may cost before it says what it left unproven."""

    seconds: float = 60.0
    conflicts: int = 2_000_000
    counterexamples: int = 200
    """How many counterexamples are reported at most, over everything."""
    per_question: int = 12
    """How many different causes are reported at most for one subject namespace, direction and change."""
    watch: Watch | None = None
    """Is told how many groups of subjects were compared, and how many there are."""


@dataclass(slots=True)
class Counters:
    """What a comparison cost and how much of it needed search."""

    groups: int = 0
    """Subject groups that were looked at: a namespace or the rest of them, or another kind of subject."""
    identical: int = 0
    """Of these, those in which both sides say the same word for word."""
    alike: int = 0
    """Of these, those in which both sides have the same normal form."""
    together: int = 0
    """Of these, those that were proven equal with others in one formula."""
    questions: int = 0
    """Formulas that were compared."""
    by_structure: int = 0
    """Of these, equal by construction, without a search."""
    searches: int = 0
    atoms: int = 0
    gates: int = 0
    conflicts: int = 0
    models: int = 0
    replays: int = 0

    def add(self, other: Counters) -> None:
        """Count what another comparison cost, too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


OUT_OF_BUDGET = "the budget ran out"
NO_SOLVER = "it takes the SAT solver (python-sat), which is not installed"


class BudgetError(Exception):
    """There is no answer within what a search may cost; its text says why."""

    def __init__(self, why: str = OUT_OF_BUDGET) -> None:
        super().__init__(why)


class Meter:
    """The budget that is left."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.counters = Counters()
        self._deadline = time.monotonic() + budget.seconds

    @property
    def is_late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._deadline

    def check(self) -> None:
        """Raises BudgetError if nothing is left."""
        if self.is_late or self.counters.conflicts >= self.budget.conflicts:
            raise BudgetError
