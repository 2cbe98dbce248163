"""Unknown fields, read as an API server without `fieldValidation=Strict` reads them: dropped, with a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from npconv.diagnostics.codes import kubernetes, reading
from npconv.diagnostics.diagnostic import Diagnostic


def drop_unknown(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same findings, with each unknown field (NPC110, an error) told as dropped (NPC503, a note)."""
    return tuple(_dropped(one) if one.code is reading.UNKNOWN_FIELD else one for one in diagnostics)


def _dropped(diagnostic: Diagnostic) -> Diagnostic:
    return replace(diagnostic, code=kubernetes.FIELD_DROPPED, message=f"{diagnostic.message} dropped", help="")
