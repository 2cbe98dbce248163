"""A plan -> JSON, for programs (schemas/plan.schema.json). It holds everything, as it was written."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final

from npconv.pattern import pattern
from npconv.report.model import Engines, Formula, NamespaceRow, Plan, Spot, Summary
from npconv.version import __version__

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""

_PAIRS: Final = {
    (Summary, "counts"): None,
    (NamespaceRow, "counts"): None,
    (Engines, "settings"): ("name", "value"),
    (Formula, "rows"): ("reason", "points", "why"),
}
"""Tuples of tuples: an object whose keys are the first of each, or objects with these keys."""


_AWKWARD: Final = pattern("[\u2028\u2029\ud800-\udfff]")
"""What ends a line in some languages, and halves of pairs (file names that are no UTF-8)."""


def rendered(plan: Plan) -> str:
    """The plan as a JSON document."""
    data = {"format": FORMAT, "npconv": __version__, **_object(plan)}
    return _AWKWARD.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(data, indent=1, ensure_ascii=False)) + "\n"


def _object(node: Any) -> dict[str, object]:
    owner: type = type(node)
    found: dict[str, object] = {}
    for name, key in _keys(owner):
        value = getattr(node, name)
        if (owner, name) not in _PAIRS:
            found[key] = _value(value)
            continue
        keys = _PAIRS[owner, name]
        if keys is None:
            found[key] = {_value(first): second for first, second in value}
        else:
            found[key] = [dict(zip(keys, one, strict=True)) for one in value]
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Spot):
        return _object(value) if value.file else None
    if is_dataclass(value):
        return _object(value)
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value


@cache
def _keys(owner: type) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, _camel(one.name)) for one in fields(owner))


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
