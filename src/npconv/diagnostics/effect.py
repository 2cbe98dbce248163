"""What a loss does to the flows that pass."""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    """How the flows that the output allows differ from those that the source allows (design, section 5)."""

    INERT = "inert"
    """No flow changes."""
    NARROWS = "narrows"
    """Flows that passed no longer do."""
    WIDENS = "widens"
    """Flows that did not pass now do."""
    SHIFTS = "shifts"
    """Both."""

    @property
    def changes_flows(self) -> bool:
        """Whether any flow differs at all."""
        return self is not Effect.INERT

    @property
    def opens(self) -> bool:
        """Whether the output lets anything through that the source does not."""
        return self in (Effect.WIDENS, Effect.SHIFTS)

    def __or__(self, other: Effect) -> Effect:
        """The effect of two losses together."""
        if self is other or other is Effect.INERT:
            return self
        return other if self is Effect.INERT else Effect.SHIFTS
