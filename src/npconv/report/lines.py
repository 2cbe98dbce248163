"""Words -> lines of at most 100 columns: paragraphs, lists, and tables whose cells wrap."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

WIDTH: Final = 100
_GAP: Final = "  "
_NARROWEST: Final = 8


def heading(text: str) -> list[str]:
    """A heading of a section, with its line below and room around it."""
    return ["", "", text, "=" * cells(text), ""]


def subheading(text: str) -> list[str]:
    """A heading inside a section."""
    return ["", text, "-" * min(cells(text), WIDTH), ""]


def wrapped(text: str, indent: str = "", *, then: str | None = None) -> list[str]:
    """A paragraph: `indent` before its first line, `then` before the others (the same, if it is not given).

    A word that is longer than a line, such as a path, stays whole, so that it can be copied.
    """
    rest = indent if then is None else then
    found: list[str] = []
    for part in text.split("\n"):
        found += _wrap(part, WIDTH, indent if not found else rest, rest, break_words=False)
    return found


def item(text: str, indent: str = "  ", mark: str = "-") -> list[str]:
    """An item of a list."""
    return wrapped(text, f"{indent}{mark} ", then=indent + " " * (len(mark) + 1))


def labelled(label: str, text: str, indent: str = "  ", column: int = 9) -> list[str]:
    """A line of a record: its label, and its text beside it."""
    return wrapped(text, f"{indent}{label:<{column}}", then=indent + " " * column)


def pasted(text: str, indent: str = "    ") -> list[str]:
    """A command to paste: never wrapped."""
    return [f"{indent}{line}".rstrip() for line in text.split("\n")]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "", indent: str = "  ") -> list[str]:
    """A table. `right` has a letter for each column: `r` puts numbers to the right.

    Columns are as wide as their widest cell; where the whole does not fit, the widest ones get narrower and wrap.
    """
    body = [[one.replace("\n", " ") for one in row] for row in rows]
    widths = _widths(heads, body, WIDTH - len(indent) - len(_GAP) * (len(heads) - 1))
    sides = right.ljust(len(heads), "l")
    found = [_joined(heads, widths, sides, indent)]
    found.append(indent + _GAP.join("-" * width for width in widths))
    for row in body:
        found += _row(row, widths, sides, indent)
    return found


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    widths = [max([cells(head), *(cells(row[at]) for row in rows)]) for at, head in enumerate(heads)]
    floors = [max([cells(head), *(_word(row[at]) for row in rows)]) for at, head in enumerate(heads)]
    if sum(floors) > room:  # words break, because they have to
        floors = [max(cells(head), min(_NARROWEST, floor)) for head, floor in zip(heads, floors, strict=True)]
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda at: widths[at] - floors[at])
        if widths[widest] <= floors[widest]:
            break
        others = sorted((width for at, width in enumerate(widths) if at != widest), reverse=True)
        target = max(floors[widest], others[0] if others and others[0] < widths[widest] else widths[widest] - 1)
        widths[widest] = max(target, widths[widest] - (sum(widths) - room))
    return widths


def _word(text: str) -> int:
    return max((cells(one) for one in text.split()), default=0)


def _row(row: Sequence[str], widths: Sequence[int], sides: str, indent: str) -> Iterator[str]:
    columns = [_wrap(text, width, "", "") or [""] for text, width in zip(row, widths, strict=True)]
    for at in range(max(len(column) for column in columns)):
        yield _joined([column[at] if at < len(column) else "" for column in columns], widths, sides, indent)


def _joined(row: Sequence[str], widths: Sequence[int], sides: str, indent: str) -> str:
    padded = (
        " " * (width - cells(text)) + text if side == "r" else text + " " * (width - cells(text))
        for text, width, side in zip(row, widths, sides, strict=True)
    )
    return (indent + _GAP.join(padded)).rstrip()


def _wrap(text: str, width: int, first: str, rest: str, *, break_words: bool = True) -> list[str]:
    if not text.strip():
        return [first.rstrip()] if first.strip() else []
    if text.isascii() and len(first) + len(text) <= width:
        return [first + text]
    if not text.isascii() and cells(text) > len(text):
        return _wrap_wide(text, width, first, rest)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=break_words,
    )


def _wrap_wide(text: str, width: int, first: str, rest: str) -> list[str]:
    """Characters that take two columns: cut by columns, at spaces where there are any."""
    lines, line = [], first
    for char in text:
        if cells(line) + cells(char) > width:
            head, space, tail = line.rpartition(" ")
            cut = space and head.strip()
            lines.append(head if cut else line)
            line = rest + (tail if cut else "")
        line += char
    return [*lines, line]
