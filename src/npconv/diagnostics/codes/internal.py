"""Codes for when npconv contradicts itself: NPC900 to NPC999. Each is a bug to report."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

OUTPUT_INVALID = Code(
    "NPC900",
    Severity.ERROR,
    "npconv wrote what the target refuses",
    """
Every output is validated as the target engine would. This one was refused: a bug in npconv. Nothing is written.

**What to do.** Please report it with the policy; the message names the rule of the engine that it breaks.
""",
)

UNEXPECTED = Code(
    "NPC901",
    Severity.ERROR,
    "npconv failed",
    """
Something happened that npconv's authors thought impossible. Nothing is written.

**What to do.** Please report it with the policy and the message.
""",
)
