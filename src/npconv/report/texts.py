"""A plan -> the same plan with every text rewritten; and texts that cannot steer a terminal or a page."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Protocol, TypeVar

from npconv.report.model import Plan

Node = TypeVar("Node")


class Change(Protocol):
    """What becomes of a text of the plan: it is told where the text stands."""

    def __call__(self, owner: type, field: str, text: str) -> str:
        """The new text."""


def rewritten(node: Node, change: Change) -> Node:
    """`node` (a plan or a part of one) with every text in it, however deep, passed through `change`.

    Enumerations and numbers stay. What did not change is the same object, so that this is cheap where there is little
    to do.
    """
    found: Node = _rewritten(node, type(node), "", change)
    return found


def visible(plan: Plan) -> Plan:
    """The plan without characters that are not seen, or that change how others are seen: they are written as escapes.

    Names come from strangers: a name with a right-to-left override reads as another name, and one with an escape
    sequence writes to the terminal. Line breaks stay, for commands have them.
    """
    return rewritten(plan, lambda owner, field, text: visible_text(text))


def visible_text(text: str) -> str:
    """One text without such characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_visible(char) else _escaped(char) for char in text)


def _rewritten(value: Any, owner: type, field: str, change: Change) -> Any:
    if isinstance(value, str):
        return change(owner, field, value)
    if isinstance(value, tuple):
        changed = tuple(_rewritten(one, owner, field, change) for one in value)
        return value if all(new is old for new, old in zip(changed, value, strict=True)) else changed
    if is_dataclass(value) and not isinstance(value, type):
        found: dict[str, object] = {}
        for name in _names(type(value)):
            old = getattr(value, name)
            new = _rewritten(old, type(value), name, change)
            if new is not old:
                found[name] = new
        return replace(value, **found) if found else value
    return value


@cache
def _names(owner: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(owner))


def _is_visible(char: str) -> bool:
    """Neither a control character, nor one that changes how others are shown, nor half of a pair."""
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
