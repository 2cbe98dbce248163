"""What became of a flow from one policy set to another."""

from __future__ import annotations

from enum import Enum


class Change(Enum):
    """What became of a flow."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    GAINED = "gained"
    """The new policies allow it, the old ones deny it."""
    LOST = "lost"
    """The old policies allow it, the new ones deny it."""
