"""(PolicySet, Flow) -> every tier, policy and rule that was asked, and why the rules that did not match did not.

The verdict itself is `verdict`'s; this only tells how it comes about.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from npconv.dataclass import dataclass
from npconv.ir.condition import Both, Condition
from npconv.ir.policy import Action, Policy, PolicySet, Rule, Tier, TierEnd
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict, meets, verdict


class Part(Enum):
    """Which part of a rule asks for something."""

    TRAFFIC = "traffic"
    PEER = "peer"
    SUBJECT = "subject"
    REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A condition of a rule that does not hold."""

    part: Part
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStep:
    """A rule that was asked. It matches if it has no mismatch."""

    rule: Rule
    mismatches: tuple[Mismatch, ...]

    @property
    def matches(self) -> bool:
        """Whether the rule applies to the flow."""
        return not self.mismatches


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """A policy that selects the subject, with the rules that were asked: up to the one that decided."""

    policy: Policy
    isolates: bool
    rules: tuple[RuleStep, ...]


class TierOutcome(Enum):
    """How a tier ended."""

    DECIDED = "decided"
    """A rule allowed or denied the flow."""
    ENDED = "denied at its end"
    PASSED = "passed by a rule"
    NEXT = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStep:
    """A tier that was asked. `others` counts its policies that do not select the subject in this direction."""

    name: str
    policies: tuple[PolicyStep, ...]
    others: int
    outcome: TierOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What was asked, in order, and what came of it."""

    flow: Flow
    tiers: tuple[TierStep, ...]
    verdict: Verdict


def trace(policies: PolicySet, flow: Flow) -> Trace:
    """Follow a flow through a policy set."""
    steps: list[TierStep] = []
    for tier in policies.tiers:
        step = _tier(tier, flow)
        steps.append(step)
        if step.outcome in (TierOutcome.DECIDED, TierOutcome.ENDED):
            break
    return Trace(flow=flow, tiers=tuple(steps), verdict=verdict(policies, flow))


def _tier(tier: Tier, flow: Flow) -> TierStep:
    asked: list[PolicyStep] = []
    others = 0
    outcome = TierOutcome.NEXT
    for policy in tier.policies:
        section = policy.section(flow.direction)
        if section is None or not meets(policy.subject, flow, flow.subject):
            others += 1
            continue
        rules: list[RuleStep] = []
        for rule in section.rules:
            rules.append(RuleStep(rule=rule, mismatches=tuple(_mismatches(rule, flow))))
            if rules[-1].matches and rule.action is not Action.LOG:
                outcome = TierOutcome.PASSED if rule.action is Action.PASS else TierOutcome.DECIDED
                break
        asked.append(PolicyStep(policy=policy, isolates=section.isolates, rules=tuple(rules)))
        if outcome is not TierOutcome.NEXT:
            break
    if outcome is TierOutcome.NEXT and tier.end is TierEnd.DENY and any(one.isolates for one in asked):
        outcome = TierOutcome.ENDED
    return TierStep(name=tier.name, policies=tuple(asked), others=others, outcome=outcome)


def _mismatches(rule: Rule, flow: Flow) -> Iterator[Mismatch]:
    parts = [
        (Part.PEER, rule.peer, flow.peer),
        (Part.SUBJECT, rule.subject, flow.subject),
        (Part.TRAFFIC, rule.traffic, flow.peer),
    ]
    if flow.request is not None:
        parts.append((Part.REQUEST, rule.request, flow.peer))
    for part, condition, endpoint in parts:
        for failing in _failing(condition, flow, endpoint):
            yield Mismatch(part=part, condition=failing)


def _failing(condition: Condition, flow: Flow, endpoint: Endpoint) -> Iterator[Condition]:
    """The smallest conditions, all of them needed, that do not hold."""
    if meets(condition, flow, endpoint):
        return
    if isinstance(condition, Both):
        for part in condition.parts:
            yield from _failing(part, flow, endpoint)
    else:
        yield condition
