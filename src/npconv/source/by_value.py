"""A reader of mappings -> the same, which reads what a set of documents repeats only once.

Policies repeat each other: of 12,000 rules of a large cluster, 1,900 are different. What a reader finds in a mapping
depends on the mapping alone, unless something is wrong with it and the place must be told. So what was read without a
finding is remembered, and shared; where there was one, every mapping is read where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from marshal import dumps
from typing import Final, Generic, TypeVar

from npconv.diagnostics.origin import Key
from npconv.source.fields import Fields, Value

_T = TypeVar("_T")

REMEMBERED: Final = 1 << 12
"""How many values each reader remembers."""

_LONGEST: Final = 1 << 12
"""Of how many bytes. What is longer (a list of a thousand ports) is no habit."""

_CANONICAL: Final = 2
"""The version of `marshal` that writes values, and no references to what it wrote before: equal text, equal bytes.

The bytes tell apart what Python takes for equal (`1`, `1.0` and `true`), and keep the order of keys.
"""


class ByValue(Generic[_T]):
    """A reader that remembers.

    What it makes of a mapping must be a value that nobody changes, and hold neither an origin nor a part of the
    document: it is shared, and outlives the run.
    """

    def __init__(self, read: Callable[[Fields], _T]) -> None:
        self._read = read
        self._known: dict[bytes, _T] = {}

    def __call__(self, fields: Fields) -> _T:
        """What these fields say."""
        written = dumps(fields.value, _CANONICAL)  # type: ignore[arg-type] # it is a dict
        known = self._known.get(written)
        return self._anew(fields, written) if known is None else known

    def below(self, fields: Fields, key: str) -> _T | None:
        """What a nested mapping says; None if the field is absent or null."""
        value = fields.raw(key)
        if isinstance(value, dict):
            return self.at(value, fields, key)
        fields.mapping(key)  # reports what is no mapping
        return None

    def each(self, fields: Fields, key: str) -> tuple[_T, ...] | None:
        """What the mappings of a list say; None if the field is absent or null. A null item is read as `{}`."""
        items = fields.listed(key)
        if items is None:
            return None
        if all(isinstance(item, dict) for item in items):
            return tuple([self.at(item, fields, key, index) for index, item in enumerate(items)])  # type: ignore[arg-type]
        return tuple([self(item) for item in fields.mappings(key) or ()])

    def at(self, value: dict[str, Value], fields: Fields, *keys: Key) -> _T:
        """What a mapping says that stands below these fields."""
        written = dumps(value, _CANONICAL)
        known = self._known.get(written)
        return self._anew(fields.below(value, *keys), written) if known is None else known

    def _anew(self, fields: Fields, written: bytes) -> _T:
        findings = len(fields.sink.diagnostics)
        found = self._read(fields)
        if len(fields.sink.diagnostics) == findings and len(written) <= _LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[written] = found
        return found


by_value = ByValue
"""For functions, as a decorator."""
