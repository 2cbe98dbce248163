"""One document of a stream: its values, and where each of them stands."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, Path, Span
from npconv.source.fields import Value
from npconv.source.held import Held
from npconv.source.parse import read_again
from npconv.source.positions import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Held):
    """A Kubernetes object as it was written: a `Place` that origins point into.

    `file` is the path as the user gave it; `index` counts the objects of the file from 0 (items of a
    List count one by one); `written` finds spans lazily, so that a run without findings never pays for them. Whoever
    has made models of the data lets them go (`let_go`): they are read again if something is to be said about them.
    `data` is nobody's to change: equal parts of it, and of other documents, may be the same object.
    """

    file: str
    index: int
    data: dict[str, Value]
    written: Written = field(compare=False, repr=False)
    starts: int = field(default=0, compare=False, repr=False)
    """The line on which it starts, if that was seen when it was read; else 0."""
    alone: bool = field(default=False, compare=False, repr=False)
    """Whether it is all that its chunk holds, so that it can be read again without much else."""

    @property
    def api_version(self) -> str:
        """`apiVersion`, empty if absent or no text."""
        return self._text("apiVersion")

    @property
    def kind(self) -> str:
        """`kind`, empty if absent or no text."""
        return self._text("kind")

    @property
    def name(self) -> str:
        """`metadata.name`, empty if absent."""
        return self._metadata("name")

    @property
    def namespace(self) -> str:
        """`metadata.namespace`, empty if absent."""
        return self._metadata("namespace")

    @property
    def label(self) -> str:
        """The object in words: `Kind/name`, or `Kind/namespace/name`."""
        parts = [self.kind or "object", self.namespace, self.name or f"#{self.index + 1}"]
        return "/".join(part for part in parts if part)

    @property
    def origin(self) -> Origin:
        """The document as a whole."""
        return Origin(self, ())

    @property
    def first_line(self) -> int:
        """The line on which it starts: that of its span, mostly without looking for it again."""
        return self.starts or self.span(()).line

    @property
    def start(self) -> tuple[int, int]:
        """The line and the column on which it starts, mostly without looking for them again."""
        if self.starts and self.line_text(self.starts)[:1].isalpha():
            return self.starts, 1
        span = self.span(())
        return span.line, span.column

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at `path` stands; if it is absent, the key of the nearest one around it."""
        return self.written.locate(path, key=key)

    def line_text(self, line: int) -> str:
        """One line of the file, counted from 1."""
        return self.written.line(line)

    def copied(self) -> dict[str, Value]:
        """The data once more, to be changed: no part of it is anybody else's, or stands in two places."""
        return {key: _copied(value) for key, value in self.data.items()}

    def _can_read(self) -> bool:
        return self.alone

    def _read(self) -> dict[str, Value]:
        return read_again(self.written.chunk)

    def _text(self, key: str) -> str:
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def _metadata(self, key: str) -> str:
        metadata = self.data.get("metadata")
        value = metadata.get(key) if isinstance(metadata, dict) else None
        return value if isinstance(value, str) else ""


def _copied(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value
