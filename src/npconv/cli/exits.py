"""What the exit codes mean (design, section 6). They are part of npconv's promise and never change their meaning."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    CHANGED = 1
    """Flows change, a policy was refused, or `--check` found a difference."""
    INVALID = 2
    """Bad usage, unreadable input, an invalid policy, or an output that could not be stored."""
    EMPTY = 3
    """No policy in the input."""
    BUG = 70
    """EX_SOFTWARE of sysexits.h: npconv contradicts itself."""
    INTERRUPTED = 130
    """128 + SIGINT, as shells have it."""


_WORST: Final = (Exit.BUG, Exit.INTERRUPTED, Exit.INVALID, Exit.CHANGED, Exit.EMPTY, Exit.DONE)


def worst(several: Iterable[Exit]) -> Exit:
    """The exit code of a run that did several things."""
    return min(several, key=_WORST.index, default=Exit.DONE)
