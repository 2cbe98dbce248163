"""A diagnostic -> how loud forms for machines say it, and which of two is worse."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect


class Level(IntEnum):
    """The three levels that every system has, worst first; what they call them differs."""

    ERROR = 0
    WARNING = 1
    NOTE = 2


_BY_SEVERITY: Final = {
    "error": Level.ERROR,
    "warning": Level.WARNING,
    "loss": Level.WARNING,
    "assumption": Level.NOTE,
    "note": Level.NOTE,
}
"""By the severity's word. A test keeps it total."""

_BY_EFFECT: Final = {
    Effect.WIDENS: Level.ERROR,
    Effect.SHIFTS: Level.ERROR,
    Effect.NARROWS: Level.WARNING,
    Effect.INERT: Level.NOTE,
}

_DANGER: Final = (Effect.WIDENS, Effect.SHIFTS, Effect.NARROWS)


def level(diagnostic: Diagnostic) -> Level:
    """How loud: an error where the input cannot be used or more is let through, a note where no flow changes."""
    if diagnostic.effect is not None:
        return _BY_EFFECT[diagnostic.effect]
    return _BY_SEVERITY[diagnostic.severity.value]


def badness(diagnostic: Diagnostic) -> tuple[int, int]:
    """A key that sorts the worst first: by level, then errors before losses, then by what a loss does."""
    danger = 1 + _DANGER.index(diagnostic.effect) if diagnostic.effect in _DANGER else len(_DANGER) + 1
    return level(diagnostic), 0 if diagnostic.is_error else danger
