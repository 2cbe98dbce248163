"""Two policy sets -> equal, or flows on which they differ, or what could not be decided. Never a silent pass.

For every group of subjects, either direction, and with or without a request, both sets become one literal
each over the same atoms; a search then looks for flows that one allows and the other denies. Every flow that
is found is decided again by `verdict`, which shares nothing with the encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, PolicySet, Rule
from npconv.semantics.alike import Alike
from npconv.semantics.found import Change, Comparison, Counterexample, EncodingError, Finding, Outcome, Unproven
from npconv.semantics.groups import Asked, Batch, Task, batches, number
from npconv.semantics.policy_code import Cause
from npconv.semantics.question import OUT_OF_BUDGET, Question
from npconv.semantics.solver import Budget, Meter
from npconv.semantics.space import Space

__all__ = ["Change", "Comparison", "Counterexample", "EncodingError", "Outcome", "Unproven", "compare"]

TOGETHER = 400
"""How many policies of namespaces are in one formula at most: what is the same for all of these is said once."""


def compare(
    old: PolicySet,
    new: PolicySet,
    *,
    assumptions: Space | None = None,
    budget: Budget | None = None,
    changes: tuple[Change, ...] = tuple(Change),
    within: Comparison | None = None,
    readable: bool = True,
) -> Comparison:
    """Compare what two policy sets allow, over every flow of the space. `changes`: what is looked for.

    `within` compared two sets from which these differ only by denying certain flows on both sides: where it found no
    difference there is none. Flows that nobody reads need not be `readable`: what is in them for nothing is left in.

    Namespaces are first asked about several at a time: the formula is that of each of them, with one more choice, the
    subject's namespace. If it has no solution, none of theirs has one. If it has, or that takes too long, each is asked
    about by itself, so that what is found does not depend on which were asked about together.

    Raises EncodingError if a counterexample is not confirmed by the verdicts.
    """
    meter = Meter(budget or Budget())
    comparing = _Comparing(old, new, assumptions or Space(), meter)
    comparing.changes, comparing.readable = changes, readable
    comparing.equal |= within.equal if within is not None else frozenset()
    watch, total = meter.budget.watch, 0
    if watch is not None:
        total = number(old, new, comparing.space)
    for batch in batches(old, new, comparing.space, TOGETHER, comparing.opened):
        if watch is not None:
            watch(meter.counters.groups, total)
        for asked in comparing.left_of(batch):
            comparing.compare(asked)
            if watch is not None:
                watch(meter.counters.groups, total)
    return Comparison(
        counterexamples=tuple(comparing.found),
        unproven=tuple(comparing.unproven),
        complete=comparing.complete,
        counters=meter.counters,
        equal=frozenset(comparing.equal),
    )


class _Comparing(Finding):
    def __init__(self, old: PolicySet, new: PolicySet, space: Space, meter: Meter) -> None:
        super().__init__(old, new, space, meter)
        self._alike = Alike(space)
        self._together = dict.fromkeys(Direction, 0)
        """How many more groups were proven together than were asked about so for nothing."""

    def opened(self, task: Task) -> tuple[Direction, ...]:
        """The directions in which it takes a formula to tell whether both sets say the same to a group."""
        found: tuple[Direction, ...] = ()
        if task.identical:
            self.meter.counters.identical += 1
        elif task.group.kind is not Kind.POD:
            return tuple(Direction)
        else:
            found = tuple(each for each in Direction if not self._is_alike(task, each))
            self.meter.counters.alike += not found
        if task.namespace:
            self.equal.update((task.namespace, each) for each in Direction if each not in found)
        return found

    def _is_alike(self, task: Task, direction: Direction) -> bool:
        known = task.namespace != "" and (task.namespace, direction) in self.equal
        return known or self._alike.is_alike(task.old, task.new, direction)

    def left_of(self, batch: Batch) -> Iterator[Asked]:
        """The groups of a batch, without those directions in which they are proven equal together."""
        proven = {direction: self._is_equal(batch, direction) for direction in Direction}
        for one in batch.asked:
            left = tuple(each for each in one.directions if not proven[each])
            self.equal.update((one.task.namespace, each) for each in one.directions if proven[each])
            self.meter.counters.together += bool(one.directions and not left)
            yield replace(one, directions=left)

    def _is_equal(self, batch: Batch, direction: Direction) -> bool:
        """Whether groups are proven to differ nowhere, all in one; False also where it is not worth the question."""
        tasks = [one.task for one in batch.asked if direction in one.directions]
        if len(tasks) < 2 or self._together[direction] < 0 or self.meter.is_late:
            return False
        joint = batch.together([task.namespace for task in tasks])
        proven = all(
            Question(self, joint, direction, with_request=with_request).has_no_answer()
            for with_request in ((False, True) if _asks_requests(joint, direction) else (False,))
        )
        self._together[direction] += len(tasks) if proven else -len(tasks)
        return proven

    def compare(self, asked: Asked) -> None:
        """Look for differences in each direction that is left."""
        self.meter.counters.groups += 1
        task = asked.task
        if asked.directions and self.meter.is_late:
            for direction in asked.directions:
                for change in self.changes:
                    self.leave(task, direction, change, OUT_OF_BUDGET)
            return
        for direction in asked.directions:
            known: set[tuple[Cause, Cause]] = set()
            none = True
            for with_request in (False, True) if _asks_requests(task, direction) else (False,):
                question = Question(self, task, direction, with_request=with_request)
                none &= question.answer(known)
            if none and task.namespace:
                self.equal.add((task.namespace, direction))


def _asks_requests(task: Task, direction: Direction) -> bool:
    return any(rule.request != ALWAYS for rule in _rules(task, direction))


def _rules(task: Task, direction: Direction) -> Iterator[Rule]:
    for policies in (task.old, task.new):
        for tier in policies.tiers:
            for policy in tier.policies:
                section = policy.section(direction)
                yield from section.rules if section else ()
