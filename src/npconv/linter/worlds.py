"""Documents of many clusters, as a repository holds them -> sets that can be in one cluster each.

Two objects of one kind and name that differ cannot be in one cluster. In one folder that is a mistake (NPC130); in
different folders they are the variants of different clusters, and each set is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

from npconv.dialects.cluster import kinds as cluster
from npconv.source.document import Document

_Key: TypeAlias = tuple[str, str, str, str]


def worlds(documents: Sequence[Document]) -> list[list[Document]]:
    """The sets, in the order of their first documents. What describes a cluster is in each of them.

    Files of one folder stay together where they can: the variants of a cluster are a folder each.
    """
    facts = [one for one in documents if cluster.claims(one)]
    policies = [one for one in documents if not cluster.claims(one)]
    named: dict[_Key, list[Document]] = {}
    numbers = [_place(one, named.setdefault(_key(one), [])) for one in policies]
    highest: dict[PurePath, int] = {}
    for one, number in zip(policies, numbers, strict=True):
        highest[_folder(one)] = max(highest.get(_folder(one), 0), number)
    taken = {(number, _key(one)) for one, number in zip(policies, numbers, strict=True) if one.name}
    found: list[list[Document]] = [[] for _ in range(max(numbers, default=0) + 1)]
    for one, number in zip(policies, numbers, strict=True):
        beside = highest[_folder(one)]
        found[number if (beside, _key(one)) in taken else beside].append(one)
    return [[*one, *facts] for one in found if one]


def _key(document: Document) -> _Key:
    group = document.api_version.partition("/")[0].removeprefix("crd.")
    return group, document.kind, document.namespace, document.name


def _folder(document: Document) -> PurePath:
    return PurePath(document.file).parent


def _place(document: Document, others: list[Document]) -> int:
    """Which set a document goes to: with one of its name that it equals, or that stands beside it, or to the next."""
    if not document.name:
        return 0
    for at, other in enumerate(others):
        if other.data == document.data or _folder(other) == _folder(document):
            return at
    others.append(document)
    return len(others) - 1
