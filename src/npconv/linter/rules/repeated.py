"""Items that a list holds twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.diagnostic import Label
from npconv.diagnostics.origin import Origin, Path
from npconv.linter.context import Context, Rule, finding
from npconv.linter.documents import documents
from npconv.linter.model import Finding, Remove
from npconv.source.fields import Value

_SETS: Final = frozenset({
    "from", "to", "ports", "except", "policyTypes", "types", "nets", "notNets", "notPorts", "names", "values",
    "fromEndpoints", "toEndpoints", "fromCIDR", "toCIDR", "fromCIDRSet", "toCIDRSet", "fromEntities", "toEntities",
    "toFQDNs", "toServices", "toPorts", "serverNames", "http", "dns", "externalCIDRs", "networks", "protocols",
})  # fmt: skip
"""The lists in which order does not matter, and once is as good as twice. Rules are left to NPC640 and NPC641."""


def repeated(context: Context) -> Iterator[Finding]:
    """Equal items of a list that is a set."""
    for document in documents(context.found):
        yield from _in(document.data.get("spec"), ("spec",), Origin(document, ()))
        yield from _in(document.data.get("specs"), ("specs",), Origin(document, ()))


def _in(value: Value, path: Path, root: Origin) -> Iterator[Finding]:
    if isinstance(value, dict):
        for key, item in value.items():
            below: Path = (*path, key)
            if isinstance(item, list) and key in _SETS:
                yield from _twice(item, below, root)
            yield from _in(item, below, root)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in(item, (*path, index), root)


def _twice(items: list[Value], path: Path, root: Origin) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        at = first.setdefault(json.dumps(item, sort_keys=True), index)
        if at != index:
            yield finding(
                codes.REPEATED_ITEM,
                root.at(*path, index),
                f"`{path[-1]}` holds this item twice",
                also=(Label(origin=root.at(*path, at), text="first here"),),
                fix=Remove(root.at(*path, index)),
            )


RULES: Final = (Rule(codes=(codes.REPEATED_ITEM,), check=repeated),)
