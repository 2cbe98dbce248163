"""Places to point at: a text of which `v` is the only value."""

from __future__ import annotations

from npconv.diagnostics.codes import Code, Severity
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.source.document import Document
from npconv.source.load import parse

HEAD = "apiVersion: v1\nkind: Thing\nmetadata: {name: web, namespace: shop}\n"

ERROR = Code("NPC998", Severity.ERROR, "an error", "")
LOSS = Code("NPC997", Severity.LOSS, "a loss", "")
NOTE = Code("NPC996", Severity.NOTE, "a note", "")


def document(text: str, file: str = "policies/a.yaml") -> Document:
    """The only object of a text."""
    (one,) = parse(HEAD + text, file).documents
    return one


def finding(text: str, chars: tuple[int, int] | None = None, *, code: Code = ERROR, label: str = "") -> Diagnostic:
    """A finding about the value `v` of a text."""
    return Diagnostic(code=code, message="wrong", origin=Origin(document(text), ("v",), chars), label=label)
