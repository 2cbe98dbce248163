"""Plain data -> YAML and JSON text that every reader, of YAML 1.1, 1.2 or Go, reads back as the same data.

Stable: keys stay in the order given, lines end in LF, nothing depends on time or locale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.pattern import pattern


@dataclass(frozen=True, slots=True)
class Commented:
    """A value with a comment. Beside a scalar it stands on the same line; above anything else, and if it has
    several lines. Around a whole document it stands at its head.
    """

    value: Writable
    comment: str


Writable: TypeAlias = "Mapping[str, Writable] | Sequence[Writable] | str | bool | int | float | Commented | None"
"""Data as JSON knows it, with comments where wanted."""

# Words that some YAML reader resolves to a boolean or to null, lower-cased (Go reads `y` and `n` as booleans).
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf"))
# What may stand bare: no indicator in front, no character that could end a scalar or begin a comment.
_PLAIN = pattern(r"[A-Za-z_/](?:[A-Za-z0-9_/.+@%()$^*?;=-]| (?=[A-Za-z0-9_/(])|,(?=[^ ])|:(?=[A-Za-z0-9_/.*-]))*")
# Addresses with a prefix length begin with a digit, and are no number in any schema.
_CIDR = pattern(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4})+(?:/[0-9]{1,3})")
_PRINTABLE = pattern("[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_BREAKS = pattern("[\u2028\u2029]")
_LONGEST_SIMPLE_KEY = 500
_LONG_KEY = _LONGEST_SIMPLE_KEY // 10
"""From here on a key, each character of which may be written as ten, could be longer than that."""

SEPARATOR = "---\n"
"""What stands between two documents of a stream."""

_CACHED_LENGTH = 64
_CACHED_TEXTS = 50_000


class _Cache(dict[str, str]):
    """A text to how it is written. Policies repeat themselves: nearly every text was written before."""

    def __init__(self, write: Callable[[str], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, text: str) -> str:
        written = self._write(text)
        if len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_TEXTS:
                self.clear()
            self[text] = written
        return written


def write_yaml(documents: Iterable[Writable]) -> str:
    """The documents as a YAML stream in block style, `---` between them."""
    lines: list[str] = []
    for document in documents:
        if lines:
            lines.append(SEPARATOR)
        _document(lines, document)
    return "".join(lines)


def stream(documents: Iterable[str]) -> str:
    """YAML documents as one stream."""
    return SEPARATOR.join(documents)


def commented(text: str, comments: Sequence[str]) -> str:
    """A YAML document with comments above it, a line or several each."""
    return "".join(_comment_lines("\n".join(comments), "")) + text if comments else text


def write_json(documents: Iterable[Writable]) -> str:
    """One document as itself, several (or none) as the items of a `List`. Comments are left out."""
    import json  # noqa: PLC0415 - most runs need none

    plain = [_plain(document) for document in documents]
    data = plain[0] if len(plain) == 1 else {"apiVersion": "v1", "kind": "List", "items": plain}
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _document(lines: list[str], document: Writable) -> None:
    document, comment = _uncommented(document)
    if comment:
        lines.extend(_comment_lines(comment, ""))
    if _is_container(document):
        _block(lines, document, "", "")
    else:
        lines.append(scalar(document) + "\n")


def _block(lines: list[str], value: Writable, head: str, indent: str) -> None:
    """Write a container that is not empty. `head` stands in front of its first line, such as `- `; then `indent`."""
    if isinstance(value, dict):
        _mapping(lines, value, head, indent)
    elif isinstance(value, Mapping):
        _mapping(lines, dict(value), head, indent)
    elif isinstance(value, Sequence):
        _sequence(lines, value, head, indent)


def _mapping(lines: list[str], mapping: dict[str, Writable], head: str, indent: str) -> None:
    """Every line of every output is written here or in `_sequence`: the common kinds of values come first."""
    below = indent + "  "
    for key, item in mapping.items():
        if type(item) is str and (text := _TEXTS[item]):
            lines.append(f"{head}{_KEYS[key]}: {text}\n" if len(key) < _LONG_KEY else _entry(head, indent, key, text))
        elif type(item) is dict and item:
            lines.append(f"{head}{_KEYS[key]}:\n" if len(key) < _LONG_KEY else _entry(head, indent, key))
            _mapping(lines, item, below, below)
        elif type(item) is list and item:
            lines.append(f"{head}{_KEYS[key]}:\n" if len(key) < _LONG_KEY else _entry(head, indent, key))
            _sequence(lines, item, below, below)
        else:
            _odd(lines, _entry(head, indent, key)[:-1], item, head, below)
        head = indent


def _sequence(lines: list[str], items: Sequence[Writable], head: str, indent: str) -> None:
    below = indent + "  "
    for item in items:
        if type(item) is str and (text := _TEXTS[item]):
            lines.append(f"{head}- {text}\n")
        elif type(item) is dict and item:
            _mapping(lines, item, head + "- ", below)
        else:
            _odd(lines, head + "-", item, head, below)
        head = indent


def _entry(head: str, indent: str, key: str, text: str = "") -> str:
    """A key with its value; a very long one explicitly, because readers look only so far for its colon."""
    written = _KEYS[key]
    name = written if len(written) <= _LONGEST_SIMPLE_KEY else f"? {written}\n{indent}"
    return f"{head}{name}: {text}\n" if text else f"{head}{name}:\n"


def _odd(lines: list[str], start: str, item: Writable, head: str, below: str) -> None:
    """The value behind `start` (`key:` or `-`) where it is commented, of several lines, or rare."""
    item, comment = _uncommented(item)
    beside = comment and not _is_container(item) and "\n" not in comment and not _is_literal(item)
    if comment and not beside:  # above the dash, if it is the first thing behind one
        lines.extend(_comment_lines(comment, head[: len(head) - len(head.lstrip())]))
    if _is_container(item) and start.endswith("-"):
        _block(lines, item, start + " ", below)
    elif _is_container(item):
        lines.append(start + "\n")
        _block(lines, item, below, below)
    elif isinstance(item, str) and _is_literal(item):
        lines.extend(_literal(start + " ", item, below))
    else:
        lines.append(f"{start} {scalar(item)}" + (f"  # {_clean(comment)}" if beside else "") + "\n")


def _on_one_line(text: str) -> str:
    """A text as a value on one line; empty if it should be a literal block."""
    return "" if _is_literal(text) else scalar(text)


def _uncommented(value: Writable) -> tuple[Writable, str]:
    """A value without its comment, and the comment."""
    return (value.value, value.comment) if isinstance(value, Commented) else (value, "")


def _comment_lines(comment: str, indent: str) -> Iterator[str]:
    for line in _clean(comment).split("\n"):
        yield f"{indent}# {line}".rstrip() + "\n"


def _clean(comment: str) -> str:
    """A comment without characters that would end it or that a reader refuses."""
    return "\n".join("".join(char if _is_printable(char) else "?" for char in line) for line in comment.split("\n"))


def _is_container(value: Writable) -> bool:
    """Whether a value is written as a block: a mapping or list that is not empty."""
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def _is_literal(value: Writable) -> bool:
    """Whether a text is best read, and safely written, as a literal block."""
    if not isinstance(value, str) or "\n" not in value.rstrip("\n"):
        return False
    body = value.removesuffix("\n")
    lines = body.split("\n")
    return (
        not body.startswith((" ", "\n"))
        and not body.endswith("\n")
        and all(_is_printable(line) for line in lines)
        and not any(line != line.rstrip() or line.startswith(("---", "...")) for line in lines)
    )


def _literal(head: str, text: str, indent: str) -> Iterator[str]:
    yield head + ("|" if text.endswith("\n") else "|-") + "\n"
    for line in text.removesuffix("\n").split("\n"):
        yield (indent + line if line else "") + "\n"


def scalar(value: Writable) -> str:
    """A value on one line, quoted where any reader could take a text for something else."""
    match value:
        case str():
            return value if _is_plain(value) else _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float(value)
        case Mapping():
            return "{}"
        case Commented():
            return scalar(value.value)
        case _:
            return "[]"


def _is_plain(text: str) -> bool:
    if _PLAIN.fullmatch(text):
        return text.lower() not in _WORDS
    return _CIDR.fullmatch(text) is not None


def _quoted(text: str) -> str:
    if not _is_printable(text):
        return _escaped(text)
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _is_printable(text: str) -> bool:
    """Whether every YAML reader takes each of these characters for itself. Most texts are ASCII: no need to compile."""
    if text.isascii():
        return text.isprintable()
    return _PRINTABLE.fullmatch(text) is not None and _BREAKS.search(text) is None


def _escaped(text: str) -> str:
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    parts: list[str] = []
    for char in text:
        if char in named:
            parts.append(named[char])
        elif _is_printable(char):
            parts.append(char)
        else:
            code = ord(char)
            parts.append(f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")
    return '"' + "".join(parts) + '"'


def _float(value: float) -> str:
    """A float that YAML 1.1 takes for one too: with a point, and a sign in its exponent."""
    if not math.isfinite(value):
        raise ValueError(f"not a number that JSON has: {value}")
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent if exponent[0] in '+-' else '+' + exponent}"


def _plain(value: Writable) -> object:
    match value:
        case Commented():
            return _plain(value.value)
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case str():
            return value
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            return value


_KEYS = _Cache(scalar)
_TEXTS = _Cache(_on_one_line)
