"""Mappings and lists of a document to model nodes; the small steps that every part of the Cilium parser takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from npconv.source import label_selector
from npconv.source.fields import Fields, wrong_type
from npconv.source.label_selector import LabelSelector

T = TypeVar("T")


def each(fields: Fields, key: str, build: Callable[[Fields], T]) -> tuple[T, ...] | None:
    """The mappings of a list, built one by one; None if the field is absent.

    Every key that `build` does not read is reported.
    """
    items = _mappings(fields, key)
    if items is None:
        return None
    found: list[T] = []
    for inner in items:
        with inner:
            found.append(build(inner))
    return tuple(found)


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
    found = fields.texts(key)
    return None if found is None else tuple(text for text, _ in found)


def pairs(fields: Fields, key: str) -> tuple[tuple[str, str], ...] | None:
    """A map of texts, in the order of the document."""
    found = fields.strings(key)
    return None if found is None else tuple(found.items())


def selector(fields: Fields, key: str) -> LabelSelector | None:
    """A nested label selector; None if the field is absent."""
    inner = fields.mapping(key)
    return None if inner is None else label_selector.read(inner)


def selectors(fields: Fields, key: str) -> tuple[LabelSelector, ...] | None:
    """A list of label selectors; None if the field is absent."""
    items = _mappings(fields, key)
    return None if items is None else tuple(label_selector.read(inner) for inner in items)


def _mappings(fields: Fields, key: str) -> list[Fields] | None:
    """The mappings of a list. A null item is none: the API server refuses it, whatever Go makes of it."""
    items = fields.items(key)
    if items is None:
        return None
    found: list[Fields] = []
    for value, origin in items:
        if isinstance(value, dict):
            found.append(Fields(value, origin, fields.sink))
        else:
            wrong_type(fields.sink, origin, value, "mapping")
    return found
