"""Regular expressions as Go reads them: whether `regexp.Compile` takes a text. Scans once, without backtracking."""

from __future__ import annotations

import re

from npconv.pattern import pattern

_REPEAT = pattern(r"\{(\d+)(,(\d*))?\}")
_FLAGS = pattern(r"\(\?[imsU]*(?:-[imsU]+)?[:)]")
_GROUP_NAME = pattern(r"\(\?P?<[A-Za-z0-9_]+>")
_ESCAPES = frozenset("aftnrvdDsSwWbBAzC")
_LARGEST_REPEAT = 1000


def problem(text: str) -> str:
    """What Go objects to in an expression; empty if it compiles."""
    position, depth, repeatable, repeated = 0, 0, False, False
    while position < len(text):
        char = text[position]
        if char == "\\":
            position, trouble = _escape(text, position)
            if trouble:
                return trouble
            repeatable, repeated = True, False
        elif char == "[":
            end = _class_end(text, position)
            if end is None:
                return "missing closing `]`"
            position, repeatable, repeated = end, True, False
        elif char == "(":
            opened = _group(text, position)
            if opened is None:
                return "a group that Go does not have, such as a lookahead"
            position += len(opened)
            depth += not opened.endswith(")")
            repeatable = repeated = False
        elif char == ")":
            depth -= 1
            if depth < 0:
                return "unexpected `)`"
            position, repeatable, repeated = position + 1, True, False
        elif char in "*+?" or (char == "{" and _REPEAT.match(text, position)):
            found = _REPEAT.match(text, position) if char == "{" else None
            trouble = _quantifier(found, repeatable=repeatable, repeated=repeated)
            if trouble:
                return trouble
            position = found.end() if found else position + 1
            if position < len(text) and text[position] == "?":
                position += 1
            repeatable, repeated = False, True
        else:
            position, repeatable, repeated = position + 1, char != "|", False
    return "missing closing `)`" if depth else ""


def _quantifier(found: re.Match[str] | None, *, repeatable: bool, repeated: bool) -> str:
    if repeated:
        return "nested repetition operator"
    if not repeatable:
        return "nothing to repeat"
    if found is not None:
        low, high = int(found[1]), int(found[3]) if found[3] else 0
        if max(low, high) > _LARGEST_REPEAT or (found[3] and high < low):
            return "repeat count that is too large or reversed"
    return ""


def _escape(text: str, position: int) -> tuple[int, str]:
    """The end of an escape, and what is wrong with it."""
    if position + 1 >= len(text):
        return position, "trailing `\\`"
    char = text[position + 1]
    if char == "Q":
        end = text.find("\\E", position)
        return (len(text) if end < 0 else end + 2), ""
    if char in "pP":
        found = re.compile(r"\\[pP](?:[A-Z]|\{\^?[A-Za-z_]+\})").match(text, position)
        return (found.end(), "") if found else (position, "unknown class of characters")
    if char == "x":
        found = re.compile(r"\\x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]+\})").match(text, position)
        return (found.end(), "") if found else (position, "invalid escape `\\x`")
    if char.isascii() and char.isalnum() and char not in _ESCAPES and char != "0":
        if char in "1234567" and text[position + 2 : position + 3].isdigit():
            return position + 3, ""
        return position, f"invalid escape `\\{char}`"
    return position + 2, ""


def _class_end(text: str, position: int) -> int | None:
    """Where a character class ends; a `]` that comes first in it is a member."""
    position += 1
    if text[position : position + 1] == "^":
        position += 1
    if text[position : position + 1] == "]":
        position += 1
    while position < len(text):
        if text.startswith("[:", position):
            end = text.find(":]", position)
            position = end + 2 if end >= 0 else position + 2
        elif text[position] == "\\":
            position += 2
        elif text[position] == "]":
            return position + 1
        else:
            position += 1
    return None


def _group(text: str, position: int) -> str | None:
    """What opens the group at this place (or sets flags), None if Go has no such group."""
    if text[position + 1 : position + 2] != "?":
        return "("
    found = _FLAGS.match(text, position) or _GROUP_NAME.match(text, position)
    return found[0] if found else None
