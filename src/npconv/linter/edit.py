"""Fixes -> the texts with them made, and everything else left as it stands, byte for byte.

Only the characters that change are replaced, so that comments, quotes, order and indentation stay: a round trip through
a YAML library keeps less. What was made is read again, and counts only if it says what the fixes say and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, Path, Span
from npconv.linter.model import Finding, Fix, Remove, RemoveComment, Rename, Replace
from npconv.pattern import pattern
from npconv.source.document import Document
from npconv.source.fields import Value
from npconv.source.load import parse
from npconv.source.text import LINE_BREAK, Text

_DASH: Final = pattern(r"[ ]*-[ \t]+")
_QUOTES: Final = ("'", '"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The files that change: their new texts, and which findings are mended in each."""

    texts: Mapping[str, str]
    mended: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """Characters `start` to `end` (exclusive) of a text become others."""

    start: int
    end: int
    text: str


def edited(findings: Iterable[Finding], texts: Sequence[Text]) -> Edited:
    """Make every fix that can be made without touching another one's text; the others wait for the next time."""
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        if one.fix is not None:
            by_file.setdefault(_file(one.fix), []).append(one)
    known = {text.file: text for text in texts}
    changed: dict[str, str] = {}
    mended: list[Finding] = []
    for file, several in sorted(by_file.items()):
        text = known.get(file)
        if text is None:
            continue
        made, done = _file_edited(text, several)
        if done:
            changed[file] = made
            mended += done
    return Edited(texts=changed, mended=tuple(mended))


def _file_edited(text: Text, findings: list[Finding]) -> tuple[str, list[Finding]]:
    """One file with all of its fixes; with those alone that stand the test, if not all of them do together."""
    edits = [(one, edit) for one in findings if one.fix is not None and (edit := _edit(text, one.fix)) is not None]
    chosen = _apart(edits)
    made = _applied(text.text, [edit for _, edit in chosen])
    if _is_right(text, made, [one for one, _ in chosen]):
        return made, [one for one, _ in chosen]
    kept: list[tuple[Finding, _Edit]] = []
    for each in chosen:
        trial = [*kept, each]
        if _is_right(text, _applied(text.text, [edit for _, edit in trial]), [one for one, _ in trial]):
            kept = trial
    return _applied(text.text, [edit for _, edit in kept]), [one for one, _ in kept]


def _apart(edits: list[tuple[Finding, _Edit]]) -> list[tuple[Finding, _Edit]]:
    """The edits that do not touch each other, from the first to the last; those of one text by two aliases are one."""
    found: list[tuple[Finding, _Edit]] = []
    for one in sorted(edits, key=lambda each: (each[1].start, each[1].end)):
        if not found or one[1].start >= found[-1][1].end or one[1] == found[-1][1]:
            found.append(one)
    return found


def _applied(text: str, edits: list[_Edit]) -> str:
    for one in sorted(dict.fromkeys(edits), key=lambda each: each.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def _edit(text: Text, fix: Fix) -> _Edit | None:
    match fix:
        case Replace(origin=origin, text=new, quoted=quoted):
            start, end = _offsets(text, origin.place.span(origin.path))
            quote = text.text[start : start + 1]
            keeps = quoted and quote in _QUOTES
            return _Edit(start, end, f"{quote}{new}{quote}" if keeps else new)
        case Rename(origin=origin, key=key):
            start, end = _offsets(text, origin.place.span(origin.path, key=True))
            quote = text.text[start : start + 1]
            return _Edit(start, end, f"{quote}{key}{quote}" if quote in _QUOTES else key)
        case Remove(origin=origin):
            return _removal(text, origin.place.span(origin.path))
        case RemoveComment(line=line, start=start, end=end):
            return _without_comment(text, line, start, end)
        case _:
            assert_never(fix)


def _removal(text: Text, span: Span) -> _Edit | None:
    """An item of a list: its lines, or in a flow list what stands between the commas."""
    line = text.line(span.line)
    before = line[: span.column - 1]
    if _DASH.fullmatch(before):
        after = text.line(span.end_line)[span.end_column - 1 :].strip()
        if after and not after.startswith("#"):
            return None
        start, _ = _offsets(text, Span(span.line, 1, span.line, 1))
        end, _ = _offsets(text, Span(span.end_line + 1, 1, span.end_line + 1, 1))
        return _Edit(start, end, "")
    start, end = _offsets(text, span)
    comma = start - 1
    while comma >= 0 and text.text[comma].isspace():
        comma -= 1
    return _Edit(comma, end, "") if comma >= 0 and text.text[comma] == "," else None


def _without_comment(text: Text, line: int, start: int, end: int) -> _Edit:
    first, _ = _offsets(text, Span(line, start + 1, line, start + 1))
    last, _ = _offsets(text, Span(line, end + 1, line, end + 1))
    begin, _ = _offsets(text, Span(line, 1, line, 1))
    if text.text[begin:first].strip():
        return _Edit(begin + len(text.text[begin:first].rstrip()), last, "")
    following, _ = _offsets(text, Span(line + 1, 1, line + 1, 1))
    return _Edit(begin, following, "")


def _offsets(text: Text, span: Span) -> tuple[int, int]:
    """A span as character offsets; a line behind the last one begins at the end."""
    starts = [0, *(one.end() for one in LINE_BREAK.finditer(text.text))]

    def offset(line: int, column: int) -> int:
        return len(text.text) if line > len(starts) else min(starts[line - 1] + column - 1, len(text.text))

    return offset(span.line, span.column), offset(span.end_line, span.end_column)


# --- what was made means what was meant ---------------------------------------------------------------------------


def _is_right(text: Text, made: str, findings: Sequence[Finding]) -> bool:
    """Whether the new text holds the same objects but for the fixes."""
    before, after = parse(text.text, text.file, named=False), parse(made, text.file, named=False)
    if len(before.documents) > len(after.documents):
        return False
    meant: dict[str, dict[str, Value]] = {_identity(one): one.copied() for one in before.documents}
    removals: list[tuple[str, Path]] = []
    for one in findings:
        match one.fix:
            case Replace(origin=origin, text=new):
                if not _set(meant.get(_of(origin)), origin.path, new):
                    return False
            case Rename(origin=origin, key=key):
                if not _rename(meant.get(_of(origin)), origin.path, key):
                    return False
            case Remove(origin=origin):
                removals.append((_of(origin), origin.path))
            case _:
                continue
    for identity, path in sorted(removals, key=lambda each: [str(part).zfill(9) for part in each[1]], reverse=True):
        holder, place = _at(meant.get(identity), path[:-1]), path[-1]
        if not isinstance(holder, list) or not isinstance(place, int):
            return False
        del holder[place]
    found = {_identity(one): one.data for one in after.documents}
    return all(_same(found.get(identity), data) for identity, data in meant.items())


def _identity(document: Document) -> str:
    return str(document.index)


def _of(origin: Origin) -> str:
    return _identity(origin.place) if isinstance(origin.place, Document) else ""


def _at(value: Value, path: Path) -> Value:
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def _set(data: Value, path: Path, text: str) -> bool:
    match _at(data, path[:-1]), path[-1]:
        case dict() as holder, str() as key:
            holder[key] = text
        case list() as items, int() as index:
            items[index] = text
        case _:
            return False
    return True


def _rename(data: Value, path: Path, key: str) -> bool:
    holder, old = _at(data, path[:-1]), path[-1]
    if not isinstance(holder, dict) or not isinstance(old, str) or old not in holder:
        return False
    holder[key] = holder.pop(old)
    return True


def _same(found: Value, meant: Value) -> bool:
    """Whether two values are equal, where a number that lost its quotes is still that number."""
    match found, meant:
        case dict(), dict():
            return found.keys() == meant.keys() and all(_same(found[key], meant[key]) for key in found)
        case list(), list():
            return len(found) == len(meant) and all(map(_same, found, meant))
        case int(), str():
            return str(found) == meant
        case _:
            return found == meant


def _file(fix: Fix) -> str:
    return fix.file if isinstance(fix, RemoveComment) else fix.origin.place.file
