"""IR tiers -> the two tiers of the policy API: which of them go to Admin and which to Baseline.

Admin's Pass leads to Baseline (by way of the NetworkPolicies), and Baseline's to nothing, which lets the flow through.
So tiers may stand together in one of the two as long as only the last of them passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from npconv.ir.condition import NEVER
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, Tier, TierEnd
from npconv.lowering.views import seen_as

BASELINE: Final = frozenset({"baseline", "kube-baseline", "baselineadminnetworkpolicy"})
"""What engines call the tier that became Baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The first `admin` tiers go to Admin, the rest to Baseline."""

    admin: int
    tiers: tuple[Tier, ...]

    def passes(self, index: int) -> Action:
        """What a Pass in a tier has to become."""
        last = len(self.tiers) - 1
        if index == last:
            # Nothing comes after: the flow is let through. Admin passes it on all the same.
            return Action.PASS if index < self.admin else Action.ALLOW
        return Action.PASS if index == self.admin - 1 else Action.DENY

    @property
    def is_exact(self) -> bool:
        """Whether every Pass has a tier to go to."""
        return all(self.passes(index) is not Action.DENY for index, tier in enumerate(self.tiers) if passes(tier))


def split(tiers: Sequence[Tier], own_node: int | None) -> Split:
    """Where to cut the tiers. `own_node` is the first that comes after the engine has let pods reach their own node.

    To cut there keeps that way open, as the policy API does before Baseline. Else a tier that is called so goes to
    Baseline if it leaves the own node alone, and everything to Admin, which nothing comes before.
    """
    listed = tuple(tiers)
    named = next((index for index, tier in enumerate(listed) if tier.name in BASELINE), None)
    wanted = [] if own_node is None else [own_node]
    if named is not None and not any(_denies_own_node(tier) for tier in listed[named:]):
        wanted.append(named)
    wanted += [len(listed), *range(len(listed) - 1, -1, -1)]
    options = [Split(admin=index, tiers=listed) for index in dict.fromkeys(wanted)]
    first = next((index for index, tier in enumerate(listed) if passes(tier)), len(listed) - 1)
    return next((one for one in options if one.is_exact), Split(admin=first + 1, tiers=listed))


def passes(tier: Tier) -> bool:
    """Whether a rule of the tier passes flows on."""
    return any(rule.action is Action.PASS for policy in tier.policies for one in policy.sections for rule in one.rules)


def lets_out(policy: Policy) -> bool:
    """Whether a policy lets pods reach their own node, and does nothing else on egress."""
    section = policy.section(Direction.EGRESS)
    return section is not None and any(
        rule.action is Action.ALLOW and seen_as(rule.peer, Kind.HOST) != NEVER for rule in section.rules
    )


def _denies_own_node(tier: Tier) -> bool:
    return any(
        (section.isolates and tier.end is TierEnd.DENY)
        or any(rule.action is Action.DENY and seen_as(rule.peer, Kind.HOST) != NEVER for rule in section.rules)
        for policy in tier.policies
        for section in policy.sections
        if section.direction is Direction.EGRESS
    )
