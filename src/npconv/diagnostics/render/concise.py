"""Diagnostics -> one line each, `path:line:column: error[NPC110] message`, for editors and problem matchers."""

from __future__ import annotations

from npconv.diagnostics.render.columns import one_line
from npconv.diagnostics.render.place import Placed


def line(one: Placed) -> str:
    """One diagnostic on one line; the effect of a loss stands behind its message."""
    diagnostic = one.diagnostic
    text = f"{diagnostic.severity.value}[{diagnostic.code}] {one_line(diagnostic.message)}"
    if diagnostic.effect is not None:
        text += f" ({diagnostic.effect.value})"
    if diagnostic.origin is None or one.span is None:
        return text
    return f"{one_line(diagnostic.origin.place.file)}:{one.span.line}:{one.span.column}: {text}"
