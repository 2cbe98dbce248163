"""Documents of many clusters, as a repository holds them -> sets that can be in one cluster each.

Two objects of one kind and name that differ cannot be in one cluster. In one folder that is a mistake (NPC130); in
different folders they are the variants of different clusters, and each set is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

from npconv.dialects.cluster import read as cluster
from npconv.source.document import Document

_Key: TypeAlias = tuple[str, str, str, str]


def worlds(documents: Sequence[Document]) -> list[list[Document]]:
    """The sets, in the order of their first documents. What describes a cluster is in each of them."""
    seen: dict[_Key, list[Document]] = {}
    found: list[list[Document]] = [[]]
    facts: list[Document] = []
    for document in documents:
        if cluster.claims(document):
            facts.append(document)
            continue
        group = document.api_version.partition("/")[0].removeprefix("crd.")
        others = seen.setdefault((group, document.kind, document.namespace, document.name), [])
        at = _place(document, others)
        if at == len(others):
            others.append(document)
        while len(found) <= at:
            found.append([])
        found[at].append(document)
    return [[*one, *facts] for one in found]


def _place(document: Document, others: Sequence[Document]) -> int:
    """Which set a document goes to: with one of its name that it equals, or that stands beside it, or to the next."""
    if not document.name:
        return 0
    folder = PurePath(document.file).parent
    for at, other in enumerate(others):
        if other.data == document.data or PurePath(other.file).parent == folder:
            return at
    return len(others)
