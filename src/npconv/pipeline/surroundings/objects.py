"""The documents of a cluster, to be asked for by kind and name, and for values below that may not be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npconv.diagnostics.origin import Key
from npconv.source.document import Document
from npconv.source.fields import Value


class Objects:
    """Every object, by kind. Of kinds that several groups have, ask for the group as well."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_kind: dict[str, list[Document]] = {}
        for one in documents:
            self._by_kind.setdefault(one.kind, []).append(one)

    def of(self, kind: str, *groups: str) -> list[Document]:
        """The objects of a kind, in any of some API groups (of any if none is named)."""
        found = self._by_kind.get(kind, [])
        return [one for one in found if not groups or one.api_version.rpartition("/")[0] in groups]

    def named(self, kind: str, *names: str) -> list[Document]:
        """The objects of a kind with one of some names, in the order of the names."""
        return [one for name in names for one in self.of(kind) if one.name == name]


def below(value: Value, *path: Key) -> Value:
    """The value at a path; None if there is none."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(document: Document, *path: Key) -> str:
    """The text at a path; empty if there is none."""
    value = below(document.data, *path)
    return value if isinstance(value, str) else ""


def texts(document: Document, *path: Key) -> list[str]:
    """The texts of the list at a path."""
    value = below(document.data, *path)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def strings(document: Document, *path: Key) -> dict[str, str]:
    """The texts of the mapping at a path, by key."""
    value = below(document.data, *path)
    return {key: one for key, one in value.items() if isinstance(one, str)} if isinstance(value, dict) else {}


def containers(document: Document) -> Iterator[dict[str, Value]]:
    """The containers of a workload's pods."""
    value = below(document.data, "spec", "template", "spec", "containers")
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
