"""Diagnostics -> diagnostics with line and column, sorted, so that the same input prints the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Span
from npconv.diagnostics.render.inside import narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A diagnostic, and where it points; no span if it is about no place."""

    diagnostic: Diagnostic
    span: Span | None


def placed(diagnostics: Iterable[Diagnostic]) -> list[Placed]:
    """Look up where each diagnostic points, and sort them by file, line, column and code."""
    found = [
        Placed(diagnostic=one, span=span_of(one.origin) if one.origin is not None else None) for one in diagnostics
    ]
    return sorted(found, key=_order)


def span_of(origin: Origin) -> Span:
    """Where an origin points: its value or key, or some characters of it where that is certain."""
    span = origin.place.span(origin.path, key=origin.key)
    if origin.chars is None:
        return span
    return narrowed(origin.place, span, origin.chars) or span


def _order(one: Placed) -> tuple[str, int, int, str, str, str]:
    origin, span = one.diagnostic.origin, one.span
    if origin is None or span is None:
        return "", 0, 0, one.diagnostic.code.id, one.diagnostic.message, ""
    return origin.place.file, span.line, span.column, one.diagnostic.code.id, one.diagnostic.message, origin.dotted
