"""One line of a manifest -> its key and value, or the value of its list item.

Only lines that mean the same wherever they stand are read here: a plain key, a plain or quoted scalar, or a flow
collection that is closed on its line. Whatever else there is (anchors, tags, block scalars, tabs) is refused.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import yaml

from npconv.pattern import pattern
from npconv.source import nodes, values
from npconv.source.fields import Value

Entry: TypeAlias = tuple[str, Value]
"""A key and its value."""


class NotPlainError(Exception):
    """Text that is left to libyaml, be it right or wrong."""


_ENTRY: Final = pattern(
    r"""(?:(?P<plain>[A-Za-z0-9_][A-Za-z0-9_./:@+=~$-]{0,200})|"(?P<double>[^"\\]{1,200})"|'(?P<single>[^']{1,200})')"""
    r":(?: +(?P<value>[^ #].*)| *(?: #.*)?)"
)
_DOUBLE: Final = pattern(r'"([^"\\]*)" *(?: #.*)?')
_SINGLE: Final = pattern(r"'([^']*)' *(?: #.*)?")
_NO_PLAIN_START: Final = frozenset(" -?:,[]{}#&*!|>'\"%@`")
_PLAIN_UNLESS_ALONE: Final = frozenset("-?:")
_FLOW: Final = frozenset("[{\"'")
_MOST_BRACKETS: Final = 50


def entry(line: str) -> Entry:
    """The key and the value of a line `key: value`. The value of `key:` is null."""
    key, text = _split(line)
    return key, None if text is None else _value(text, line)


def head(line: str) -> str:
    """The key of a line `key:` with nothing behind it."""
    key, text = _split(line)
    if text is not None:
        raise NotPlainError
    return key


def item(line: str) -> Value:
    """The value of a list item on one line: a scalar, a flow collection, or a mapping of one key."""
    if not line:
        return None
    if _ENTRY.fullmatch(line) is not None:
        return dict((entry(line),))
    if not line.isprintable():
        raise NotPlainError
    return _value(line, line)


def _split(line: str) -> tuple[str, str | None]:
    """A line's key, and the text of its value if there is one."""
    found = _ENTRY.fullmatch(line)
    if found is None or not line.isprintable():  # a tab, a line break of another kind, or no YAML
        raise NotPlainError
    plain, double, single, value = found.groups()
    try:
        return (values.PLAIN_KEYS[plain] if plain else double or single), value
    except values.OddValueError:
        raise NotPlainError from None


def _value(text: str, line: str) -> Value:
    """The value that a text stands for, which is the whole `line` or stands at the end of it."""
    first = text[0]
    if first not in _NO_PLAIN_START or (first in _PLAIN_UNLESS_ALONE and text[1:2] not in ("", " ")):
        return _plain(text)
    if first == '"':
        found = _DOUBLE.fullmatch(text)
        if found is not None:
            return found[1]
    elif first == "'":
        found = _SINGLE.fullmatch(text)
        if found is not None:
            return found[1]
    elif text == "[]":
        return []
    elif text == "{}":
        return {}
    if first in _FLOW:
        return _composed(text, line)
    raise NotPlainError


def _plain(text: str) -> Value:
    """The value of an unquoted scalar, which may have a comment behind it."""
    text = text.partition(" #")[0].rstrip(" ")
    if ": " in text or text.endswith(":"):
        raise NotPlainError
    try:
        return values.PLAIN_TEXTS[text]
    except values.OddValueError:
        raise NotPlainError from None


def _composed(text: str, line: str) -> Value:
    """The value of a quoted scalar with escapes, or of a flow collection, as libyaml reads its line alone."""
    if text.count("[") + text.count("{") > _MOST_BRACKETS or values.has_properties(line):
        raise NotPlainError
    try:
        root = nodes.compose(line)
        value = values.plain_value(root)
    except (yaml.YAMLError, values.OddValueError, nodes.TooDeepError, nodes.SecondDocumentError):
        raise NotPlainError from None
    if text is line:
        return value
    if isinstance(value, dict) and len(value) == 1:
        return next(iter(value.values()))
    raise NotPlainError
