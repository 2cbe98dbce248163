"""One rule and those before it -> whether any flow is left for it, by the solver that also proves translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, both
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, Policy, PolicySet, Section
from npconv.ir.values import ABSENT, Values, one_of
from npconv.linter.shadow.clauses import Step
from npconv.semantics.budget import Meter
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.gates import FALSE, Gates
from npconv.semantics.groups import Group
from npconv.semantics.mentions import Mentions
from npconv.semantics.namespaces import namespace_names, namespaces
from npconv.semantics.policy_code import PolicyCode
from npconv.semantics.solver import Search
from npconv.semantics.space import Space

MOST_NAMED = 24
"""Of how many rules the needless ones are weeded out before they are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule, those that may hide it, and the tiers that are asked before all of them."""

    steps: Sequence[Step]
    others: Sequence[Step]
    before: PolicySet
    direction: Direction


def hidden_by(asked: Asked, space: Space, meter: Meter) -> list[Step] | None:
    """The rules among the others that together take every flow of the rule; None if some flow is left.

    Raises BudgetError.
    """
    kept: set[int] = set()
    requests = any(step.rule.request != ALWAYS for step in (*asked.steps, *asked.others))
    for group in _groups(asked, space):
        for with_request in (False, True) if requests else (False,):
            found = _Question(asked, group, space, with_request=with_request).hidden(meter)
            if found is None:
                return None
            kept |= found
    return [one for at, one in enumerate(asked.others) if at in kept]


def _groups(asked: Asked, space: Space) -> Iterator[Group]:
    """The subjects of the rule: pods of each namespace that somebody names, of all others, and other kinds."""
    if Kind.POD in space.subject_kinds:
        where, names = Values(frozenset(), False, False), set[str]()
        for step in asked.steps:
            where |= namespaces(both(step.policy.subject, step.rule.subject))
        for step in (*asked.steps, *asked.others):
            names |= namespace_names(step.policy.subject) | namespace_names(step.rule.subject)
        for tier in asked.before.tiers:
            names |= {name for policy in tier.policies for name in namespace_names(policy.subject)}
        for name in sorted(names):
            if name in where:
                yield Group(kind=Kind.POD, namespaces=one_of(name))
        if where.cofinite:
            yield Group(kind=Kind.POD, namespaces=Values(frozenset(names), True, False))
    for kind in Kind:
        if kind in space.subject_kinds and kind is not Kind.POD:
            yield Group(kind=kind, namespaces=ABSENT)


class _Question:
    """One formula: a group of subjects, with or without a request."""

    def __init__(self, asked: Asked, group: Group, space: Space, *, with_request: bool) -> None:
        self._gates = Gates()
        mentions = Mentions()
        mentions.add([_alone(step, asked.direction) for step in (*asked.steps, *asked.others)], asked.direction)
        for tier in asked.before.tiers:
            mentions.add(tier.policies, asked.direction)
        self._code = FlowCode(self._gates, space, mentions, group, asked.direction, with_request=with_request)
        self._wanted = self._gates.any_of([self._where(step) for step in asked.steps])
        self._others = [self._where(step) for step in asked.others]
        self._reached = PolicyCode(self._code, asked.before).decided(())

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
