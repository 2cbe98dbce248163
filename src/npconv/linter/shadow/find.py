"""A policy set -> the written rules that never decide, with the rules that decide before them.

Most rules meet no other rule at all, which an index by namespace tells. What one other rule holds whole is found by
exact set arithmetic; only what several rules might hold together is asked of the solver, within a budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from npconv.dataclass import dataclass
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule, TierEnd
from npconv.linter.shadow.clauses import Step, Written, reach, steps_of, written
from npconv.linter.shadow.meets import Meets
from npconv.linter.shadow.plain import is_plain
from npconv.linter.subjects import Subjects
from npconv.linter.written import key_of
from npconv.lowering.box import Box, contains, overlaps, subtract
from npconv.lowering.conditions import leaves
from npconv.lowering.places import Places
from npconv.semantics.budget import Budget, BudgetError, Meter
from npconv.semantics.space import CLUSTER_NAME, Space

STEPS = 400
"""How often something is subtracted in search of what is left of a rule, before the solver is asked."""

MOST_OTHERS = 200
"""Of more rules that meet one rule, nothing is asked: it is left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A rule that never decides. `by` decide before it, and what `closed_by` isolate is denied before it."""

    rule: Written
    direction: Direction
    by: tuple[Step, ...]
    closed_by: tuple[Policy, ...] = ()

    @property
    def otherwise(self) -> bool:
        """Whether what decides does otherwise."""
        if any(one.rule.action is not self.rule.action for one in self.by):
            return True
        return bool(self.closed_by) and self.rule.action is not Action.DENY

    @property
    def within_policy(self) -> bool:
        """Whether only rules of the same policy do so."""
        place = self.rule.origin.place
        return not self.closed_by and all(
            one.rule.origin is not None and one.rule.origin.place is place for one in self.by
        )


@dataclass(slots=True)
class Shadows:
    """What was found, and how many rules were left open."""

    found: list[Shadow] = field(default_factory=list)
    undecided: int = 0


def shadows(policies: PolicySet, *, in_order: frozenset[str], space: Space, seconds: float) -> Shadows:
    """The rules that never decide.

    `in_order` names the tiers in which policies are asked in order. In others, policies of one tier are equals: a rule
    is compared with those of its own policy, and with what earlier tiers decide.
    """
    asking = _Asking(policies, in_order, space, Meter(Budget(seconds=seconds)), Shadows(), Meets())
    for direction in Direction:
        steps = [list(steps_of(tier, direction)) for tier in policies.tiers]
        for at, several in enumerate(steps):
            if several:
                _Tier(asking, direction, at, steps).look()
    return asking.result


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every tier is asked with."""

    policies: PolicySet
    in_order: frozenset[str]
    space: Space
    meter: Meter
    result: Shadows
    meets: Meets


class _Tier:
    """One tier in one direction."""

    def __init__(self, asking: _Asking, direction: Direction, at: int, steps: list[list[Step]]) -> None:
        earlier = [one for several in steps[:at] for one in several]
        before = asking.policies.tiers[:at]
        self._direction = direction
        self._steps = [*earlier, *steps[at]]
        self._first = len(earlier)
        self._ordered = asking.policies.tiers[at].name in asking.in_order
        self._space = asking.space
        self._meter = asking.meter
        self._result = asking.result
        self._meets = asking.meets
        self._dead: set[int] = set()
        self._places = Places((at, box.subject) for at, step in enumerate(self._steps) for box in reach(step))
        self._numbers = {id(step): at for at, step in enumerate(self._steps)}
        self._runs = _runs(self._steps)
        self._before = before
        self._ruling = Subjects(
            [one for tier in before for one in tier.policies if one.origin is not None and one.section(direction)]
        )
        self._closing = {
            id(one)
            for tier in before
            if tier.end is TierEnd.DENY
            for one in tier.policies
            if one.origin is not None and (section := one.section(direction)) is not None and section.isolates
        }

    def look(self) -> None:
        """Every rule of the tier, from the last to the first: among equals it is the later one that is told."""
        for one in reversed(written(self._steps[self._first :])):
            if self._meter.is_late:
                self._result.undecided += 1
                continue
            others = self._others(one)
            ruling = list(self._ruling.near(one.policy)) if self._closing else []
            closing = tuple(policy for policy in ruling if id(policy) in self._closing)
            if not others and not closing:
                continue
            shadow = self._shadow(one, others, closing)
            if shadow is not None:
                self._dead |= {self._numbers[id(step)] for step in one.steps}
                self._result.found.append(shadow)

    def _others(self, one: Written) -> list[Step]:
        """The rules that are asked before this one, or as its equals, and meet it."""
        mine = key_of(one.origin)
        last = max(self._numbers[id(step)] for step in one.steps)
        run = self._runs[last]
        near = {place for step in one.steps for box in reach(step) for place in self._places.near(box.subject)}
        found: list[Step] = []
        for at in sorted(near):
            other = self._steps[at]
            if at in self._dead or other.rule.origin is None or key_of(other.rule.origin) == mine:
                continue
            if at >= self._first:
                is_asked = at < last or self._runs[at] == run if self._ordered else other.policy is one.policy
                if not is_asked:
                    continue
            if any(self._meets.any(step, other) for step in one.steps):
                found.append(other)
        return found

    def _shadow(self, one: Written, others: list[Step], closing: tuple[Policy, ...]) -> Shadow | None:
        """What hides a rule; None if nothing does, or if that is not known."""
        earlier = [other for other in others if self._numbers[id(other)] < self._first]
        through = any(other.rule.action is Action.PASS for other in earlier)
        by = _by_sets(one, [other for other in others if other not in earlier] if through else others)
        if by is not None:
            return Shadow(rule=one, direction=self._direction, by=tuple(by))
        if not closing and not through and self._is_left(one, others):
            return None
        if any(_is_of_clusters(step.rule) for step in one.steps):
            return None  # the solver's flows stay in one cluster
        if len(others) > MOST_OTHERS:
            self._result.undecided += 1
            return None
        try:
            if closing or through:
                hidden = self._hidden(one, [other for other in others if other not in earlier], self._restricted(one))
                by = None if hidden is None else [*earlier, *hidden]
            else:
                by = self._hidden(one, others, PolicySet(tiers=()))
        except BudgetError:
            self._result.undecided += 1
            return None
        if by is None or not (by or closing):  # hidden by nothing, or no flow at all in one cluster: nobody's fault
            return None
        return Shadow(rule=one, direction=self._direction, by=tuple(by), closed_by=closing)

    def _hidden(self, one: Written, others: Sequence[Step], before: PolicySet) -> list[Step] | None:
        """The others that together take every flow of a rule, by the solver; None if some flow is left."""
        from npconv.linter.shadow.question import Asked, hidden_by  # noqa: PLC0415 - few rules take a formula

        asked = Asked(steps=one.steps, others=others, before=before, direction=self._direction)
        return hidden_by(asked, self._space, self._meter)

    def _restricted(self, one: Written) -> PolicySet:
        """The tiers before this one, with those policies only that may be for the same subjects."""
        near = {id(policy) for policy in self._ruling.near(one.policy)}
        tiers = (replace(tier, policies=tuple(p for p in tier.policies if id(p) in near)) for tier in self._before)
        return PolicySet(tiers=tuple(tier for tier in tiers if tier.policies))

    def _is_left(self, one: Written, others: Sequence[Step]) -> bool:
        """Whether a flow is certainly left: some box, less all others, leaves one that plainly holds a flow."""
        if any(other.boxes is None for other in others):
            return False
        outer = [box for other in others for box in other.boxes or ()]
        steps = STEPS
        for step in one.steps:
            for box in step.boxes or ():
                waiting = [(box, 0)]
                while waiting and steps > 0:
                    piece, at = waiting.pop()
                    following = next((n for n in range(at, len(outer)) if overlaps(piece, outer[n])), None)
                    if following is None:
                        if is_plain(piece, self._direction):
                            return True
                        continue
                    steps -= 1
                    waiting += [(part, following + 1) for part in subtract(piece, outer[following])]
        return False


def _is_of_clusters(rule: Rule) -> bool:
    return CLUSTER_NAME in leaves(rule.peer)


def _runs(steps: Sequence[Step]) -> list[int]:
    """A number for each rule: neighbours of one policy with one action have the same, for their order is nothing."""
    found: list[int] = []
    for at, step in enumerate(steps):
        before = steps[at - 1] if at else None
        same = before is not None and before.policy is step.policy and before.rule.action is step.rule.action
        found.append(found[-1] if same else at)
    return found


def _by_sets(one: Written, others: Sequence[Step]) -> list[Step] | None:
    """Single rules each of which holds a part of this one whole; None if that does not cover it."""
    found: list[Step] = []
    for step in one.steps:
        if step.boxes is None:
            return None
        for box in step.boxes:
            holder = next((each for each in (*found, *others) if _holds(each, box)), None)
            if holder is None:
                return None
            if holder not in found:
                found.append(holder)
    return found


def _holds(step: Step, box: Box) -> bool:
    return step.boxes is not None and any(contains(one, box) for one in step.boxes)
