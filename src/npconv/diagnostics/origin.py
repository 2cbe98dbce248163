"""Where a value stands: a document and a key path, which become line and column only when printed."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from npconv.dataclass import dataclass

Key: TypeAlias = str | int
"""One step of a path: a mapping key or a sequence index."""

Path: TypeAlias = tuple[Key, ...]
"""The way from a document's root to a value, such as `("spec", "ingress", 0, "action")`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one source text. Lines and columns count from 1; `end_column` is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(Protocol):
    """A text that values come from: what `Origin` needs of a document."""

    @property
    def file(self) -> str:
        """The path as the user gave it, or `<stdin>`."""

    @property
    def label(self) -> str:
        """The object in words, such as `GlobalNetworkPolicy/default-deny` or `NetworkPolicy/shop/web`."""

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at `path` stands (its key, if `key`); absent: the key of the nearest one around it."""

    def line_text(self, line: int) -> str:
        """One line of the text, without its line break (lines count from 1)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A value of a document, by key path. `chars` narrows a string value to a range of its characters."""

    place: Place
    path: Path
    chars: tuple[int, int] | None = None
    key: bool = False
    """Point at the key, not at its value (for unknown fields)."""

    def at(self, *keys: Key) -> Origin:
        """The origin of a value further down."""
        return Origin(self.place, (*self.path, *keys))

    @property
    def dotted(self) -> str:
        """The path as users write it: `spec.ingress[0].action`."""
        return dotted(self.path)


def below(origin: Origin | None, *keys: Key) -> Origin | None:
    """The origin of a value further down; None for what stands nowhere."""
    return None if origin is None else origin.at(*keys)


def dotted(path: Path) -> str:
    """A path as users write it: `spec.ingress[0].action`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
