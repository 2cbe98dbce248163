"""Codes for what a command was asked, and for its results: NPC700 to NPC799.

NPC700 was about what npconv could not do yet; the number is not used again.
"""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

NO_POLICY = Code(
    "NPC701",
    Severity.ERROR,
    "no policy found",
    """
The input was read, and holds nothing that the source engine enforces: every document is of another kind, or there is
none. In a pipeline this is nearly always a wrong path or an export that failed, so it has an exit code of its own, 3.

**What to do.** Check the paths. Where an input may rightly be empty, say `--allow-empty`: then the exit code is 0.
""",
)

NOT_WRITABLE = Code(
    "NPC702",
    Severity.ERROR,
    "output cannot be written",
    """
The translation is done, but its result could not be stored. Files are written beside their place first and moved there
when all of them are complete: no file is left half-written, and those that were there before are as they were.

**What to do.** The message has the system's reason: a full disk, a missing permission, a file where a folder should be.
""",
)

WIDER = Code(
    "NPC703",
    Severity.ERROR,
    "the output would let more through than the source",
    """
npconv never opens anything unasked. Some loss of this translation widens what is allowed, so nothing is written, and
the exit code is 1.

**Example.** A Calico policy for host endpoints, and a Cilium that does not run its host firewall: without the policy,
nodes are open.

**What to do.** Each widening loss is reported with its place. Change the policy, or accept the loss by name, for all
policies (`--accept NPC301`) or for one (`--accept NPC301:shop/web`). Nothing else makes npconv write a wider output.
""",
)

OVERWRITES_SOURCE = Code(
    "NPC704",
    Severity.ERROR,
    "the output would overwrite the input",
    """
With `-d` every file of the input has a file of the same name in the folder of the output. Here that would be the very
file that was read. A conversion never overwrites its source. Nothing is written.

**Example.** `npconv calico-to-cilium policies -d policies`

**What to do.** Name another folder.
""",
)

DIFFERS = Code(
    "NPC705",
    Severity.ERROR,
    "a file is not what npconv would write",
    """
`--check` compares the files in the folder given by `-d` with what npconv would write, and writes nothing. A file
differs or is missing: the exit code is 1. Files that npconv would not write are left out of account, unless it wrote
them once, as `npconv.lock.yaml` beside an `npconv.yaml` says (NPC780).

**What to do.** `--diff` shows the difference. Run the same command without `--check` to bring the files up to date.
""",
)

UNUSED_ACCEPT = Code(
    "NPC706",
    Severity.NOTE,
    "an accepted loss did not occur",
    """
`--accept` names a loss that this translation does not have: the policy was changed since, or the name has a mistake.
An acceptance that nothing needs today may hide a loss tomorrow.

**What to do.** Leave it out of the command, or correct it: `CODE`, `CODE:namespace/name`, or `CODE:name` for a policy
that is cluster-wide.
""",
)
