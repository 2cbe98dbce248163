"""What was read (documents, a cluster, paths) -> every name in it, so that none of them stays in a redacted plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from npconv.report.own_words import WORD, written

_OURS: Final = frozenset(
    {"kind", "apiVersion", "action", "protocol", "operator", "policyTypes", "types", "managedFields"}
)
"""Keys whose values are words of Kubernetes and of the engines."""

_FIELD: Final = re.compile(r"[a-z][A-Za-z0-9]*")
_PIECE: Final = re.compile(r"""'([^']*)'|"([^"]*)"|([\w./*:@-]+)""")


def names_of(*read: object) -> tuple[str, ...]:
    """The names in these, each once, in the order in which they come."""
    return tuple(dict.fromkeys(name for one in read for name in _names(one) if name.strip()))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _of_text(value)
    elif isinstance(value, Enum | bool | bytes) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _OURS:
                continue
            if isinstance(key, str) and not _is_field(key):
                yield from _of_text(key)
            yield from _names(inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _names(getattr(value, field.name))
    elif isinstance(value, Iterable | Set):
        for inner in value:
            yield from _names(inner)
    elif type(value).__module__ == "ipaddress":
        yield str(value)


def _is_field(key: str) -> bool:
    """Whether a key is a field's name, which npconv knows, and not a label's."""
    return _FIELD.fullmatch(key) is not None and key.casefold() in written()


def _of_text(text: str) -> Iterator[str]:
    """A name; or the names in an expression or a sentence, where words of npconv's are no names."""
    if not re.search(r"\s", text):
        yield text
    for match in _PIECE.finditer(text):
        piece = match[1] or match[2] or match[3] or ""
        quoted = match[3] is None
        if quoted or any(word.casefold() not in written() for word in WORD.findall(piece)):
            yield piece
