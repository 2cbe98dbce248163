"""A reader of mappings -> the same, which reads what a set of documents repeats only once.

Policies repeat each other: of 12,000 rules of a large cluster, 1,900 are different. What a reader finds in a mapping
depends on the mapping alone, unless something is wrong with it and the place must be told. So what was read without a
finding is remembered, and shared; where there was one, every mapping is read where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from marshal import dumps, loads
from typing import Final, TypeVar

from npconv.diagnostics.origin import Span
from npconv.source.fields import Fields, Sink
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


def by_value(read: Callable[[Fields], _T]) -> Callable[[Fields], _T]:
    """Remember what `read` makes of a mapping. It must be a value that nobody changes, and hold no origin."""

    @lru_cache(maxsize=REMEMBERED)
    def clean(written: bytes) -> tuple[_T] | None:
        sink = Sink()
        found = read(Fields(loads(written), _ELSEWHERE, sink))
        return None if sink.diagnostics else (found,)

    def remembering(fields: Fields) -> _T:
        written = dumps(fields.value, _CANONICAL)  # type: ignore[arg-type] # it is a dict
        found = clean(written) if len(written) <= _LONGEST else None
        return read(fields) if found is None else found[0]

    return remembering
