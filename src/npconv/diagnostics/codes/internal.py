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

UNOWNED = Code(
    "NPC902",
    Severity.ERROR,
    "the output differs where no loss says so",
    """
Every output is read back and compared with its source over all flows. Here a flow was found that one side lets
through and the other does not, and nothing that npconv said accounts for it: a bug in npconv. Nothing is written.

**What to do.** Please report it with the policies and the flow that the message names.
""",
)

NOT_PROVEN = Code(
    "NPC910",
    Severity.ASSUMPTION,
    "not proven",
    """
The comparison of source and output did not finish for a part of the flows: it ran out of time, or it would have to
decide how regular expressions overlap. No difference was found there, and none was ruled out.

**What to do.** Give it more time (`--check-timeout 300`), simplify the policies, or test these flows.
""",
)

NO_SOLVER = Code(
    "NPC911",
    Severity.ASSUMPTION,
    "not proven for lack of a solver",
    """
What source and output say the same way is proven equal by its form. For the rest it takes a SAT solver, python-sat,
which is part of every installation by pip. It is written in C++, so it cannot be loaded from a zip archive
(`npconv.pyz`), and a few platforms have no build of it. The output was made and validated all the same, and the flows
that the message names were not compared. The exit code is 1.

**What to do.** Install npconv with pip. Where that cannot be, test these flows, and say `--fail-on none`.
""",
)
