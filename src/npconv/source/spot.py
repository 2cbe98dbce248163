"""A place in a file that is no value of a document, such as a syntax error: a `Place` with one fixed span."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, Path, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One stretch of a file. Whatever path it is asked for, it answers with itself."""

    file: str
    label: str
    where: Span
    line: Callable[[int], str] = field(compare=False, repr=False)

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The stretch itself."""
        return self.where

    def line_text(self, line: int) -> str:
        """One line of the file, counted from 1."""
        return self.line(line)

    def origin(self, path: Path = (), *, key: bool = False) -> Origin:
        """The place as a diagnostic wants it; `path` is only printed."""
        return Origin(self, path, key=key)
