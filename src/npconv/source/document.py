"""One document of a stream: its values, and where each of them stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, Path, Span
from npconv.source.fields import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A Kubernetes object as it was written: a `Place` that origins point into.

    `file` is the path as the user gave it; `index` counts the objects of the file from 0 (items of a
    List count one by one); `locate` finds spans lazily, so that a run without findings never pays for them. Whoever
    has made models of the data lets them go (`let_go`): they are read again if something is to be said about them.
    """

    file: str
    index: int
    data: dict[str, Value]
    locate: Callable[[Path, bool], Span] = field(compare=False, repr=False)
    line: Callable[[int], str] = field(compare=False, repr=False)
    starts: int = field(default=0, compare=False, repr=False)
    """The line on which it starts, if that was seen when it was read; else 0."""
    again: Callable[[], dict[str, Value]] | None = field(default=None, compare=False, repr=False)
    """Reads the data from the text once more; None if that would take much more than this object."""

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

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at `path` stands; if it is absent, the key of the nearest one around it."""
        return self.locate(path, key)

    def line_text(self, line: int) -> str:
        """One line of the file, counted from 1."""
        return self.line(line)

    def let_go(self) -> None:
        """Hold the data no longer, if they can be had again."""
        if self.again is not None:
            with suppress(AttributeError):  # let go already
                object.__delattr__(self, "data")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The data, where they were let go."""
            if name != "data" or self.again is None:
                raise AttributeError(f"a document has no `{name}`")
            data = self.again()
            object.__setattr__(self, "data", data)
            return data

    def _text(self, key: str) -> str:
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def _metadata(self, key: str) -> str:
        metadata = self.data.get("metadata")
        value = metadata.get(key) if isinstance(metadata, dict) else None
        return value if isinstance(value, str) else ""
