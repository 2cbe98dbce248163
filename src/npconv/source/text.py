"""The text of a file -> the chunks between its `---` lines, as kubectl cuts them before it reads any YAML."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Span

LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml counts as a line break; editors agree on all but the last three."""

_SEPARATOR: Final = re.compile(r"^---(.*)$", re.MULTILINE)


class Text:
    """A whole file. Where its lines start is only looked for when a diagnostic wants to show one."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @property
    def line_count(self) -> int:
        """How many lines it has; what stands behind the last break is one, too."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """One line without its break, counted from 1; empty beyond the end."""
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else None
        return LINE_BREAK.split(self.text[self._starts[number - 1] : end], maxsplit=1)[0]

    def lines(self) -> Iterator[str]:
        """All lines, one after another."""
        return map(self.line, range(1, self.line_count + 1))

    @cached_property
    def _starts(self) -> array[int]:
        """Where each line starts: numbers, because the lines themselves would take four times what the text does."""
        return array("I", chain((0,), (match.end() for match in LINE_BREAK.finditer(self.text))))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Chunk:
    """A part of a file that Kubernetes reads on its own: at most one YAML document, or one JSON value.

    `line` and `column` count from 0 and say where in the file the chunk starts. `trailer` is what stands
    behind the `---` that opens the chunk, where kubectl accepts nothing but a comment. `number` counts the
    chunks of the file from 0.
    """

    source: Text
    text: str
    line: int
    column: int = 0
    trailer: str = ""
    number: int = 0

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """A span of the file from line and column of the chunk, both counted from 0."""
        return Span(*self._in_file(*start), *self._in_file(*end))

    def span_at(self, index: int, length: int = 1) -> Span:
        """The span of `length` characters at a character index of the chunk, on one line."""
        line, column = self.position(index)
        return self.span((line, column), (line, column + length))

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, counted from 0, of a character of the chunk."""
        breaks = list(LINE_BREAK.finditer(self.text, 0, index))
        return len(breaks), index - (breaks[-1].end() if breaks else 0)

    def _in_file(self, line: int, column: int) -> tuple[int, int]:
        return self.line + line + 1, column + 1 + (self.column if line == 0 else 0)


def chunks(source: Text) -> list[Chunk]:
    """Cut a file at its separators, dropping chunks that hold nothing but white space.

    A line that starts with `---` separates wherever it stands, in block scalars too: apimachinery
    `pkg/util/yaml/decoder.go`, `YAMLReader.Read`.
    """
    found: list[Chunk] = []
    start, line, trailer = 0, 0, ""
    for match in [*_SEPARATOR.finditer(source.text), None]:
        end = match.start() if match else len(source.text)
        text = source.text[start:end]
        if trailer or (text and not text.isspace()):
            found.append(Chunk(source=source, text=text, line=line, trailer=trailer, number=len(found)))
        if match is None:
            break
        behind = match[1].strip()
        trailer = "" if behind.startswith("#") else behind
        line += _line_breaks(text)
        start = match.end()
    return found


def _line_breaks(text: str) -> int:
    """How many lines libyaml would count in `text`."""
    simple = text.count("\n")
    if "\r" in text or "\x85" in text or "\u2028" in text or "\u2029" in text:
        return len(LINE_BREAK.findall(text))
    return simple
