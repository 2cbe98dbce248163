"""A code -> its manual page, as `npconv explain` prints it."""

from __future__ import annotations

from npconv.diagnostics.codes import Code, Severity

_SEVERITY = {
    Severity.ERROR: "error: the input cannot be used as it is",
    Severity.LOSS: "loss: something of the source is not in the output",
    Severity.WARNING: "warning: valid, and probably not what its author meant",
    Severity.ASSUMPTION: "assumption: the translation is exact only where this holds",
    Severity.NOTE: "note: worth knowing, nothing is lost",
}


def manual_page(code: Code) -> str:
    """Title, severity and text of a code, ready to print."""
    title = f"{code.id}: {code.title}"
    return f"{title}\n{'=' * len(title)}\n\n{_SEVERITY[code.severity]}\n\n{code.page.strip()}\n"
