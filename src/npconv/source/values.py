"""PyYAML nodes -> JSON values. The plain case in few steps; whatever is odd goes to `exact`."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from yaml.nodes import ScalarNode, SequenceNode

from npconv.pattern import pattern
from npconv.source import scalars
from npconv.source.fields import Value
from npconv.source.nodes import MAX_DEPTH, AnyNode, TooDeepError


class OddValueError(Exception):
    """Something that the plain case leaves to `exact`: a problem, a merge, a key that is no scalar."""


_CACHED_LENGTH: Final = 64
_CACHED_TEXTS: Final = 50_000


class _Cache(dict[str, scalars.Scalar]):
    """Plain text to its value. Policies repeat themselves, so that equal strings are also shared."""

    def __missing__(self, text: str) -> scalars.Scalar:
        value = scalars.plain(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise OddValueError
        if len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_TEXTS:
                self.clear()
            self[text] = value
        return value


class _KeyCache(dict[str, str]):
    """Plain text to the text of the key that it makes."""

    def __missing__(self, text: str) -> str:
        if text == "<<":
            raise OddValueError
        try:
            key = scalars.plain_key(text)
        except scalars.UnreadableScalarError:
            raise OddValueError from None
        if len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_TEXTS:
                self.clear()
            self[text] = key
        return key


PLAIN_TEXTS: Final = _Cache()
"""The value of an unquoted scalar. Raises `OddValueError` if it has none in JSON."""

PLAIN_KEYS: Final = _KeyCache()
"""The text of an unquoted key. Raises `OddValueError` if it is none."""


_PROPERTY: Final = pattern(r"(?:^|[-:,?\[{\r\x85\u2028\u2029])[ \t]*[!&*]", re.MULTILINE)
"""A tag, an anchor or an alias where a node may begin: behind an indicator or at the start of a line. Inside of a text,
as in Calico's `a != 'b' && has(c)`, they mean nothing."""


def needs_exact(text: str) -> bool:
    """Whether a document may hold explicit tags or aliases, which `plain_value` does not know, or errs to that side."""
    if "!" not in text and ("*" not in text or "&" not in text):
        return False
    return has_properties(text)


def has_properties(text: str) -> bool:
    """Whether a text may hold a tag, an anchor or an alias."""
    return _PROPERTY.search(text) is not None


def plain_value(node: Any, levels: int = MAX_DEPTH) -> Value:
    """The value of a node in a document without explicit tags and aliases.

    Raises `OddValueError`, and `TooDeepError` for more than `levels` levels of collections.
    """
    if type(node) is ScalarNode:
        return node.value if node.style else PLAIN_TEXTS[node.value]
    if levels == 0:
        raise TooDeepError(node.start_mark.line, node.start_mark.column)
    levels -= 1
    if type(node) is SequenceNode:
        return [
            (child.value if child.style else PLAIN_TEXTS[child.value])
            if type(child) is ScalarNode
            else plain_value(child, levels)
            for child in node.value
        ]
    mapping: dict[str, Value] = {}
    for key, child in node.value:
        if type(key) is not ScalarNode:
            raise OddValueError
        mapping[key.value if key.style else PLAIN_KEYS[key.value]] = (
            (child.value if child.style else PLAIN_TEXTS[child.value])
            if type(child) is ScalarNode
            else plain_value(child, levels)
        )
    if len(mapping) != len(node.value):
        raise OddValueError
    return mapping


def is_merge(key: AnyNode) -> bool:
    """Whether a key is the `<<` that copies another mapping in (`decode.go`, `isMerge`)."""
    if not isinstance(key, ScalarNode) or key.value != "<<":
        return False
    tag: object = key.tag
    return tag == "tag:yaml.org,2002:merge" if isinstance(tag, str) else not key.style


def key_text(key: AnyNode) -> str | None:
    """The text that a key node becomes; None if it cannot be one."""
    if not isinstance(key, ScalarNode):
        return None
    tag: object = key.tag
    try:
        if isinstance(tag, str):
            return scalars.key(scalars.tagged(tag, key.value))
        return key.value if key.style else scalars.plain_key(key.value)
    except scalars.UnreadableScalarError:
        return None
