"""Flows that are asked about: those that some policies deny, or those that they do not."""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.policy import Direction, PolicySet
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What of a flow space is asked about: the flows that `denying` lets pass, or if `inside`, those that it denies.

    It only denies, and leaves the rest alone: what it does not speak of passes.
    """

    denying: PolicySet
    inside: bool = False

    def has(self, flow: Flow) -> bool:
        """Whether a flow is asked about."""
        return verdict(self.denying, flow).allowed is not self.inside

    def is_empty(self, direction: Direction) -> bool:
        """Whether it is plain to see that no flow of a direction is asked about."""
        return self.inside and not self.speaks(direction)

    def speaks(self, direction: Direction) -> bool:
        """Whether something of a direction may be denied."""
        return any(one.section(direction) is not None for tier in self.denying.tiers for one in tier.policies)


EVERYWHERE: Final = Region(denying=PolicySet(tiers=()))
"""All flows."""
