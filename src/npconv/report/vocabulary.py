"""What was read (documents, a cluster, paths) -> every name in it, so that none of them stays in a redacted plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from npconv.pattern import pattern
from npconv.report.own_words import WORD, written

_SKIPPED: Final = frozenset({"apiVersion", "kind", "managedFields"})
"""Keys whose values are words of Kubernetes and of the engines, or who wrote which field."""

_FREE: Final = frozenset({"labels", "annotations", "matchLabels", "nodeSelector", "data"})
"""Keys below which all keys are names, whatever they look like."""

_FIELD: Final = pattern(r"[a-z][A-Za-z0-9]*")
_EXPRESSION: Final = pattern(r"[=!]=|\bhas\(|\b(in|contains|with)\b\s*[{'\"]")
"""Selectors of Calico's: felix, lib/selector/tokenizer."""

_OPERATORS: Final = frozenset({"has", "in", "not", "contains", "starts", "ends", "with", "all", "global"})

_INSIDE: Final = pattern(r"\w[-_./:]\w")
"""What names have, and words have not."""

_PIECE: Final = pattern(r"""'([^']*)'|"([^"]*)"|([\w./*:@-]+)""")


def names_of(*read: object) -> tuple[str, ...]:
    """The names in these, each once, in the order in which they come."""
    return tuple(dict.fromkeys(name for one in read for name in _names(one) if name.strip()))


def _names(value: Any, *, is_free: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        yield from _of_text(value)
    elif isinstance(value, Enum | bool | bytes) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if is_free or not (isinstance(key, str) and _is_field(key)):
                yield from _of_text(str(key))
            elif key in _SKIPPED:
                continue
            yield from _names(inner, is_free=key in _FREE)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _names(getattr(value, field.name), is_free=field.name in _FREE)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _names(inner, is_free=is_free)


def _is_field(key: str) -> bool:
    """Whether a key is a field's name, which npconv knows, and not a label's."""
    return _FIELD.fullmatch(key) is not None and key.casefold() in written()


def _of_text(text: str) -> Iterator[str]:
    """A name; or the names in an expression or a sentence, where words of npconv's are no names."""
    if _is_constant(text):
        return
    if not re.search(r"\s", text):
        yield text
    is_expression = _EXPRESSION.search(text) is not None
    for match in _PIECE.finditer(text):
        piece = match[1] or match[2] or match[3] or ""
        is_quoted = match[3] is None
        if is_quoted or (is_expression and piece not in _OPERATORS) or _INSIDE.search(piece) or not _is_said(piece):
            yield piece


def _is_said(piece: str) -> bool:
    return all(word.casefold() in written() for word in WORD.findall(piece))


def _is_constant(text: str) -> bool:
    """`Allow`, `LoadBalancer`, `TCP`: no name of Kubernetes has capitals, and few labels are such words."""
    return text[:1].isupper() and text.isalnum() and text.casefold() in written()
