"""The text of a file -> the chunks between its `---` lines, as kubectl cuts them before it reads any YAML."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Span
from npconv.pattern import pattern

LINE_BREAK: Final = pattern("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml counts as a line break; editors agree on all but the last three."""


class Text:
    """A whole file. Where its lines start is only looked for when a diagnostic wants to show one."""

    text: str

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts = array("I", (0,))
        self._again: Callable[[], str] | None = None

    def let_go(self, again: Callable[[], str]) -> None:
        """Hold the text no longer: whoever asks for it is given what `again` says, which is the same."""
        self._again = again
        vars(self).pop("text", None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> str:
            """The text, where it was let go."""
            again = vars(self).get("_again")
            if name != "text" or again is None:
                raise AttributeError(f"Text has no `{name}`")
            self.text = found = again()
            return found

    @property
    def line_count(self) -> int:
        """How many lines it has; what stands behind the last break is one, too."""
        return len(self._seen(None))

    def line(self, number: int) -> str:
        """One line without its break, counted from 1; empty beyond the end."""
        starts = self._seen(number)
        if not 0 < number <= len(starts):
            return ""
        return LINE_BREAK.split(self.text[starts[number - 1] : starts[number] if number < len(starts) else None], 1)[0]

    def lines(self) -> Iterator[str]:
        """All lines, one after another."""
        return map(self.line, range(1, self.line_count + 1))

    @cached_property
    def may_be_template(self) -> bool:
        """Whether any placeholder could stand in it: `{{ x }}`, `${X}`."""
        return "{{" in self.text or "${" in self.text

    def _seen(self, number: int | None) -> array[int]:
        """Where each line starts up to the end of one of them, or of all: the lines themselves would take much more.

        What was seen is replaced, never changed, for several threads may ask at once.
        """
        starts = self._starts
        if number is None or number >= len(starts):
            more = None if number is None else max(number, len(starts))  # at least twice as many
            found = (match.end() for match in islice(LINE_BREAK.finditer(self.text, starts[-1]), more))
            self._starts = starts = starts + array("I", found)
        return starts


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Chunk:
    """A part of a file that Kubernetes reads on its own: at most one YAML document, or one JSON value.

    `start` and `end` are character indices of the file. `line` and `column` count from 0 and say where in the
    file the chunk starts. `trailer` is what stands behind the `---` that opens the chunk, where kubectl accepts
    nothing but a comment. `number` counts the chunks of the file from 0.
    """

    source: Text
    start: int = 0
    end: int = 0
    line: int = 0
    column: int = 0
    trailer: str = ""
    number: int = 0

    @property
    def text(self) -> str:
        """The text itself, cut out anew each time: a file of many documents is kept once."""
        return self.source.text[self.start : self.end]

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """A span of the file from line and column of the chunk, both counted from 0."""
        return Span(*self._in_file(*start), *self._in_file(*end))

    def span_at(self, index: int, length: int = 1) -> Span:
        """The span of `length` characters at a character index of the chunk, on one line."""
        line, column = self.position(index)
        return self.span((line, column), (line, column + length))

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, counted from 0, of a character of the chunk."""
        index += self.start
        breaks = list(LINE_BREAK.finditer(self.source.text, self.start, index))
        return len(breaks), index - (breaks[-1].end() if breaks else self.start)

    def _in_file(self, line: int, column: int) -> tuple[int, int]:
        return self.line + line + 1, column + 1 + (self.column if line == 0 else 0)


def chunks(source: Text) -> list[Chunk]:
    """Cut a file at its separators, dropping chunks that hold nothing but white space.

    A line that starts with `---` separates wherever it stands, in block scalars too: apimachinery
    `pkg/util/yaml/decoder.go`, `YAMLReader.Read`.
    """
    whole = source.text
    odd_breaks = not whole.isascii() or "\r" in whole
    found: list[Chunk] = []
    start, line, trailer = 0, 0, ""
    while True:
        end = _separator(whole, start)
        text = whole[start:end]
        if trailer or (text and not text.isspace()):
            found.append(Chunk(source=source, start=start, end=end, line=line, trailer=trailer, number=len(found)))
        if end == len(whole):
            return found
        line += len(LINE_BREAK.findall(text)) if odd_breaks else text.count("\n")
        start = _line_end(whole, end)
        behind = whole[end + 3 : start].strip()
        trailer = "" if behind.startswith("#") else behind


def _separator(text: str, start: int) -> int:
    """Where the next line begins that starts with `---`; the end of the text if there is none."""
    if start == 0 and text.startswith("---"):
        return 0
    found = text.find("\n---", start)
    return len(text) if found < 0 else found + 1


def _line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found
