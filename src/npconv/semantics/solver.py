"""Gates and clauses -> a model, a proof that there is none, or neither within the budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from npconv.semantics.budget import NO_SOLVER, BudgetError, Meter
from npconv.semantics.gates import TRUE, Gates

SLICE = 2_000
"""Conflicts between two looks at the clock."""


class Search:
    """One incremental search over the gates of one formula store.

    Raises BudgetError if there is no SAT solver: it is in C++, and some platforms and every zip archive do without.
    """

    def __init__(self, gates: Gates, meter: Meter) -> None:
        try:
            from pysat.solvers import Cadical195  # type: ignore[import-untyped] # noqa: PLC0415 - takes 50 ms
        except ImportError as error:
            raise BudgetError(NO_SOLVER) from error

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
