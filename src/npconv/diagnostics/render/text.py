"""One diagnostic -> the lines that a person reads: what, where, the excerpt with carets, notes and help."""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin, Span
from npconv.diagnostics.render.color import SEVERITY, Ink, Pen
from npconv.diagnostics.render.columns import one_line, shown
from npconv.diagnostics.render.place import Placed, span_of

EFFECT: Final = {
    Effect.INERT: "inert (no flow changes)",
    Effect.NARROWS: "narrows (flows that passed no longer do)",
    Effect.WIDENS: "widens (flows that did not pass now do)",
    Effect.SHIFTS: "shifts (some flows that passed no longer do, and some that did not now do)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A place to show: the first one with carets, further ones with dashes."""

    origin: Origin
    span: Span
    text: str
    arrow: str
    sign: str
    ink: Ink


def block(one: Placed, pen: Pen, more: str = "") -> str:
    """A diagnostic in full, without a final line break. `more` is a note about others like it."""
    diagnostic = one.diagnostic
    ink = SEVERITY[diagnostic.severity]
    head = pen(ink, f"{diagnostic.severity.value}[{diagnostic.code}]")
    lines = [f"{head}{pen(Ink.STRONG, ': ' + one_line(diagnostic.message))}"]
    marks = _marks(one, ink)
    gutter = max((len(str(row)) for mark in marks for row in _rows(mark)), default=1)
    for mark in marks:
        lines.extend(_place(mark, marks[0], gutter, pen))
    remarks = _remarks(diagnostic, more)
    if marks and not remarks and lines[-1] == _bar(gutter, pen):
        lines.pop()
    margin = " " * (gutter + 1) if marks else "  "
    lines.extend(f"{margin}{pen(Ink.FRAME, '=')} {name}: {one_line(text)}" for name, text in remarks)
    return "\n".join(lines)


def _bar(gutter: int, pen: Pen) -> str:
    return pen(Ink.FRAME, f"{' ' * gutter} |")


def _marks(one: Placed, ink: Ink) -> list[_Mark]:
    diagnostic = one.diagnostic
    if diagnostic.origin is None or one.span is None:
        return []
    first = _Mark(origin=diagnostic.origin, span=one.span, text=diagnostic.label, arrow="-->", sign="^", ink=ink)
    others = [
        _Mark(origin=label.origin, span=span_of(label.origin), text=label.text, arrow=":::", sign="-", ink=Ink.FRAME)
        for label in diagnostic.also
    ]
    return [first, *others]


def _remarks(diagnostic: Diagnostic, more: str) -> list[tuple[str, str]]:
    found = [("note", note) for note in diagnostic.notes]
    if diagnostic.effect is not None:
        found.append(("effect", EFFECT[diagnostic.effect]))
    if diagnostic.help:
        found.append(("help", diagnostic.help))
    if more:
        found.append(("note", more))
    return found


def _place(mark: _Mark, first: _Mark, gutter: int, pen: Pen) -> list[str]:
    """The line that says where, and the excerpt below it."""
    place = mark.origin.place
    arrow = pen(Ink.FRAME, f"{' ' * gutter}{mark.arrow}")
    where = f"{one_line(place.file)}:{mark.span.line}:{mark.span.column}"
    context = [place.label, mark.origin.dotted]
    if mark is not first and (place.file, place.label) == (first.origin.place.file, first.origin.place.label):
        context = []
    said = ", ".join(one_line(part) for part in context if part)
    lines = [f"{arrow} {where}  ({said})" if said else f"{arrow} {where}"]
    rows = [(row, place.line_text(row)) for row in _rows(mark)]
    if not rows[0][1] or rows[0][1].isspace():
        return lines
    bar = _bar(gutter, pen)
    lines.append(bar)
    for row, text in rows[:-1]:
        lines.append(f"{pen(Ink.FRAME, f'{row:>{gutter}} |')} {shown(text, 0, 0).text}")
    row, text = rows[-1]
    start, end = _columns(mark, row, text)
    line = shown(text, start, end)
    lines.append(f"{pen(Ink.FRAME, f'{row:>{gutter}} |')} {line.text}")
    label = f" {one_line(mark.text)}" if mark.text else ""
    lines.append(f"{bar} {' ' * line.indent}{pen(mark.ink, mark.sign * line.width + label)}")
    lines.append(bar)
    return lines


def _rows(mark: _Mark) -> tuple[int, ...]:
    """The lines to show: the first of the value; for a block scalar its head and the first of its text."""
    span = mark.span
    head = mark.origin.place.line_text(span.line)[span.column - 1 : span.column]
    if head in ("|", ">") and span.end_line > span.line:
        return (span.line, span.line + 1)
    return (span.line,)


def _columns(mark: _Mark, row: int, text: str) -> tuple[int, int]:
    """The columns (from 0) of a shown line that carets go under."""
    span = mark.span
    if row != span.line:
        return len(text) - len(text.lstrip()), len(text.rstrip())
    return span.column - 1, span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
