"""The end of a tier: for whom it has anything to deny, and who lets something through behind a policy."""

from __future__ import annotations

from npconv.dialects.policy_api.lower_policy import Shop
from npconv.ir.condition import ALWAYS, Condition
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Rule, Tier
from npconv.lowering.subjects import Subjects
from npconv.lowering.views import seen_as


class Ends:
    """What a tier's policies leave to its end, in one direction."""

    def __init__(self, tier: Tier, direction: Direction, shop: Shop) -> None:
        self._mine = [seen_as(one.subject, Kind.POD, shop.cluster) for one in tier.policies]
        self._deciding, self._opening = Subjects(shop.pieces), Subjects(shop.pieces)
        self._opened_before: list[int] = []
        """How many policies up to each one let anything through."""
        opened = 0
        for policy, subject in zip(tier.policies, self._mine, strict=True):
            section = policy.section(direction)
            rules = () if section is None else section.rules
            if any(_is_for_all(rule) for rule in rules):
                self._deciding.add(subject)
            if any(rule.action is not Action.DENY for rule in rules):
                self._opening.add(subject)
                opened += 1
            self._opened_before.append(opened)

    def decided(self, index: int) -> bool:
        """Whether rules for everything leave the end of the tier nothing to deny for the pods of a policy."""
        return self._deciding.cover(self._mine[index])

    def opened(self, index: int) -> bool:
        """Whether a later policy of the tier allows (or passes) anything for the same pods."""
        return self._opening.meet(self._mine[index], behind=self._opened_before[index] - 1)


def _is_for_all(rule: Rule) -> bool:
    parts: tuple[Condition, ...] = (rule.subject, rule.peer, rule.traffic, rule.request)
    return rule.action is not Action.LOG and all(part == ALWAYS for part in parts)
