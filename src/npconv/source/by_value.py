"""A reader of mappings -> the same, which reads what a set of documents repeats only once.

Policies repeat each other: of 12,000 rules of a large cluster, 1,900 are different. What a reader finds in a mapping
depends on the mapping alone, unless something is wrong with it and the place must be told. So what was read without a
finding is remembered, and shared; where there was one, every mapping is read where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from marshal import dumps, loads
from typing import Final, Generic, TypeVar

from npconv.diagnostics.origin import Span
from npconv.source.fields import Fields, Sink, Value
from npconv.source.spot import Spot

_T = TypeVar("_T")

REMEMBERED: Final = 1 << 12
"""How many values each reader remembers."""

_LONGEST: Final = 1 << 12
"""Of how many bytes. What is longer (a list of a thousand ports) is no habit."""

_CANONICAL: Final = 2
"""The version of `marshal` that writes values, and no references to what it wrote before: equal text, equal bytes.

The bytes tell apart what Python takes for equal (`1`, `1.0` and `true`), and keep the order of keys.
"""

_ELSEWHERE: Final = Spot(file="", label="", where=Span(1, 1, 1, 1), line=lambda _: "").origin()
"""Where mappings stand while it is found out whether anything is wrong with them."""


class ByValue(Generic[_T]):
    """A reader that remembers. What it makes of a mapping must be a value that nobody changes, and hold no origin."""

    def __init__(self, read: Callable[[Fields], _T]) -> None:
        @lru_cache(maxsize=REMEMBERED)
        def clean(written: bytes) -> tuple[_T] | None:
            sink = Sink()
            found = read(Fields(loads(written), _ELSEWHERE, sink))
            return None if sink.diagnostics else (found,)

        self._read = read
        self._clean = clean

    def __call__(self, fields: Fields) -> _T:
        """What these fields say."""
        found = self._known(fields.value)
        return self._read(fields) if found is None else found[0]

    def below(self, fields: Fields, key: str) -> _T | None:
        """What a nested mapping says; None if the field is absent or null."""
        value = fields.raw(key)
        if isinstance(value, dict):
            found = self._known(value)
            return self._read(fields.below(value, key)) if found is None else found[0]
        fields.mapping(key)  # reports what is no mapping
        return None

    def each(self, fields: Fields, key: str) -> tuple[_T, ...] | None:
        """What the mappings of a list say; None if the field is absent or null. A null item is read as `{}`."""
        items = fields.listed(key)
        if items is None:
            return None
        read: list[_T] = []
        for item in items:
            found = self._known(item) if isinstance(item, dict) else None
            if found is None:
                return tuple([self(each) for each in fields.mappings(key) or ()])
            read.append(found[0])
        return tuple(read)

    def _known(self, value: Mapping[str, Value]) -> tuple[_T] | None:
        """What is known of a value in which nothing is wrong."""
        written = dumps(value, _CANONICAL)  # type: ignore[arg-type] # it is a dict
        return self._clean(written) if len(written) <= _LONGEST else None


by_value = ByValue
"""For functions, as a decorator."""
