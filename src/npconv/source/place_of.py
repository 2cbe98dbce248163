"""A value, and paths that may lead further down from it -> the first of them that is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Key, Origin, Path
from npconv.source.document import Document


@dataclass(frozen=True, slots=True)
class Item:
    """Some item of a list: the first for which the rest of the path is written, and which says `value` at `key`."""

    key: str = ""
    value: str = ""

    def meets(self, item: object) -> bool:
        """Whether an item is such a one."""
        return not self.key or (isinstance(item, dict) and str(item.get(self.key)) == self.value)


ANY: Final = Item()
"""Any item of a list."""


@dataclass(frozen=True, slots=True)
class Saying:
    """The value itself, if it is a text with this word in it; the last of some steps."""

    word: str


Step: TypeAlias = Key | Item | Saying
Steps: TypeAlias = tuple[Step, ...]
"""A way down from a value, such as `("ports", ANY, "protocol")`."""


def first(origin: Origin, candidates: Iterable[Steps]) -> Origin | None:
    """The origin of the first value below this one that is written (and not null); None if none is."""
    value = value_at(origin)
    for steps in candidates:
        found = next(_paths(value, steps), None)
        if found is not None:
            return origin.at(*found)
    return None


def value_at(origin: Origin) -> object:
    """What stands at an origin; None if nothing does, or if it is in no document."""
    inner: object = origin.place.data if isinstance(origin.place, Document) else None
    for key in origin.path:
        inner = _child(inner, key)
    return inner


def _paths(value: object, steps: Steps) -> Iterator[Path]:
    if not steps:
        yield ()
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, Saying):
        if isinstance(value, str) and step.word in value:
            yield ()
        return
    if isinstance(step, Item):
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if step.meets(item):
                yield from ((index, *path) for path in _paths(item, rest))
        return
    inner = _child(value, step)
    if inner is not None:
        yield from ((step, *path) for path in _paths(inner, rest))


def _child(value: object, key: Key) -> object:
    if isinstance(value, dict):
        return value.get(str(key))
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
