"""One formula: a group of subjects, a direction, with or without a request -> flows that differ, or a proof.

Both sets become one literal each over the same atoms; a search then looks for flows that one allows and the other
denies. Every flow that is found is decided again by `verdict`, which shares nothing with the encoding.
"""

from __future__ import annotations

from collections.abc import Sequence

from npconv.ir.policy import Direction
from npconv.semantics.budget import BudgetError
from npconv.semantics.change import Change
from npconv.semantics.decode import decode
from npconv.semantics.flow import Flow
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.found import Counterexample, EncodingError, Finding
from npconv.semantics.gates import FALSE, Gates
from npconv.semantics.groups import Task
from npconv.semantics.mentions import Mentions
from npconv.semantics.policy_code import POLICY, RULE, Cause, PolicyCode
from npconv.semantics.region import Region
from npconv.semantics.settle import Clash
from npconv.semantics.shrink import shrink
from npconv.semantics.solver import Search
from npconv.semantics.titles import titled
from npconv.semantics.verdict import Verdict, verdict

CLASHES = 400
"""How many impossible combinations of texts are ruled out for one question before it is left unproven."""

PATIENCE = 20_000
"""After how many conflicts namespaces that were asked about together are asked about one by one."""


class Question:
    """One formula: a group of subjects, a direction, with or without a request."""

    def __init__(
        self, finding: Finding, task: Task, direction: Direction, changes: Sequence[Change], *, with_request: bool
    ) -> None:
        self._finding = finding
        self._task = task
        self._direction = direction
        self._gates = Gates()
        mentions = Mentions()
        for policies in (task.old, task.new, *(task.asked[change].denying for change in changes)):
            for tier in policies.tiers:
                mentions.add(tier.policies, direction)
        self._code = FlowCode(self._gates, finding.space, mentions, task.group, direction, with_request=with_request)
        self._old = PolicyCode(self._code, task.old)
        self._new = PolicyCode(self._code, task.new)
        self._asked = {change: self._region(task.asked[change]) for change in changes}
        self._gaps: list[str] = []

    def answer(self, known: set[tuple[Cause, Cause]]) -> None:
        """Search for flows gained and lost; `known` are the causes that need no further counterexample."""
        questions = self._questions()
        if not questions:
            return
        try:
            self._finding.meter.check()
            search = Search(self._gates, self._finding.meter)
        except BudgetError as error:
            for change in questions:
                self._leave(change, str(error))
            return
        try:
            search.require(self._code.clauses())
            search.require(self._blocked(cause) for cause in known)
            for change, literal in questions.items():
                self._search(search, change, literal, known)
        finally:
            search.close()

    def has_no_answer(self) -> bool:
        """Whether there is no flow to be found; False also where that is not known soon."""
        questions = self._questions()
        if not questions:
            return True
        try:
            search = Search(self._gates, self._finding.meter)
        except BudgetError:
            return False
        try:
            search.require(self._code.clauses())
            return search.model([self._gates.any_of(questions.values())], PATIENCE) is None
        except BudgetError:
            return False
        finally:
            search.close()

    def _region(self, region: Region) -> int:
        """The literal for "the flow is asked about"."""
        passing = PolicyCode(self._code, region.denying).allowed
        return -passing if region.inside else passing

    def _questions(self) -> dict[Change, int]:
        """The literal of what is looked for, by change; nothing if both sides are equal by construction."""
        counters = self._finding.meter.counters
        counters.questions += 1
        counters.atoms += self._gates.variables - self._gates.gates
        counters.gates += self._gates.gates
        old, new = self._old.allowed, self._new.allowed
        questions = {
            change: self._gates.all_of((asked, new, -old) if change is Change.GAINED else (asked, old, -new))
            for change, asked in self._asked.items()
        }
        if any(one != FALSE for one in questions.values()):
            return questions
        counters.by_structure += 1
        return {}

    def _search(self, search: Search, change: Change, literal: int, known: set[tuple[Cause, Cause]]) -> None:
        budget = self._finding.meter.budget
        clashes = here = 0
        while True:
            try:
                model = search.model([literal])
            except BudgetError as error:
                self._leave(change, str(error))
                return
            if model is None:
                for why in dict.fromkeys(self._gaps):
                    self._leave(change, f"undecided: {why}")
                return
            if here >= budget.per_question or len(self._finding.found) >= budget.counterexamples:
                self._finding.complete = False
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
            self._finding.found.append(found)
            here += 1
            search.require([self._blocked(cause)])

    def _plainest(self, search: Search, literal: int, model: frozenset[int]) -> frozenset[int]:
        """A model of as many of the things that are easy to read as there is one of, the most important first."""
        if not self._finding.readable:
            return model
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
        finding = self._finding
        objections = finding.space.objections(flow)
        if objections:
            raise EncodingError(f"not in the flow space: {'; '.join(objections)}: {flow}")
        region = self._task.asked[change]
        if not region.has(flow):
            raise EncodingError(f"not asked about: {flow}")
        allowed_by_new = change is Change.GAINED
        old, new = verdict(self._task.old, flow), verdict(self._task.new, flow)
        self._check(flow, old, expected=not allowed_by_new)
        self._check(flow, new, expected=allowed_by_new)
        cause = _cause(self._old.cause(old), self._new.cause(new))
        plain = shrink(flow, finding.space, lambda one: self._has(one, cause, region)) if finding.readable else flow
        old, new = finding.old.verdict(plain), finding.new.verdict(plain)
        self._check(plain, old, expected=not allowed_by_new)
        self._check(plain, new, expected=allowed_by_new)
        finding.meter.counters.replays += 1
        return Counterexample(flow=titled(plain, old, new), old=old, new=new), cause

    def _check(self, flow: Flow, found: Verdict, *, expected: bool) -> None:
        if found.allowed is not expected:
            raise EncodingError(f"encoded as {'allowed' if expected else 'denied'}, but {found.reason}: {flow}")

    def _has(self, flow: Flow, cause: tuple[Cause, Cause], region: Region) -> bool:
        """Whether a flow is asked about, too, and differs for the same cause."""
        old = self._old.cause(verdict(self._task.old, flow))
        if cause[0] not in (old, old[:1]):
            return False
        return _cause(old, self._new.cause(verdict(self._task.new, flow))) == cause and region.has(flow)

    def _blocked(self, cause: tuple[Cause, Cause]) -> tuple[int, int]:
        return (-self._old.decided(cause[0]), -self._new.decided(cause[1]))

    def _leave(self, change: Change, why: str) -> None:
        self._finding.leave(self._task, self._direction, change, why)


def _cause(old: Cause, new: Cause) -> tuple[Cause, Cause]:
    """What decides on either side. Where a rule faces the end of a tier, it is one cause whoever isolates."""
    if len(old) == RULE and len(new) == POLICY:
        return old, new[:1]
    if len(new) == RULE and len(old) == POLICY:
        return old[:1], new
    return old, new
