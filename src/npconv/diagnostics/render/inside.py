"""A range of characters in a string value -> line and column, through YAML's quotes, escapes and folded lines.

A selector of 200 characters deserves a caret under the one that is wrong. Where the way back is not certain
(block scalars, anchors, tags), the answer is None, and the whole value is pointed at.
"""

from __future__ import annotations

import re
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Place, Span

_HEX_ESCAPES: Final = {"x": 2, "u": 4, "U": 8}
_ESCAPES: Final = {
    **dict(zip("0abtnvfre", "\0\a\b\t\n\v\f\r\x1b", strict=True)),
    **{char: char for char in ' "/\\\t'},
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_NO_PLAIN_START: Final = frozenset("|>&!*{[%@`\"'#")


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a value, and the stretch of one source line that it is written as (from 0, exclusive)."""

    text: str
    line: int
    start: int
    end: int


def narrowed(place: Place, span: Span, chars: tuple[int, int]) -> Span | None:
    """The span of a string value's characters from `chars[0]` to `chars[1]` (exclusive), where that is certain."""
    written = characters(place, span)
    first, last = chars
    if written is None or not 0 <= first <= len(written):
        return None
    if first == len(written):  # just behind the end, as for a selector that stops too early
        end = _closing(place, span)
        return Span(span.end_line, end, span.end_line, end + 1)
    start = written[first]
    stop = written[max(first, min(last, len(written)) - 1)]
    return Span(start.line, start.start + 1, stop.line, stop.end + 1)


def _closing(place: Place, span: Span) -> int:
    """The column behind a value's last character, before its closing quote if it has one."""
    quoted = place.line_text(span.line)[span.column - 1 : span.column] in ("'", '"')
    return span.end_column - 1 if quoted else span.end_column


def characters(place: Place, span: Span) -> list[Character] | None:
    """The characters of the flow scalar at `span`, each with where it is written; None if it is something else."""
    rows = [place.line_text(number) for number in range(span.line, span.end_line + 1)]
    rows[-1] = rows[-1][: span.end_column - 1]
    start = span.column - 1
    quote = rows[0][start : start + 1]
    if quote in ("'", '"'):
        if len(rows) == 1 and len(rows[0]) < start + 2:
            return None
        rows[-1] = rows[-1][:-1]
        return _scan(rows, span.line, start + 1, quote)
    if not quote or quote in _NO_PLAIN_START:
        return None
    return _scan(rows, span.line, start, "")


def _scan(rows: list[str], first: int, start: int, quote: str) -> list[Character] | None:
    found: list[Character] = []
    breaks = 0
    joined = False
    for index, row in enumerate(rows):
        begin = start if index == 0 else len(row) - len(row.lstrip(" \t"))
        last = index == len(rows) - 1
        end = len(row) if last else max(begin, len(row.rstrip(" \t")))
        if index > 0:
            if begin >= end and not last:  # an empty line
                if joined:
                    return None
                breaks += 1
                continue
            if not joined:
                _fold(found, first + index, begin, breaks)
        breaks, joined = 1, False
        if quote == '"' and not last and _ends_in_escape(row[begin:end]):
            if end < len(row):
                return None  # an escaped blank at the end of the line
            end, joined = end - 1, True
        piece = _piece(row, first + index, begin, end, quote)
        if piece is None:
            return None
        found.extend(piece)
    return found


def _fold(found: list[Character], line: int, column: int, breaks: int) -> None:
    """A line break is written as the place where the next line starts: a blank, or one break less than there are."""
    if breaks == 1:
        found.append(Character(" ", line, column, column))
    else:
        found.extend(Character("\n", line, column, column) for _ in range(breaks - 1))


def _piece(row: str, line: int, begin: int, end: int, quote: str) -> list[Character] | None:
    found: list[Character] = []
    at = begin
    while at < end:
        width, text = 1, row[at]
        if quote == "'" and row.startswith("''", at):
            width = 2
        elif quote == '"' and text == "\\":
            escape = _escape(row[at + 1 : end])
            if escape is None:
                return None
            width, text = escape
        found.append(Character(text, line, at, at + width))
        at += width
    return found


def _escape(rest: str) -> tuple[int, str] | None:
    """Length (with its backslash) and meaning of an escape."""
    digits = _HEX_ESCAPES.get(rest[:1])
    if digits is not None:
        number = rest[1 : 1 + digits]
        if len(number) != digits or not re.fullmatch("[0-9a-fA-F]+", number) or int(number, 16) > 0x10FFFF:
            return None
        return 2 + digits, chr(int(number, 16))
    text = _ESCAPES.get(rest[:1])
    return None if text is None or not rest else (2, text)


def _ends_in_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
