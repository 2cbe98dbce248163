"""Cilium's denies before its allows -> policies that deny first and then allow, one for each of the source.

Where rules have an order, a policy may do both, and people write it so. That is exact where no allow of another policy
comes before a deny for the same pods: policies with denies come first, and no two of them may select the same pods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from npconv.ir.condition import Condition
from npconv.ir.policy import Action, Policy, PolicyName, Section, Tier, TierEnd
from npconv.lowering.subjects import Subjects, View

DENIES: Final = "deny"
"""What the lift of Cilium calls the tier of its denies: no object of its own there, nor in a target where possible."""


def together(tiers: Sequence[Tier], on_pods: View, limit: int) -> tuple[Tier, ...]:
    """The tiers with denies joined to the allows of the same policies, where that is exact."""
    found: list[Tier] = []
    for tier in tiers:
        before = found[-1] if found else None
        joined = None if before is None else _joined(before, tier, on_pods, limit)
        if joined is None:
            found.append(tier)
        else:
            found[-1] = joined
    return tuple(found)


def _joined(denies: Tier, allows: Tier, on_pods: View, limit: int) -> Tier | None:
    if denies.name != DENIES or denies.end is not TierEnd.PASS or not _only(denies, Action.DENY):
        return None
    if not _only(allows, Action.ALLOW) or _any_meet([on_pods(one.subject) for one in denies.policies], limit):
        return None
    first: list[Policy] = []
    waiting: dict[tuple[PolicyName, Condition], list[Policy]] = {}
    for policy in allows.policies:
        waiting.setdefault((policy.name, policy.subject), []).append(policy)
    paired: set[int] = set()
    for deny in denies.policies:
        pairs = waiting.get((deny.name, deny.subject))
        if not pairs or not _isolates(pairs[0], deny, allows):
            return None
        pair = pairs.pop(0)
        paired.add(id(pair))
        of_denies_alone = (one for one in deny.sections if pair.section(one.direction) is None)
        sections = (*(_section(section, deny) for section in pair.sections), *of_denies_alone)
        first.append(replace(pair, sections=sections))
    rest = (one for one in allows.policies if id(one) not in paired)
    return replace(allows, policies=(*first, *rest))


def _any_meet(subjects: Sequence[Condition], limit: int) -> bool:
    """Whether two of these may have a pod in common."""
    before = Subjects(limit)
    for subject in subjects:
        if before.meet(subject):
            return True
        before.add(subject)
    return False


def _isolates(policy: Policy, deny: Policy, tier: Tier) -> bool:
    """Whether a policy isolates wherever its denies are, so that these isolate nothing more."""
    own = [policy.section(section.direction) for section in deny.sections]
    return tier.end is TierEnd.PASS or all(section is not None and section.isolates for section in own)


def _section(section: Section, deny: Policy) -> Section:
    denied = deny.section(section.direction)
    return section if denied is None else replace(section, rules=(*denied.rules, *section.rules))


def _only(tier: Tier, action: Action) -> bool:
    return all(
        rule.action in (action, Action.LOG)
        for policy in tier.policies
        for section in policy.sections
        for rule in section.rules
    )
