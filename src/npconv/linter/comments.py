"""`# npconv: ignore[CODE] reason` -> the findings that it hides, and what is wrong with the comment itself.

A comment counts for the findings of its own line; on a line of its own for those of the next line; above the first line
of a document for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Severity, find
from npconv.diagnostics.codes import lint_set as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Span
from npconv.diagnostics.render.place import span_of
from npconv.linter.model import Finding, RemoveComment
from npconv.pattern import pattern
from npconv.source.document import Document
from npconv.source.load import Loaded
from npconv.source.spot import Spot
from npconv.source.text import Text

_MARK: Final = "npconv:"
_COMMENT: Final = pattern(r"(?:^|(?<=\s))#+\s*npconv:(?P<rest>.*)$")
_IGNORE: Final = pattern(r"\s*ignore\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)$", re.IGNORECASE)
_ALONE: Final = pattern(r"\s*#")
_BLANK: Final = pattern(r"\s*(?:---\s*)?(?:#.*)?$")


@dataclass(slots=True, kw_only=True)
class Ignore:
    """One comment that can be heeded: the codes that it hides, and on which lines of its file."""

    file: str
    line: int
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int
    spot: Spot
    remove: RemoveComment
    used: set[str] = field(default_factory=set)

    def covers(self, diagnostic: Diagnostic, span: Span | None) -> bool:
        """Whether a finding is among those that it hides."""
        origin = diagnostic.origin
        if origin is None or span is None or diagnostic.code.id not in self.codes:
            return False
        return origin.place.file == self.file and self.first <= span.line <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Heeded:
    """Findings with comments heeded: those left, with what is to be said of the comments, and those hidden."""

    left: tuple[Finding, ...]
    hidden: tuple[tuple[Diagnostic, str], ...]
    """Each with the reason that the comment gives."""


def heed(findings: Sequence[Finding], loaded: Loaded, *, asked: frozenset[str] | None = None) -> Heeded:
    """Hide what comments say to ignore. `asked` are the codes that were looked for, None for all.

    A comment on a code that was not looked for is not unused.
    """
    marked = [one for one in loaded.texts if _MARK in one.text]
    if not marked:
        return Heeded(left=tuple(findings), hidden=())
    ignores: list[Ignore] = []
    said: list[Finding] = []
    for text in marked:
        mine = [one for one in loaded.documents if one.file == text.file]
        for found in _comments(text, mine):
            if isinstance(found, Ignore):
                ignores.append(found)
            else:
                said.append(found)
    left: list[Finding] = []
    hidden: list[tuple[Diagnostic, str]] = []
    for one in findings:
        span = None if one.diagnostic.origin is None else span_of(one.diagnostic.origin)
        covering = next((each for each in ignores if each.covers(one.diagnostic, span)), None)
        if covering is None:
            left.append(one)
        else:
            covering.used.add(one.diagnostic.code.id)
            hidden.append((one.diagnostic, covering.reason))
    said += [one for each in ignores for one in _unused(each, asked)]
    return Heeded(left=(*left, *said), hidden=tuple(hidden))


def _unused(ignore: Ignore, asked: frozenset[str] | None) -> Iterator[Finding]:
    idle = [code for code in ignore.codes if code not in ignore.used and _is_looked_for(code, asked)]
    if not idle:
        return
    listed = ", ".join(f"`{code}`" for code in idle)
    yield Finding(
        diagnostic=Diagnostic(
            code=codes.IGNORE_UNUSED,
            origin=ignore.spot.origin(),
            message=f"there is no {listed} to ignore here",
            help="remove the comment" if len(idle) == len(ignore.codes) else "remove the code from the comment",
        ),
        fix=ignore.remove if len(idle) == len(ignore.codes) else None,
    )


def _is_looked_for(code: str, asked: frozenset[str] | None) -> bool:
    """Whether a code could have been found. Losses are found by translations alone, which heed these comments, too."""
    known = find(code)
    return (asked is None or code in asked) and known is not None and known.severity is not Severity.LOSS


def _comments(text: Text, documents: Sequence[Document]) -> Iterator[Ignore | Finding]:
    for number, line in enumerate(text.lines(), 1):
        found = _COMMENT.search(line) if _MARK in line else None
        if found is None:
            continue
        where = Span(number, found.start() + 1, number, len(line.rstrip()) + 1)
        spot = Spot(file=text.file, label="comment", where=where, line=text.line)
        ignore = _IGNORE.match(found["rest"])
        if ignore is None:
            yield _unreadable(spot, "this comment says nothing that npconv knows")
            continue
        listed = tuple(one.strip().upper() for one in ignore["codes"].split(",") if one.strip())
        unknown = [one for one in listed if find(one) is None]
        if unknown or not listed:
            yield _unreadable(spot, f"there is no code `{unknown[0]}`" if unknown else "this comment names no code")
        elif not ignore["reason"].strip(" -:#"):
            yield Finding(
                diagnostic=Diagnostic(
                    code=codes.IGNORE_WITHOUT_REASON,
                    origin=spot.origin(),
                    message="this comment gives no reason, and is not heeded",
                    help="write why the finding does not matter, behind the bracket",
                )
            )
        else:
            first, last = _lines(text, number, found.start(), documents)
            yield Ignore(
                file=text.file,
                line=number,
                codes=listed,
                reason=ignore["reason"].strip(),
                first=first,
                last=last,
                spot=spot,
                remove=RemoveComment(text.file, number, found.start(), len(line)),
            )


def _lines(text: Text, number: int, start: int, documents: Sequence[Document]) -> tuple[int, int]:
    """The lines that a comment is for."""
    if text.line(number)[:start].strip():
        return number, number
    following = number + 1
    while _ALONE.match(text.line(following)):
        following += 1
    behind = following
    while behind <= text.line_count and _BLANK.match(text.line(behind)):
        behind += 1
    for document in documents:
        span = document.span(())
        if span.line == behind and span.column == 1:
            return behind, span.end_line
    return following, following


def _unreadable(spot: Spot, message: str) -> Finding:
    return Finding(
        diagnostic=Diagnostic(
            code=codes.IGNORE_UNKNOWN,
            origin=Origin(spot, ()),
            message=message,
            help="write `# npconv: ignore[NPC600] reason`; `npconv codes` lists the codes",
        )
    )
