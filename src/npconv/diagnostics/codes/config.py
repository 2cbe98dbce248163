"""Codes for `npconv.yaml`, and for the files that npconv remembers to have written: NPC775 to NPC789."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

UNREADABLE_CONFIG = Code(
    "NPC775",
    Severity.ERROR,
    "a configuration cannot be read",
    """
The file that says how policies are converted here is not there, or is no YAML mapping. npconv looks for `npconv.yaml`
in the folder that it runs in (or that the named files are in) and in those above, up to the root of the repository;
`--config FILE` names another file, `--no-config` reads none.

**What to do.** The message has the reason and the place.
""",
)

UNKNOWN_KEY = Code(
    "NPC776",
    Severity.ERROR,
    "a configuration has a key that npconv does not know",
    """
A key that nobody reads is most often misspelt, and what it was meant to say would be left out without a word. So it is
an error.

**What to do.** Correct the key. `schemas/npconv.schema.json` lists all of them; editors complete them if the file
begins with `# yaml-language-server: $schema=` and the path of that schema.
""",
)

WRONG_VALUE = Code(
    "NPC777",
    Severity.ERROR,
    "a configuration has a value that its key cannot have",
    """
The value is of another type than the key asks for, or is none of the words that it may be: an engine that npconv does
not know, a network that is none, a code that is no loss.

**Example.** `pod-cidrs: 10.244.0.0/16` (expected a list: `pod-cidrs: [10.244.0.0/16]`)

**What to do.** The message says what was expected.
""",
)

MISSING_KEY = Code(
    "NPC778",
    Severity.ERROR,
    "a configuration lacks a key",
    """
Something was left out that npconv cannot guess: what the policies are to be converted to, the folder of an output where
there are several, the reason for which a loss is accepted.

**What to do.** Add the key, or, where the command has an option for it, say it there.
""",
)

CONTRADICTION = Code(
    "NPC779",
    Severity.ERROR,
    "two settings of a configuration contradict each other",
    """
`to` is for one output and `outputs` is for several: only one of them can be there. Two outputs cannot be written to one
folder or into one another, for each would take the other's files for leftovers.

**What to do.** Leave one of the two out, or give each output a folder of its own.
""",
)

STALE = Code(
    "NPC780",
    Severity.ERROR,
    "a file that npconv wrote is not part of the output any more",
    """
npconv wrote this file, as `npconv.lock.yaml` says, and would not write it today: its source was removed or renamed, or
the layout was changed. `--check` fails, for what still stands there would still be applied.

**What to do.** Run the same command without `--check`: it removes the file.
""",
)

KEPT = Code(
    "NPC781",
    Severity.WARNING,
    "a leftover was edited by hand, so it is not removed",
    """
npconv wrote this file once and would not write it today, so it would remove it. But the file is not as npconv left it:
somebody edited it, and that work may be wanted. npconv removes only what is its own, byte for byte.

**What to do.** Remove the file, or move what is worth keeping into a file of another name.
""",
)

BAD_LOCK = Code(
    "NPC782",
    Severity.WARNING,
    "the record of written files cannot be read",
    """
`npconv.lock.yaml` says which files npconv wrote, and so which it may remove once their source is gone. Without it
npconv removes nothing, and does not notice leftovers. A merge of two branches may have left both of them in it.

**What to do.** Nothing: the next `npconv convert` writes the record anew. Look whether leftovers are there.
""",
)

UNUSED_SETTING = Code(
    "NPC783",
    Severity.NOTE,
    "an accepted loss of the configuration did not occur",
    """
An entry of `accept` names a loss that no output has: the policy was changed since, or the name has a mistake. An
acceptance that nothing needs today may hide a loss tomorrow.

**What to do.** Take the entry out, or correct it.
""",
)
