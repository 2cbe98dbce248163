"""Mappings and lists of a document to model nodes; the small steps that every part of the Cilium parser takes.

Policies say the same things again and again: what a mapping of a list means is worked out once for each value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from npconv.diagnostics.origin import Key
from npconv.source import label_selector
from npconv.source.by_value import ByValue
from npconv.source.fields import Fields, Value, wrong_type
from npconv.source.label_selector import LabelSelector

T = TypeVar("T")


class Item(Generic[T]):
    """How a mapping is read that stands in a list. Every key that is not read is reported."""

    def __init__(self, build: Callable[[Fields], T]) -> None:
        self._build = build

    def read(self, value: dict[str, Value], fields: Fields, *keys: Key) -> T:
        """What the mapping says that stands below these fields."""
        with fields.below(value, *keys) as inner:
            return self._build(inner)


class Part(Item[T]):
    """The same of a mapping that means the same wherever it stands, so that equal ones become one object.

    What is built must not know where it stood.
    """

    def __init__(self, build: Callable[[Fields], T]) -> None:
        super().__init__(build)
        self._by_value = ByValue(self._whole)

    def read(self, value: dict[str, Value], fields: Fields, *keys: Key) -> T:
        """What the mapping says that stands below these fields."""
        return self._by_value.at(value, fields, *keys)

    def _whole(self, fields: Fields) -> T:
        with fields:
            return self._build(fields)


def each(fields: Fields, key: str, what: Item[T]) -> tuple[T, ...] | None:
    """The mappings of a list, one by one; None if the field is absent.

    A null item is none: the API server refuses it, whatever Go makes of it.
    """
    items = fields.raw(key)
    if not isinstance(items, list):
        fields.items(key)  # reports what is no list
        return None
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            wrong_type(fields.sink, fields.at(key, index), item, "mapping")
    return tuple(what.read(item, fields, key, index) for index, item in enumerate(items) if isinstance(item, dict))


def one(fields: Fields, key: str, build: Callable[[Fields], T]) -> T | None:
    """A nested mapping, built; None if the field is absent."""
    inner = fields.mapping(key)
    if inner is None:
        return None
    with inner:
        return build(inner)


def needed(fields: Fields, key: str) -> str:
    """A text that the CRD requires; reports NPC112 if it is absent, and gives empty text for it."""
    fields.required(key)
    return fields.text(key) or ""


def texts(fields: Fields, key: str) -> tuple[str, ...] | None:
    """A list of texts."""
    return fields.words(key)


def pairs(fields: Fields, key: str) -> tuple[tuple[str, str], ...] | None:
    """A map of texts, in the order of the document."""
    found = fields.strings(key)
    return None if found is None else tuple(found.items())


def selector(fields: Fields, key: str) -> LabelSelector | None:
    """A nested label selector; None if the field is absent."""
    return label_selector.read.below(fields, key)


def selectors(fields: Fields, key: str) -> tuple[LabelSelector, ...] | None:
    """A list of label selectors; None if the field is absent."""
    return each(fields, key, _SELECTOR)


class _Selector(Item[LabelSelector]):
    """A label selector, which is read once for each value anyway."""

    def read(self, value: dict[str, Value], fields: Fields, *keys: Key) -> LabelSelector:
        """The selector that stands below these fields."""
        return label_selector.read.at(value, fields, *keys)


_SELECTOR: Final = _Selector(label_selector.read)
