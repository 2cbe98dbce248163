"""Boolean formulas -> numbered gates -> clauses. Equal formulas get equal numbers, so equality is often free."""

from __future__ import annotations

from collections.abc import Iterable

TRUE = 1
"""The literal that always holds; a negative literal is the complement of the positive one."""
FALSE = -TRUE


class Gates:
    """Variables and AND gates over them, as in an and-inverter graph with wide gates.

    A gate is named by its sorted inputs, so the order and the repetition of parts do not matter.
    """

    def __init__(self) -> None:
        self._last = TRUE
        self._gates: dict[tuple[int, ...], int] = {}
        self._inputs: dict[int, tuple[int, ...]] = {}

    @property
    def variables(self) -> int:
        """How many numbers are in use, gates included."""
        return self._last

    @property
    def gates(self) -> int:
        """How many gates there are."""
        return len(self._inputs)

    def variable(self) -> int:
        """A new free variable."""
        self._last += 1
        return self._last

    def all_of(self, literals: Iterable[int]) -> int:
        """The conjunction."""
        inputs: set[int] = set()
        for literal in literals:
            if literal == FALSE or -literal in inputs:
                return FALSE
            if literal != TRUE:
                inputs.add(literal)
        if not inputs:
            return TRUE
        if len(inputs) == 1:
            return inputs.pop()
        key = tuple(sorted(inputs))
        found = self._gates.get(key)
        if found is None:
            found = self._gates[key] = self.variable()
            self._inputs[found] = key
        return found

    def any_of(self, literals: Iterable[int]) -> int:
        """The disjunction."""
        return -self.all_of(-literal for literal in literals)

    def choose(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where the condition holds, `otherwise` where it does not."""
        if then == otherwise:
            return then
        return self.any_of((self.all_of((condition, then)), self.all_of((-condition, otherwise))))

    def value(self, literal: int, model: frozenset[int]) -> bool:
        """Whether a literal holds where exactly the model's variables do; gates follow from their inputs."""
        inputs = self._inputs.get(abs(literal))
        if inputs is None:
            found = abs(literal) == TRUE or abs(literal) in model
        else:
            found = all(self.value(each, model) for each in inputs)
        return found == (literal > 0)

    def cone(self, literals: Iterable[int], done: set[int]) -> list[tuple[int, ...]]:
        """The clauses that define the gates below some literals; `done` holds those defined before."""
        known = self._inputs
        todo = [gate for literal in literals if (gate := abs(literal)) in known and gate not in done]
        clauses: list[tuple[int, ...]] = []
        while todo:
            gate = todo.pop()
            if gate in done:
                continue
            done.add(gate)
            inputs = known[gate]
            clauses += [(-gate, literal) for literal in inputs]
            clauses.append((gate, *(-literal for literal in inputs)))
            todo += [below for literal in inputs if (below := abs(literal)) in known and below not in done]
        return clauses
