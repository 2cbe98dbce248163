"""Two policy sets -> equal, or flows on which they differ, or what could not be decided. Never a silent pass.

For every group of subjects, either direction, and with or without a request, both sets become one literal
each over the same atoms; a search then looks for flows that one allows and the other denies. Every flow that
is found is decided again by `verdict`, which shares nothing with the encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from enum import Enum

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, PolicySet, Rule
from npconv.semantics.alike import Alike
from npconv.semantics.decode import decode
from npconv.semantics.flow import Flow
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.gates import FALSE, Gates
from npconv.semantics.groups import Asked, Batch, Task, batches, number
from npconv.semantics.judge import Judge
from npconv.semantics.mentions import Mentions
from npconv.semantics.policy_code import POLICY, RULE, Cause, PolicyCode
from npconv.semantics.settle import Clash
from npconv.semantics.shrink import shrink
from npconv.semantics.solver import Budget, BudgetError, Counters, Meter, Search
from npconv.semantics.space import Space
from npconv.semantics.titles import titled
from npconv.semantics.verdict import Verdict, verdict

CLASHES = 400
"""How many impossible combinations of texts are ruled out for one question before it is left unproven."""


TOGETHER = 400
"""How many policies of namespaces are in one formula at most: what is the same for all of these is said once."""

PATIENCE = 20_000
"""After how many conflicts namespaces that were asked about together are asked about one by one."""

OUT_OF_BUDGET = "the budget ran out"


class Change(Enum):
    """What became of a flow."""

    GAINED = "gained"
    """The new policies allow it, the old ones deny it."""
    LOST = "lost"
    """The old policies allow it, the new ones deny it."""


class Outcome(Enum):
    """What a comparison found."""

    EQUAL = "equal"
    """The same flows are allowed: proven for all flows of the space."""
    DIFFERENT = "different"
    INCONCLUSIVE = "inconclusive"
    """No difference was found, and it was not proven that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """A flow on which two policy sets differ, and what decided on either side."""

    flow: Flow
    old: Verdict
    new: Verdict

    @property
    def change(self) -> Change:
        """Whether the flow is gained or lost."""
        return Change.GAINED if self.new.allowed else Change.LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """A part of the flow space about which nothing is said."""

    subjects: str
    direction: Direction
    change: Change
    why: str

    def __str__(self) -> str:
        return f"{self.direction.value} flows {self.change.value} by {self.subjects}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What comparing two policy sets found."""

    counterexamples: tuple[Counterexample, ...]
    unproven: tuple[Unproven, ...]
    complete: bool
    """Every pair of deciding rules that makes a difference has its counterexample, or is among `unproven`."""
    counters: Counters = field(compare=False)

    @property
    def outcome(self) -> Outcome:
        """Equal, different or inconclusive."""
        if self.counterexamples:
            return Outcome.DIFFERENT
        return Outcome.INCONCLUSIVE if self.unproven or not self.complete else Outcome.EQUAL


class EncodingError(Exception):
    """The encoding and the verdicts contradict each other: a bug of ours."""


def compare(
    old: PolicySet,
    new: PolicySet,
    *,
    assumptions: Space | None = None,
    budget: Budget | None = None,
    changes: tuple[Change, ...] = tuple(Change),
) -> Comparison:
    """Compare what two policy sets allow, over every flow of the space. `changes`: what is looked for.

    Namespaces are first asked about several at a time: the formula is that of each of them, with one more choice, the
    subject's namespace. If it has no solution, none of theirs has one. If it has, or that takes too long, each is asked
    about by itself, so that what is found does not depend on which were asked about together.

    Raises EncodingError if a counterexample is not confirmed by the verdicts.
    """
    meter = Meter(budget or Budget())
    comparing = _Comparing(old, new, assumptions or Space(), meter, changes)
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
    )


class _Comparing:
    def __init__(self, old: PolicySet, new: PolicySet, space: Space, meter: Meter, changes: tuple[Change, ...]) -> None:
        self.old, self.new, self.space, self.meter, self.changes = Judge(old), Judge(new), space, meter, changes
        self.found: list[Counterexample] = []
        self.unproven: list[Unproven] = []
        self.complete = True
        self._alike = Alike(space)
        self._together = dict.fromkeys(Direction, 0)
        """How many more groups were proven together than were asked about so for nothing."""

    def opened(self, task: Task) -> tuple[Direction, ...]:
        """The directions in which it takes a formula to tell whether both sets say the same to a group."""
        if task.identical:
            self.meter.counters.identical += 1
            return ()
        if task.group.kind is not Kind.POD:
            return tuple(Direction)
        found = tuple(each for each in Direction if not self._alike.is_alike(task.old, task.new, each))
        self.meter.counters.alike += not found
        return found

    def left_of(self, batch: Batch) -> Iterator[Asked]:
        """The groups of a batch, without those directions in which they are proven equal together."""
        proven = {
            direction: self._is_equal(
                batch, [one.task for one in batch.asked if direction in one.directions], direction
            )
            for direction in Direction
        }
        for one in batch.asked:
            left = tuple(each for each in one.directions if not proven[each])
            self.meter.counters.together += bool(one.directions and not left)
            yield replace(one, directions=left)

    def _is_equal(self, batch: Batch, direction: Direction) -> bool:
        """Whether groups are proven to differ nowhere, all in one; False also where it is not worth the question."""
        tasks = [one.task for one in batch.asked if direction in one.directions]
        if len(tasks) < 2 or self._together[direction] < 0 or self.meter.is_late:
            return False
        joint = batch.together([task.namespace for task in tasks])
        proven = all(
            _Question(self, joint, direction, with_request=with_request).has_no_answer()
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
            for with_request in (False, True) if _asks_requests(task, direction) else (False,):
                question = _Question(self, task, direction, with_request=with_request)
                question.answer(known)

    def leave(self, task: Task, direction: Direction, change: Change, why: str) -> None:
        """Say that a part of the space was left unproven."""
        self.complete = False
        self.unproven.append(Unproven(subjects=str(task.group), direction=direction, change=change, why=why))


class _Question:
    """One formula: a group of subjects, a direction, with or without a request."""

    def __init__(self, comparing: _Comparing, task: Task, direction: Direction, *, with_request: bool) -> None:
        self._comparing = comparing
        self._task = task
        self._direction = direction
        self._gates = Gates()
        mentions = Mentions()
        for policies in (task.old, task.new):
            for tier in policies.tiers:
                mentions.add(tier.policies, direction)
        self._code = FlowCode(self._gates, comparing.space, mentions, task.group, direction, with_request=with_request)
        self._old = PolicyCode(self._code, task.old)
        self._new = PolicyCode(self._code, task.new)
        self._gaps: list[str] = []

    def answer(self, known: set[tuple[Cause, Cause]]) -> None:
        """Search for flows gained and lost; `known` are the causes that need no further counterexample."""
        questions = self._asked()
        if not questions:
            return
        try:
            self._comparing.meter.check()
        except BudgetError:
            for change in questions:
                self._leave(change, OUT_OF_BUDGET)
            return
        search = Search(self._gates, self._comparing.meter)
        try:
            search.require(self._code.clauses())
            search.require(self._blocked(cause) for cause in known)
            for change, literal in questions.items():
                self._search(search, change, literal, known)
        finally:
            search.close()

    def has_no_answer(self) -> bool:
        """Whether there is no flow to be found; False also where that is not known soon."""
        questions = self._asked()
        if not questions:
            return True
        search = Search(self._gates, self._comparing.meter)
        try:
            search.require(self._code.clauses())
            return search.model([self._gates.any_of(questions.values())], PATIENCE) is None
        except BudgetError:
            return False
        finally:
            search.close()

    def _asked(self) -> dict[Change, int]:
        """The literal of what is looked for, by change; nothing if both sides are equal by construction."""
        counters = self._comparing.meter.counters
        counters.questions += 1
        counters.atoms += self._gates.variables - self._gates.gates
        counters.gates += self._gates.gates
        old, new = self._old.allowed, self._new.allowed
        differing = {
            Change.GAINED: self._gates.all_of((new, -old)),
            Change.LOST: self._gates.all_of((old, -new)),
        }
        questions = {change: differing[change] for change in self._comparing.changes}
        if any(one != FALSE for one in questions.values()):
            return questions
        counters.by_structure += 1
        return {}

    def _search(self, search: Search, change: Change, literal: int, known: set[tuple[Cause, Cause]]) -> None:
        budget = self._comparing.meter.budget
        clashes = here = 0
        while True:
            try:
                model = search.model([literal])
            except BudgetError:
                self._leave(change, OUT_OF_BUDGET)
                return
            if model is None:
                for why in dict.fromkeys(self._gaps):
                    self._leave(change, f"undecided: {why}")
                return
            if here >= budget.per_question or len(self._comparing.found) >= budget.counterexamples:
                self._comparing.complete = False
                return
            flow = decode(self._code, self._plainest(search, literal, model))
            if isinstance(flow, Clash):
                clashes += 1
                if not flow.proven:
                    self._gaps.append(flow.why)
                if clashes > CLASHES:
                    self._leave(change, f"too many combinations: {flow.why}")
                    return
                search.require([flow.clause])
                continue
            found, cause = self._confirm(flow, change)
            if cause in known:
                raise EncodingError(f"found the cause {cause} again: {flow}")
            known.add(cause)
            self._comparing.found.append(found)
            here += 1
            search.require([self._blocked(cause)])

    def _plainest(self, search: Search, literal: int, model: frozenset[int]) -> frozenset[int]:
        """A model of as many of the things that are easy to read as there is one of, the most important first."""
        kept = [literal]
        for wanted in self._code.preferences():
            if not self._gates.value(wanted, model):
                try:
                    other = search.model([*kept, wanted])
                except BudgetError:
                    return model
                if other is None:
                    continue
                model = other
            kept.append(wanted)
        return model

    def _confirm(self, flow: Flow, change: Change) -> tuple[Counterexample, tuple[Cause, Cause]]:
        """Replay a flow with the verdicts, shrink it, and replay it with the whole sets."""
        comparing = self._comparing
        objections = comparing.space.objections(flow)
        if objections:
            raise EncodingError(f"not in the flow space: {'; '.join(objections)}: {flow}")
        allowed_by_new = change is Change.GAINED
        old, new = verdict(self._task.old, flow), verdict(self._task.new, flow)
        self._check(flow, old, expected=not allowed_by_new)
        self._check(flow, new, expected=allowed_by_new)
        cause = _cause(self._old.cause(old), self._new.cause(new))
        plain = shrink(flow, comparing.space, lambda simpler: self._has(simpler, cause))
        old, new = comparing.old.verdict(plain), comparing.new.verdict(plain)
        self._check(plain, old, expected=not allowed_by_new)
        self._check(plain, new, expected=allowed_by_new)
        comparing.meter.counters.replays += 1
        return Counterexample(flow=titled(plain, old, new), old=old, new=new), cause

    def _check(self, flow: Flow, found: Verdict, *, expected: bool) -> None:
        if found.allowed is not expected:
            raise EncodingError(f"encoded as {'allowed' if expected else 'denied'}, but {found.reason}: {flow}")

    def _has(self, flow: Flow, cause: tuple[Cause, Cause]) -> bool:
        """Whether a flow differs for the same cause."""
        old = self._old.cause(verdict(self._task.old, flow))
        if cause[0] not in (old, old[:1]):
            return False
        return _cause(old, self._new.cause(verdict(self._task.new, flow))) == cause

    def _blocked(self, cause: tuple[Cause, Cause]) -> tuple[int, int]:
        return (-self._old.decided(cause[0]), -self._new.decided(cause[1]))

    def _leave(self, change: Change, why: str) -> None:
        self._comparing.leave(self._task, self._direction, change, why)


def _cause(old: Cause, new: Cause) -> tuple[Cause, Cause]:
    """What decides on either side. Where a rule faces the end of a tier, it is one cause whoever isolates."""
    if len(old) == RULE and len(new) == POLICY:
        return old, new[:1]
    if len(new) == RULE and len(old) == POLICY:
        return old[:1], new
    return old, new


def _asks_requests(task: Task, direction: Direction) -> bool:
    return any(rule.request != ALWAYS for rule in _rules(task, direction))


def _rules(task: Task, direction: Direction) -> Iterator[Rule]:
    for policies in (task.old, task.new):
        for tier in policies.tiers:
            for policy in tier.policies:
                section = policy.section(direction)
                yield from section.rules if section else ()
