"""Gates and clauses -> a model, a proof that there is none, or neither within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.semantics.gates import TRUE, Gates

SLICE = 2_000
"""Conflicts between two looks at the clock."""


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


def is_installed() -> bool:
    """Whether there is a SAT solver: an extension in C++, which some platforms and every zip archive do without."""
    try:  # the extension is what may be missing; `pysat.solvers`, for which all else is there, takes ten times as long
        import pysat  # type: ignore[import-untyped] # noqa: F401, PLC0415 - as it takes long
        import pysolvers  # type: ignore[import-untyped, import-not-found, unused-ignore] # noqa: F401, PLC0415 - too
    except ImportError:
        return False
    return True


class BudgetError(Exception):
    """The budget ran out before an answer."""


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


class Search:
    """One incremental search over the gates of one formula store."""

    def __init__(self, gates: Gates, meter: Meter) -> None:
        from pysat.solvers import Cadical195  # type: ignore[import-untyped] # noqa: PLC0415 - takes 50 ms

        self._gates = gates
        self._meter = meter
        self._solver = Cadical195()
        """CaDiCaL was the smallest and never exploded among the methods measured (ARCHITECTURE.md, the comparison)."""
        self._solver.add_clause((TRUE,))
        self._defined: set[int] = set()
        self._conflicts = 0

    def require(self, clauses: Iterable[Sequence[int]]) -> None:
        """Only models of these clauses count from now on."""
        for clause in clauses:
            self._define(clause)
            self._solver.add_clause(clause)

    def model(self, assumptions: Sequence[int], patience: int | None = None) -> frozenset[int] | None:
        """The true variables of a model in which the assumptions hold; None if there is none.

        Raises BudgetError, also after `patience` conflicts if that is given.
        """
        until = None if patience is None else self._conflicts + patience
        self._define(assumptions)
        self._meter.counters.searches += 1
        while True:
            self._meter.check()
            self._solver.conf_budget(SLICE)
            answer = self._solver.solve_limited(assumptions=list(assumptions))
            conflicts = self._solver.accum_stats()["conflicts"]
            self._meter.counters.conflicts += conflicts - self._conflicts
            self._conflicts = conflicts
            if answer is not None:
                break
            if until is not None and conflicts >= until:
                raise BudgetError
        if not answer:
            return None
        self._meter.counters.models += 1
        return frozenset(literal for literal in self._solver.get_model() if literal > 0)

    def close(self) -> None:
        """Give the memory back."""
        self._solver.delete()

    def _define(self, literals: Iterable[int]) -> None:
        for clause in self._gates.cone(literals, self._defined):
            self._solver.add_clause(clause)
