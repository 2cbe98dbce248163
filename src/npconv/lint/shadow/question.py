"""One rule and those before it -> whether any flow is left for it, by the solver that also proves translations."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, Policy, PolicySet, Section
from npconv.ir.values import PRESENT, Values
from npconv.lint.shadow.clauses import Step
from npconv.semantics.endpoint_code import Group
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.gates import FALSE, Gates
from npconv.semantics.mentions import Mentions
from npconv.semantics.policy_code import PolicyCode
from npconv.semantics.solver import Meter, Search
from npconv.semantics.space import Space

MOST_NAMED = 24
"""Of how many rules the needless ones are weeded out before they are named."""


def hidden_by(
    steps: Sequence[Step],
    others: Sequence[Step],
    before: PolicySet,
    direction: Direction,
    space: Space,
    meter: Meter,
) -> list[Step] | None:
    """The rules among `others` that together take every flow of `steps`; None if some flow is left.

    `before` are tiers that are asked first. Raises BudgetError.
    """
    needed: list[Step] = list(others)
    kept: set[int] = set()
    for kind in sorted(space.subject_kinds, key=lambda one: one.value):
        for with_request in (False, True):
            if with_request and all(step.rule.request == ALWAYS for step in (*steps, *others)):
                continue
            asked = _Question(steps, others, before, direction, space, kind, with_request=with_request)
            found = asked.hidden(meter)
            if found is None:
                return None
            kept |= found
    return [one for at, one in enumerate(needed) if at in kept]


class _Question:
    """One formula: a kind of subject, with or without a request."""

    def __init__(
        self,
        steps: Sequence[Step],
        others: Sequence[Step],
        before: PolicySet,
        direction: Direction,
        space: Space,
        kind: Kind,
        *,
        with_request: bool,
    ) -> None:
        self._gates = Gates()
        mentions = Mentions()
        mentions.add([_alone(step, direction) for step in (*steps, *others)], direction)
        for tier in before.tiers:
            mentions.add(tier.policies, direction)
        namespaces = PRESENT if kind is Kind.POD else Values(frozenset(), False, True)
        group = Group(kind=kind, namespaces=namespaces)
        self._code = FlowCode(self._gates, space, mentions, group, direction, with_request=with_request)
        self._wanted = self._gates.any_of(self._where(step) for step in steps)
        self._others = [self._where(step) for step in others]
        self._reached = PolicyCode(self._code, before).decided(())

    def hidden(self, meter: Meter) -> set[int] | None:
        """Which of the others hide the rule; None if a flow is left for it. Nothing, where no flow meets it anyway."""
        if FALSE in (self._wanted, self._reached):
            return set()
        search = Search(self._gates, meter)
        try:
            search.require(self._code.clauses())
            asked = [self._wanted, self._reached]
            if search.model([*asked, *(-one for one in self._others)]) is not None:
                return None
            kept = [at for at, one in enumerate(self._others) if one != FALSE]
            for at in list(kept) if len(kept) <= MOST_NAMED else ():
                fewer = [one for one in kept if one != at]
                if search.model([*asked, *(-self._others[one] for one in fewer)]) is None:
                    kept = fewer
            return set(kept)
        finally:
            search.close()

    def _where(self, step: Step) -> int:
        code = self._code
        literals = [
            *code.parts(step.policy.subject, code.subject),
            *code.parts(step.rule.subject, code.subject),
            *code.parts(step.rule.peer, code.peer),
            *code.parts(step.rule.traffic, code.peer),
        ]
        if code.with_request:
            literals += code.parts(step.rule.request, code.peer)
        return self._gates.all_of(literals)


def _alone(step: Step, direction: Direction) -> Policy:
    section = Section(direction=direction, isolates=False, rules=(step.rule,))
    return Policy(name=step.policy.name, subject=step.policy.subject, sections=(section,))
