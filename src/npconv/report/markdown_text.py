"""Plain texts -> Markdown that GitHub and GitLab show as they are: escapes, code spans, tables, folds.

https://github.github.com/gfm/ section 2.4 (any ASCII punctuation may be escaped), 6.3 (code spans), 4.10 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from npconv.pattern import pattern

_SPECIAL: Final = pattern(r"[\\`*_\[\]<#|~!@$&]")
_SPAN: Final = pattern(r"`([^`\n]+)`")
_URL: Final = pattern(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def inline(text: str) -> str:
    """A text of the plan: everything is escaped but its code spans, which become code spans; always one line.

    `@name` would call somebody, `#1` would link an issue, and a bare URL would become a link: none of them do.
    """
    flat = " ".join(text.split())
    found, at = [], 0
    for match in _SPAN.finditer(flat):
        found += [escaped(flat[at : match.start()]), code(match[1])]
        at = match.end()
    return "".join([*found, escaped(flat[at:])])


def escaped(text: str) -> str:
    """A text in which nothing is markup."""
    harmless = _SPECIAL.sub(lambda match: _entity(match[0]), text.replace("\n", " "))
    harmless = re.sub(r"^(\s*)([-+=>]|\d+[.)])", lambda match: f"{match[1]}{_lead(match[2])}", harmless)
    return _unlinked(harmless)


def code(text: str) -> str:
    """A code span: in a table, too, where a bar would end the cell even inside of backticks."""
    flat = " ".join(text.split())
    if not flat:
        return ""
    if "|" in flat or "`" in flat:
        return f"<code>{_html(flat)}</code>"
    return f"`{flat}`"


def block(text: str, language: str = "sh") -> list[str]:
    """A command in a fence that no line of it can close."""
    longest = max((len(one) for one in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *text.split("\n"), fence]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> Iterator[str]:
    """A table of cells that are Markdown already; `right` has `r` for columns of numbers."""
    yield f"| {' | '.join(heads)} |"
    yield "|" + "|".join("---:" if side == "r" else "---" for side in right.ljust(len(heads), "l")) + "|"
    for row in rows:
        yield f"| {' | '.join(one.replace(chr(10), ' ') for one in row)} |"


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that are shown when the summary is clicked."""
    yield f"<details><summary>{_html(summary)}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _entity(char: str) -> str:
    """Entities for what more than one reader may take for markup; a backslash before the others."""
    return f"&#{ord(char)};" if char in "<&|@#!`" else f"\\{char}"


def _lead(mark: str) -> str:
    """What would begin a list or a quotation, or underline a heading."""
    return f"{mark[:-1]}\\{mark[-1]}"


def _html(text: str) -> str:
    return _unlinked("".join(f"&#{ord(char)};" if char in "<>&|`\"'*_[]\\@#" else char for char in text))


def _unlinked(text: str) -> str:
    """A URL that is not made a link: https://github.github.com/gfm/#autolinks-extension-."""
    return _URL.sub(lambda match: f"{match[1]}{'&#58;' if match[2] == ':' else '&#46;'}", text)
