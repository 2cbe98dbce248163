"""A chunk of text -> its values, with what Kubernetes would refuse in them, or why it could not be read at all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import yaml

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, reading
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.origin import Span
from npconv.pattern import pattern
from npconv.source import nodes, scalars, values
from npconv.source.blocks import Blocks
from npconv.source.exact import BoundError, Exact, Problem
from npconv.source.fields import Value
from npconv.source.positions import span
from npconv.source.spot import Spot
from npconv.source.text import LINE_BREAK, Chunk

if TYPE_CHECKING:
    import json


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One value that stood in a chunk. `chunk` holds nothing else."""

    chunk: Chunk
    value: Value
    problems: tuple[Problem, ...] = ()
    starts: int = 0
    """The line of the file on which the value starts, where that is known without a search."""


def parse(chunk: Chunk, blocks: Blocks | None = None) -> list[Parsed] | Diagnostic:
    """Read a chunk as kubectl does: JSON values one after another, or one YAML document.

    `blocks` remembers what other chunks of the same run were read as.
    """
    if chunk.trailer:
        return _diagnostic(
            chunk,
            reading.UNREAD_TEXT,
            f"unexpected text `{chunk.trailer}` behind `---`",
            _trailer_span(chunk),
            help="put it on a line of its own",
        )
    text = chunk.text
    if text.lstrip()[:1] in ("{", "["):
        found = _json(chunk, text)
        if found is not None:
            return found
    plain = (blocks or Blocks()).read(text)
    if plain is not None:
        value, line = plain
        return [Parsed(chunk=chunk, value=value, starts=chunk.line + line + 1)]
    try:
        return _yaml(chunk, text)
    except yaml.reader.ReaderError:
        return _control_character(chunk)
    except yaml.MarkedYAMLError as error:
        return _syntax_error(chunk, error)
    except nodes.TooDeepError as error:
        where = chunk.span((error.line, error.column), (error.line, error.column + 1))
        return _diagnostic(chunk, reading.TOO_LARGE, f"nested deeper than {nodes.MAX_DEPTH} levels", where)
    except nodes.SecondDocumentError as error:
        return _second_document(chunk, error)
    except BoundError as error:
        return _diagnostic(chunk, reading.TOO_LARGE, error.message, span(chunk, error.node))


def read_again(chunk: Chunk) -> dict[str, Value]:
    """The mapping that is all of a chunk, which was read before."""
    parsed = parse(chunk)
    value = parsed[0].value if isinstance(parsed, list) else None
    assert isinstance(value, dict)
    return value


def _yaml(chunk: Chunk, text: str) -> list[Parsed]:
    root = nodes.compose(text)
    if root is None:
        return []
    if not values.needs_exact(text):
        try:
            value = values.plain_value(root)
            return [Parsed(chunk=chunk, value=value, starts=chunk.line + root.start_mark.line + 1)]
        except values.OddValueError:
            pass
    exact = Exact(text)
    value = exact.value(root)
    return [Parsed(chunk=chunk, value=value, problems=tuple(exact.problems))]


class _NotPlainJsonError(ValueError):
    """JSON that is left to the YAML reader: a duplicate key (to place it), a number out of range."""


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _NotPlainJsonError
    return mapping


def _json_number(text: str) -> Value:
    value = scalars.plain(text)
    if isinstance(value, str):
        raise _NotPlainJsonError
    return value


def _no_constant(_: str) -> Value:
    raise _NotPlainJsonError


_SURROGATE: Final = pattern(r"\\u[dD][89a-fA-F]")
_SPACE: Final = pattern(r"[ \t\r\n]*")


@cache
def _decoder() -> json.JSONDecoder:
    """Reads what is JSON and means the same as YAML."""
    import json  # noqa: PLC0415 - most runs need none

    return json.JSONDecoder(object_pairs_hook=_unique, parse_float=_json_number, parse_constant=_no_constant)


def _json(chunk: Chunk, text: str) -> list[Parsed] | None:
    """The JSON values of a chunk, one after another; None to have it read as YAML."""
    import json  # noqa: PLC0415 - most runs need none

    suspicious = text.count("{") + text.count("[") > nodes.MAX_DEPTH
    found: list[Parsed] = []
    line, column, read = chunk.line, chunk.column, 0
    start = _space(text, 0)
    while start < len(text):
        try:
            value, end = _decoder().raw_decode(text, start)
            if suspicious and _is_deep(value):
                return None
            if _SURROGATE.search(text, start, end):
                json.dumps(value, ensure_ascii=False).encode()  # refuses half of a pair
        except (ValueError, RecursionError):
            return None
        part = Chunk(
            source=chunk.source,
            start=chunk.start + read,
            end=chunk.start + end,
            line=line,
            column=column,
            number=chunk.number,
        )
        found.append(Parsed(chunk=part, value=value))
        breaks = list(LINE_BREAK.finditer(text, read, end))
        line += len(breaks)
        column = end - breaks[-1].end() if breaks else column + end - read
        read = end
        start = _space(text, end)
    return found


def _is_deep(value: Value) -> bool:
    """Whether collections nest more than `MAX_DEPTH` levels, found level by level."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(nodes.MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


# --- what could not be read ---------------------------------------------------------------------------------------

_UNPRINTABLE: Final = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _second_document(chunk: Chunk, error: nodes.SecondDocumentError) -> Diagnostic:
    ended = any(line.startswith("...") for line in chunk.text.splitlines()[: error.line])
    return _diagnostic(
        chunk,
        reading.UNREAD_TEXT,
        "the document ends above this text, and Kubernetes reads no further",
        chunk.span((error.line, error.column), (error.line, error.column + 1)),
        help="start a new document with a line `---`" if ended else "indent it like the first line of the document",
    )


def _control_character(chunk: Chunk) -> Diagnostic:
    match = _UNPRINTABLE.search(chunk.text)
    index = match.start() if match else 0
    message = f"invalid YAML: control character U+{ord(chunk.text[index]):04X} is not allowed"
    return _diagnostic(chunk, reading.INVALID_YAML, message, chunk.span_at(index))


def _syntax_error(chunk: Chunk, error: yaml.MarkedYAMLError) -> Diagnostic:
    index, context = _index(error.problem_mark), _index(error.context_mark)
    if index is None:
        index = context or 0
    problem = str(error.problem or error.context or "unknown problem")
    help = _ADVICE.get(problem, "")
    quoted = next((at for at in (chunk.text[index : index + 1], _char(chunk, context)) if at and at in "@`%*&"), "")
    if chunk.text[index : index + 1] == "\t":
        problem, help = "a tab cannot indent", "indent with spaces"
    elif quoted:
        help = f"quote a value that starts with `{quoted}`"
    where = chunk.span_at(min(index, len(chunk.text.rstrip())))
    also: tuple[Label, ...] = ()
    if error.context and context is not None:
        start = chunk.span_at(context)
        if start.line != where.line:
            also = (Label(origin=_spot(chunk, start).origin(), text=str(error.context)),)
    return _diagnostic(chunk, reading.INVALID_YAML, f"invalid YAML: {problem}", where, help=help, also=also)


def _index(mark: object) -> int | None:
    index = getattr(mark, "index", None)
    return index if isinstance(index, int) else None


def _char(chunk: Chunk, index: int | None) -> str:
    return "" if index is None else chunk.text[index : index + 1]


_ADVICE: Final = {
    "mapping values are not allowed in this context": "quote a value that holds `: `, or align the key with the others",
    "could not find expected ':'": "a key needs `: ` behind it; or a quote above was never closed",
    "found unexpected end of stream": "close the quote or the bracket",
    "found unexpected document indicator": "close the quote above `---`",
    "did not find expected <document start>": "Kubernetes reads no `%` directives; remove them",
}


def _trailer_span(chunk: Chunk) -> Span:
    text = chunk.source.line(chunk.line + 1)
    column = text.find(chunk.trailer, 3)
    return Span(chunk.line + 1, column + 1, chunk.line + 1, column + 1 + len(chunk.trailer))


def _spot(chunk: Chunk, where: Span) -> Spot:
    return Spot(file=chunk.source.file, label=label(chunk), where=where, line=chunk.source.line)


def label(chunk: Chunk) -> str:
    """What to call a document that has no name."""
    return f"document {chunk.number + 1}"


def _diagnostic(
    chunk: Chunk, code: Code, message: str, where: Span, *, help: str = "", also: tuple[Label, ...] = ()
) -> Diagnostic:
    return Diagnostic(code=code, message=message, origin=_spot(chunk, where).origin(), help=help, also=also)
