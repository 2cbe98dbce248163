"""A policy set as one literal, "it allows the flow", and a literal for each reason why."""

from __future__ import annotations

from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Action, Policy, PolicySet, Rule, Tier, TierEnd
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.gates import FALSE, TRUE
from npconv.semantics.verdict import Verdict

Cause: TypeAlias = tuple[int, ...]
"""What decided: (tier, policy, rule); (tier, policy) for a tier's end, by who isolates first, or (tier,) for
whoever isolates; () for the engine's default."""

RULE = 3
"""The length of a cause that is a rule."""
POLICY = 2
"""The length of a cause that is a tier's end, with the policy that isolates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule: where it applies (its policy's subject included) and what it does."""

    where: int
    action: Action
    policy: int
    rule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCode:
    """One tier: the rules that can apply in order, and where each policy isolates the subject."""

    steps: tuple[Step, ...]
    isolating: tuple[tuple[int, int], ...]
    """(where, policy)."""
    end: TierEnd


class PolicyCode:
    """A policy set over the literals of a flow."""

    def __init__(self, flow: FlowCode, policies: PolicySet) -> None:
        self._gates = flow.gates
        self._direction = flow.direction
        self._policies = policies
        self._tiers = [self._tier(flow, tier) for tier in policies.tiers]
        self.allowed = TRUE
        for tier in reversed(self._tiers):
            self.allowed = self._outcome(tier, self.allowed)

    def cause(self, verdict: Verdict) -> Cause:
        """Where in the set a verdict was reached."""
        for at, tier in enumerate(self._policies.tiers):
            if tier.name != verdict.tier or verdict.policy is None:
                continue
            found = self._place(tier, verdict.policy, verdict.rule)
            if found is not None:
                return (at, *found)
        return ()

    def decided(self, cause: Cause) -> int:
        """The literal for "this is what decides the flow"."""
        gates = self._gates
        tiers = self._tiers[: cause[0]] if cause else self._tiers
        reached = gates.all_of(self._undecided(tier) for tier in tiers)
        match cause:
            case (at, policy, rule):
                earlier: list[int] = []
                for step in self._tiers[at].steps:
                    if (step.policy, step.rule) == (policy, rule):
                        return gates.all_of((reached, step.where, *earlier))
                    earlier.append(-step.where)
                return FALSE
            case (at, policy):
                rest = [reached, *(-step.where for step in self._tiers[at].steps)]
                for where, one in self._tiers[at].isolating:
                    if one == policy:
                        return gates.all_of((where, *rest))
                    rest.append(-where)
                return FALSE
            case (at,):
                tier = self._tiers[at]
                return gates.all_of((reached, self._isolated(tier), *(-step.where for step in tier.steps)))
            case _:
                return reached

    def _tier(self, flow: FlowCode, tier: Tier) -> TierCode:
        steps: list[Step] = []
        isolating: list[tuple[int, int]] = []
        for at, policy in enumerate(tier.policies):
            section = policy.section(flow.direction)
            if section is None:
                continue
            subject = flow.parts(policy.subject, flow.subject)
            if FALSE in subject:
                continue
            if section.isolates:
                isolating.append((self._gates.all_of(subject), at))
            for number, rule in enumerate(section.rules):
                if rule.action is Action.LOG:
                    continue
                where = self._gates.all_of([*subject, *_rule(flow, rule)])
                if where != FALSE:
                    steps.append(Step(where=where, action=rule.action, policy=at, rule=number))
        return TierCode(steps=tuple(steps), isolating=tuple(isolating), end=tier.end)

    def _isolated(self, tier: TierCode) -> int:
        if tier.end is TierEnd.PASS:
            return FALSE
        return self._gates.any_of(where for where, _ in tier.isolating)

    def _outcome(self, tier: TierCode, following: int) -> int:
        """What the tier and those after it allow, given what those after it allow."""
        gates = self._gates
        allowed = gates.all_of((-self._isolated(tier), following))
        for action, wheres in _runs(tier):
            somewhere = gates.any_of(wheres)
            match action:
                case Action.ALLOW:
                    allowed = gates.any_of((*wheres, allowed))
                case Action.DENY:
                    allowed = gates.all_of((*(-where for where in wheres), allowed))
                case _:
                    allowed = gates.choose(somewhere, following, allowed)
        return allowed

    def _undecided(self, tier: TierCode) -> int:
        """Where the tier leaves the flow to the next."""
        gates = self._gates
        passing = -self._isolated(tier)
        for action, wheres in _runs(tier):
            if action is Action.PASS:
                passing = gates.any_of((*wheres, passing))
            else:
                passing = gates.all_of((*(-where for where in wheres), passing))
        return passing

    def _place(self, tier: Tier, policy: Policy, rule: Rule | None) -> Cause | None:
        for at, one in enumerate(tier.policies):
            if one is not policy:
                continue
            if rule is None:
                return (at,)
            section = one.section(self._direction)
            for number, each in enumerate(section.rules if section else ()):
                if each is rule:
                    return (at, number)
        return None


def _rule(flow: FlowCode, rule: Rule) -> list[int]:
    found = flow.parts(rule.subject, flow.subject) if rule.subject is not ALWAYS else []
    for condition in (rule.peer, rule.traffic, rule.request) if flow.with_request else (rule.peer, rule.traffic):
        if condition is not ALWAYS:
            found += flow.parts(condition, flow.peer)
    return found


def _runs(tier: TierCode) -> list[tuple[Action, list[int]]]:
    """The tier's rules from the last to the first, neighbours with the same action together."""
    found: list[tuple[Action, list[int]]] = []
    for step in reversed(tier.steps):
        if found and found[-1][0] is step.action:
            found[-1][1].append(step.where)
        else:
            found.append((step.action, [step.where]))
    return found
