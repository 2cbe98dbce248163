"""Two policy sets -> equal, or flows on which they differ, or what could not be decided. Never a silent pass.

For every group of subjects, either direction, and with or without a request, both sets become one literal
each over the same atoms; a search then looks for flows that one allows and the other denies. Every flow that
is found is decided again by `verdict`, which shares nothing with the encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, PolicySet, Rule
from npconv.semantics.alike import Alike
from npconv.semantics.budget import OUT_OF_BUDGET, Budget, Counters, Meter
from npconv.semantics.change import Change
from npconv.semantics.found import Comparison, Counterexample, EncodingError, Finding, Outcome, Unproven
from npconv.semantics.groups import Asked, Batch, Pair, Task
from npconv.semantics.judge import Judge
from npconv.semantics.region import EVERYWHERE, Region
from npconv.semantics.space import Space

if TYPE_CHECKING:
    from npconv.semantics.policy_code import Cause
    from npconv.semantics.question import Question

__all__ = [
    "EVERYTHING",
    "EVERYWHERE",
    "Change",
    "Comparer",
    "Comparison",
    "Counterexample",
    "EncodingError",
    "Outcome",
    "Region",
    "Unproven",
    "compare",
]

TOGETHER = 400
"""How many policies of namespaces are in one formula at most: what is the same for all of these is said once."""


EVERYTHING: Final = MappingProxyType(dict.fromkeys(Change, EVERYWHERE))
"""What is asked, if nothing is said: any flow gained or lost."""


def compare(
    old: PolicySet,
    new: PolicySet,
    *,
    assumptions: Space | None = None,
    budget: Budget | None = None,
    asked: Mapping[Change, Region] = EVERYTHING,
) -> Comparison:
    """Compare what two policy sets allow, over every flow of the space. `asked`: what is looked for, and where.

    Raises EncodingError if a counterexample is not confirmed by the verdicts.
    """
    return Comparer(old, new, assumptions or Space()).compare(budget=budget, asked=asked)


class Comparer:
    """Two policy sets, of which several things are asked: what both say is put in order once."""

    def __init__(self, old: PolicySet, new: PolicySet, space: Space) -> None:
        self.space = space
        self._pair = Pair(old, new)
        self._alike = Alike(space)
        self.judges = (Judge(old), Judge(new))

    def compare(
        self,
        *,
        budget: Budget | None = None,
        asked: Mapping[Change, Region] = EVERYTHING,
        readable: bool = True,
    ) -> Comparison:
        """Look for flows gained and lost among those that are asked about.

        Flows that nobody reads need not be `readable`: what is in them for nothing is left in.

        Namespaces are first asked about several at a time: the formula is that of each of them, with one more choice,
        the subject's namespace. If it has no solution, none of theirs has one. If it has, or that takes too long, each
        is asked about by itself, so that what is found does not depend on which were asked about together.

        Raises EncodingError if a counterexample is not confirmed by the verdicts.
        """
        meter = Meter(budget or Budget())
        comparing = _Comparing(self, self.space, meter, readable=readable)
        watch, total = meter.budget.watch, self._pair.number(self.space)
        if watch is not None:
            watch(0, total)
        for batch in self._pair.batches(self.space, asked, TOGETHER, partial(self._left, meter.counters)):
            if watch is not None:
                watch(meter.counters.groups, total)
            for one in comparing.left_of(batch):
                comparing.compare(one)
                if watch is not None:
                    watch(meter.counters.groups, total)
        return Comparison(
            counterexamples=tuple(comparing.found),
            unproven=tuple(comparing.unproven),
            complete=comparing.complete,
            counters=meter.counters,
        )

    def _left(self, counters: Counters, task: Task) -> dict[Direction, tuple[Change, ...]]:
        """The changes of which it takes a formula to tell whether there are any."""
        if task.identical:
            counters.identical += 1
            return {}
        found = {direction: self._open(task, direction) for direction in Direction}
        counters.alike += not any(found.values())
        return {direction: changes for direction, changes in found.items() if changes}

    def _open(self, task: Task, direction: Direction) -> tuple[Change, ...]:
        asked = {change: region for change, region in task.asked.items() if not region.is_empty(direction)}
        if not asked or task.group.kind is not Kind.POD:
            return tuple(asked)
        return self._alike.left(task.old, task.new, direction, asked)


class _Comparing(Finding):
    def __init__(self, comparer: Comparer, space: Space, meter: Meter, *, readable: bool) -> None:
        super().__init__(comparer.judges, space, meter, readable=readable)
        self._together = dict.fromkeys(Direction, 0)
        """How many more groups were proven together than were asked about so for nothing."""

    @property
    def is_full(self) -> bool:
        """Whether no further flow would be reported, nor anything else be said of what is left."""
        return not self.complete and len(self.found) >= self.meter.budget.counterexamples

    def left_of(self, batch: Batch) -> Iterator[Asked]:
        """The groups of a batch, without those directions in which they are proven equal together."""
        proven = {direction: self._is_equal(batch, direction) for direction in Direction}
        for one in batch.asked:
            left = {direction: changes for direction, changes in one.left.items() if not proven[direction]}
            self.meter.counters.together += bool(one.left and not left)
            yield replace(one, left=left)

    def _is_equal(self, batch: Batch, direction: Direction) -> bool:
        """Whether groups are proven to differ nowhere, all in one; False also where it is not worth the question."""
        several = [one for one in batch.asked if direction in one.left]
        if len(several) < 2 or self._together[direction] < 0 or self.meter.is_late or self.is_full:
            return False
        joint = batch.together([one.task.namespace for one in several])
        changes = tuple(change for change in Change if any(change in one.left[direction] for one in several))
        proven = all(
            self._question(joint, direction, changes, with_request=with_request).has_no_answer()
            for with_request in ((False, True) if _asks_requests(joint, direction) else (False,))
        )
        self._together[direction] += len(several) if proven else -len(several)
        return proven

    def compare(self, asked: Asked) -> None:
        """Look for differences in each direction that is left."""
        self.meter.counters.groups += 1
        if self.is_full:
            return
        task = asked.task
        if asked.left and self.meter.is_late:
            for direction, changes in asked.left.items():
                for change in changes:
                    self.leave(task, direction, change, OUT_OF_BUDGET)
            return
        for direction, changes in asked.left.items():
            known: set[tuple[Cause, Cause]] = set()
            for with_request in (False, True) if _asks_requests(task, direction) else (False,):
                self._question(task, direction, changes, with_request=with_request).answer(known)

    def _question(
        self, task: Task, direction: Direction, changes: tuple[Change, ...], *, with_request: bool
    ) -> Question:
        from npconv.semantics.question import Question  # noqa: PLC0415 - most proofs take no formula

        return Question(self, task, direction, changes, with_request=with_request)


def _asks_requests(task: Task, direction: Direction) -> bool:
    return any(rule.request != ALWAYS for rule in _rules(task, direction))


def _rules(task: Task, direction: Direction) -> Iterator[Rule]:
    for policies in (task.old, task.new, *(region.denying for region in task.asked.values())):
        for tier in policies.tiers:
            for policy in tier.policies:
                section = policy.section(direction)
                yield from section.rules if section else ()
