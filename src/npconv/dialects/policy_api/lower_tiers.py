"""IR tiers -> the two tiers of the policy API: which of them go to Admin and which to Baseline.

Admin's Pass leads to Baseline (by way of the NetworkPolicies), and Baseline's to nothing, which lets the flow through.
So tiers may stand together in one of the two as long as only the last of them passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.policy import Action, Tier

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


def split(tiers: Sequence[Tier]) -> Split:
    """Where to cut the tiers: a tier that is called so goes to Baseline, everything else to Admin.

    Nothing comes before Admin. Where a Pass has to lead on, the cut is there.
    """
    listed = tuple(tiers)
    named = next((index for index, tier in enumerate(listed) if tier.name in BASELINE), len(listed))
    wanted = [named, len(listed), *range(len(listed) - 1, -1, -1)]
    options = [Split(admin=index, tiers=listed) for index in dict.fromkeys(wanted)]
    first = next((index for index, tier in enumerate(listed) if passes(tier)), len(listed) - 1)
    return next((one for one in options if one.is_exact), Split(admin=first + 1, tiers=listed))


def passes(tier: Tier) -> bool:
    """Whether a rule of the tier passes flows on."""
    return any(rule.action is Action.PASS for policy in tier.policies for one in policy.sections for rule in one.rules)
