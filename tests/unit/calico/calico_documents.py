"""Makes documents from YAML for the tests of Calico's reader."""

from textwrap import dedent

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.parse import parse
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read
from npconv.source import load
from npconv.source.document import Document


def document(text: str) -> Document:
    """The only object of a text."""
    loaded = load.parse(dedent(text), "test.yaml")
    assert loaded.diagnostics == ()
    (found,) = loaded.documents
    return found


def parsed(text: str) -> CalicoObject:
    """The object that a text holds, which must be without error."""
    found, diagnostics = parse(document(text))
    assert diagnostics == []
    assert found is not None
    return found


def findings(text: str, profile: CalicoProfile | None = None) -> list[tuple[str, str]]:
    """Codes and messages of everything wrong with a text."""
    found, diagnostics = read(document(text), profile or CalicoProfile())
    assert (found is None) == bool(diagnostics)
    return [(one.code.id, one.message) for one in diagnostics]


def marked(diagnostic: Diagnostic) -> str:
    """The text that a diagnostic points at."""
    origin = diagnostic.origin
    assert origin is not None
    span = origin.place.span(origin.path, key=origin.key)
    assert span.line == span.end_line
    return origin.place.line_text(span.line)[span.column - 1 : span.end_column - 1]
