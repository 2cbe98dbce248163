"""Source text -> what a terminal shows of it: tabs, wide and invisible characters, lines too long to show."""

from __future__ import annotations

import unicodedata
from typing import Final

from npconv.dataclass import dataclass

_TAB: Final = "    "
_WINDOW: Final = 160
"""How many characters of a long line are shown."""

_LEAD: Final = 60
"""How many of them stand before the place that matters."""

_MESSAGE: Final = 1000
"""How long a message may be; one that quotes a huge value is cut in its middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as it is printed, and where the carets go: `indent` cells in, `width` cells wide."""

    text: str
    indent: int
    width: int


def shown(line: str, start: int, end: int) -> Shown:
    """Print a line so that carets fit under its characters from `start` to `end` (counted from 0, exclusive)."""
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    first = max(0, start - _LEAD) if len(line) > _WINDOW else 0
    last = min(len(line), first + _WINDOW)
    before = ("..." if first else "") + _visible(line[first:start])
    marked = _visible(line[start : min(end, last)])
    after = _visible(line[min(end, last) : last]) + ("..." if last < len(line) else "")
    return Shown(text=(before + marked + after).rstrip(), indent=_cells(before), width=max(1, _cells(marked)))


def one_line(text: str) -> str:
    """A message with nothing in it that could break the line or steer the terminal."""
    if len(text) > _MESSAGE:
        text = f"{text[: _MESSAGE // 2]} ... {text[-_MESSAGE // 2 :]}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if _is_visible(char):
        return char
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_TAB if char == "\t" else char if _is_visible(char) else "?" for char in text)


def _is_visible(char: str) -> bool:
    """Neither a control character, nor one that changes how others are shown, nor half of a pair."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _cells(text: str) -> int:
    return len(text) if text.isascii() else sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
