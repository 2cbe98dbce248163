"""A document in plain block style -> its value, where each block of lines that comes again is read only once.

Manifests repeat themselves: the same rule in many policies, the same `spec` in many namespaces. So a block is cut at
the lines of its own indentation, and each part is looked up by its text before it is cut in turn. Equal parts become
the same object: nobody may change what this returns. Text that is not plain is refused, and left to libyaml; what is
read here is what libyaml would have read, which `tests/property/test_reading_twice.py` holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

from npconv.pattern import pattern
from npconv.source import lines
from npconv.source.fields import Value
from npconv.source.lines import Entry, NotPlainError

_T = TypeVar("_T")

_OVERHEAD: Final = 200
_LONGEST: Final = 100_000
"""What is longer does not come again, and is not remembered."""

_COPIED: Final = 100_000_000
"""How long a block may be, times its indentation: it is copied for each level that it stands on."""

_WIDEST: Final = 48
"""The widest indentation that is read. It bounds how deep blocks nest, too."""

_FIRST: Final = pattern(r"^ *[^ #\n]", re.MULTILINE)
"""The first line that says anything, up to its first character."""

_BETWEEN: Final = pattern(r"\n *(?:#.*)?(?=\n|\Z)")
"""Lines that say nothing: empty ones, and comments. No text of several lines goes on behind them, for none is read."""


@cache
def _key_lines(indent: int) -> Callable[[str], list[str]]:
    """Cuts a mapping before each of its keys; the items of a list may stand right below the key that they belong to."""
    return re.compile(f"\n {{{indent}}}(?![ -])").split


class Blocks:
    """Reads documents, and remembers their parts. For one run and one thread: it keeps alive what it has read.

    `room` is how many bytes may be remembered, roughly: all of it is forgotten when there are more.
    """

    def __init__(self, room: int = 64_000_000) -> None:
        self._entries: dict[str, Entry] = {}
        self._heads: dict[str, str] = {}
        self._parts: defaultdict[int, dict[str, Entry]] = defaultdict(dict)
        self._items: defaultdict[int, dict[str, Value]] = defaultdict(dict)
        self._room = self._left = room

    def read(self, text: str) -> tuple[Value, int] | None:
        """The value of a document, and the line (from 0) that it starts on; None if the text is not plain."""
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if "#" in text and not text.replace("\n", "").isprintable():
            return None  # each line is looked at, but for comments
        first = _FIRST.search(text)
        if first is None:
            return None
        start = first.start()
        body = text[start:].rstrip(" \n")
        if "#" in body or "\n\n" in body:
            body = _BETWEEN.sub("", body)
        try:
            return self._mapping(body, 0), text.count("\n", 0, start)
        except NotPlainError:
            return None

    def _mapping(self, text: str, indent: int) -> dict[str, Value]:
        """A mapping whose keys have this indentation; that of the first line is cut off."""
        if indent > _WIDEST or len(text) * indent > _COPIED:
            raise NotPlainError
        parts = _key_lines(indent)(text)
        known = self._parts[indent]
        found: dict[str, Value] = {}
        for part in parts:
            entry = known.get(part)
            if entry is None:
                entry = self._remembered(known, part, self._entry(part, indent))
            found[entry[0]] = entry[1]
        if len(found) != len(parts):
            raise NotPlainError
        return found

    def _entry(self, part: str, indent: int) -> Entry:
        """Key and value of a part of a mapping: a line, and what is indented below it."""
        end = part.find("\n")
        if end < 0:
            return self._entries.get(part) or self._remembered(self._entries, part, lines.entry(part))
        line = part[:end]
        key = self._heads.get(line) or self._remembered(self._heads, line, lines.head(line))
        text = part[end + 1 :].lstrip(" ")
        inner = len(part) - end - 1 - len(text)
        if text.startswith("- ") and inner >= indent:
            return key, self._sequence(text, inner)
        if inner > indent:
            return key, self._mapping(text, inner)
        raise NotPlainError

    def _sequence(self, text: str, indent: int) -> list[Value]:
        """A list whose hyphens have this indentation; that of the first line is cut off."""
        if indent > _WIDEST or len(text) * indent > _COPIED:
            raise NotPlainError
        known = self._items[indent]
        found: list[Value] = []
        for part in text[2:].split("\n" + " " * indent + "- "):
            try:
                value = known[part]
            except KeyError:
                value = self._remembered(known, part, self._item(part, indent))
            found.append(value)
        return found

    def _item(self, part: str, indent: int) -> Value:
        """The value of an item of a list; the first line is without its hyphen."""
        text = part.lstrip(" ")
        inner = indent + 2 + len(part) - len(text)
        if text.startswith("- "):
            return self._sequence(text, inner)
        return self._mapping(text, inner) if "\n" in text else lines.item(text)

    def _remembered(self, known: dict[str, _T], text: str, value: _T) -> _T:
        if len(text) <= _LONGEST:
            self._left -= len(text) + _OVERHEAD
            if self._left < 0:
                self._forget()
            known[text] = value
        return value

    def _forget(self) -> None:
        self._entries.clear()
        self._heads.clear()
        for parts in self._parts.values():
            parts.clear()
        for items in self._items.values():
            items.clear()
        self._left = self._room
