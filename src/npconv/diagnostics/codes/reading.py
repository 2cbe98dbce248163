"""Codes for: reading text, documents and fields."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

UNKNOWN_FIELD = Code(
    "NPC110",
    Severity.ERROR,
    "unknown field",
    """
An object holds a field that its kind does not have.

**Why it matters.** API servers drop unknown fields, most with no more than a warning. What is dropped no longer
restricts: a misspelt `podSelector` selects every pod, a misspelt `except` opens the hole it was meant to close.

**Example**

    spec:
      podSelektor: {matchLabels: {app: web}}   # selects all pods

**What to do.** Correct the spelling, or remove the field.
""",
)

WRONG_TYPE = Code(
    "NPC111",
    Severity.ERROR,
    "wrong type",
    """
A field holds a value of another type than its kind declares, such as a number where text is expected.

**Why it matters.** The API server refuses the object (`cannot unmarshal number into Go struct field`).
Label values are the usual case: `version: 1.10` is a number, `version: "1.10"` is a label value.

**What to do.** Quote the value, or give one of the expected type.
""",
)

MISSING_FIELD = Code(
    "NPC112",
    Severity.ERROR,
    "required field missing",
    """
An object lacks a field that its kind requires.

**What to do.** Add the field.
""",
)
