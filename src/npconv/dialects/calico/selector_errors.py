"""Where a selector stopped making sense -> what to tell its author. Knows the mistakes people make."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from npconv.pattern import pattern

Explained: TypeAlias = tuple[int, str, str]
"""End of the range to point at, message, help."""

_WORD: Final = pattern(r"[A-Za-z0-9_./-]+")
_OPERATORS: Final = "`==`, `!=`, `in`, `not in`, `contains`, `starts with` or `ends with`"
_AND_OR: Final = {"and": "&&", "or": "||"}


def explain(text: str, start: int, expected: frozenset[str]) -> Explained:
    """The end of the offending part, a message and a help for a parse that stopped at `start`.

    `expected` are the names of the grammar's terminals that could have stood there.
    """
    if start >= len(text):
        return _at_end(text, expected)
    if text[start].isspace():
        return _whitespace(text, start)
    if text[start] in "'\"" and text.find(text[start], start + 1) < 0:
        return len(text), "unterminated string", f"close it with `{text[start]}`; there are no escapes"
    if "HAS_OPEN" in expected:
        return _instead_of_condition(text, start)
    if "_EQUAL" in expected:
        return _instead_of_operator(text, start)
    if "STRING" in expected:
        return _instead_of_string(text, start, in_set="RBRACE" in expected)
    return _elsewhere(text, start, expected)


def _at_end(text: str, expected: frozenset[str]) -> Explained:
    end = len(text)
    if "_EQUAL" in expected:
        label = _last_word(text)
        return (
            end,
            f"expected an operator after label `{label}`",
            f"to ask whether the label is there, use `has({label})`",
        )
    if "HAS_OPEN" in expected:
        return end, "unexpected end of selector (expected a condition)", ""
    if "CALL_CLOSE" in expected or "_RPAREN" in expected:
        return end, "unexpected end of selector (expected `)`)", ""
    if "STRING" in expected and "RBRACE" not in expected:
        return end, "unexpected end of selector (expected a quoted value)", ""
    if "RBRACE" in expected:
        return end, "unexpected end of selector (expected `}`)", ""
    if "_LBRACE" in expected:
        return end, "unexpected end of selector (expected a set)", "write the set in braces: `{'a', 'b'}`"
    return end, "unexpected end of selector", ""


def _whitespace(text: str, start: int) -> Explained:
    name = "newline" if text[start] in "\r\n" else "white space"
    message = f"unexpected {name} in selector"
    if name == "newline" and not text[start:].strip():
        message = "unexpected newline at the end of the selector"
    return (
        start + 1,
        message,
        "Calico selectors know only space and tab between words; a YAML block scalar adds a newline: "
        "use `>-`, or one line",
    )


def _instead_of_condition(text: str, start: int) -> Explained:
    """Where a label, `has(`, `all(`, `global(`, `!` or `(` could have stood."""
    if text[start] in "'\"":
        return (
            _string_end(text, start),
            "expected a label (found text in quotes)",
            "labels are not quoted: `app == 'web'`",
        )
    if text[start] == ")":
        return start + 1, "unexpected `)` (expected a condition)", "use `all()` to select everything"
    return _found(text, start, "a condition")


def _instead_of_operator(text: str, start: int) -> Explained:
    """Right after a label."""
    label = _last_word(text[:start])
    message = f"expected an operator after label `{label}`"
    character = text[start]
    word = _WORD.match(text, start)
    if character == "(":
        return start + 1, *_call(text[:start], label)
    if character == "=":
        end = start + len(_run(text, start, "=~"))
        return end, f"expected `==` (found `{text[start:end]}`)", _equality_help(text[start:end])
    if character in "<>":
        return start + 1, f"{message} (found `{character}`)", "labels are text: Calico does not compare numbers"
    if character == ",":
        return start + 1, f"{message} (found `,`)", "join conditions with `&&`"
    if character in "&|!)":
        return start + 1, f"{message} (found `{character}`)", f"to ask whether the label is there, use `has({label})`"
    if word is None:
        return start + 1, f"{message} (found `{character}`)", _label_help(character)
    return word.end(), f"{message} (found `{_shown(word.group())}`)", _word_help(text[start:], label, word.group())


def _call(before: str, label: str) -> tuple[str, str]:
    name = label.lower()
    if name in ("has", "all", "global"):
        if before.endswith((" ", "\t")):
            return f"unexpected space between `{label}` and `(`", f"write `{name}(` without a space"
        return f"unknown function `{label}`", f"functions are lower-case: `{name}(`"
    return f"unknown function `{label}`", "the functions are `has(label)`, `all()` and `global()`"


def _word_help(rest: str, label: str, word: str) -> str:
    if label == "not":
        return f"negate with `!`, as in `!has({word})`, or use `{word} not in {{…}}`"
    if re.match(r"not[ \t]+(contains|starts|ends)\b", rest):
        return f"negate with `!` in front: `!{label} contains 'x'`"
    if word.lower() in ("in", "not", "contains", "starts", "ends", "startswith", "endswith", "notin"):
        lower = {"not": "not in", "starts": "starts with", "ends": "ends with"}.get(word.lower(), word.lower())
        return f"operators are lower-case: `{lower}`" if word != word.lower() else f"did you mean `{lower}`?"
    if word.lower() in ("eq", "equals", "is"):
        return "use `==`"
    return f"the operators are {_OPERATORS}"


def _instead_of_string(text: str, start: int, *, in_set: bool) -> Explained:
    """Where a quoted value could have stood."""
    character = text[start]
    if character == "=":
        end = start + len(_run(text, start, "="))
        return end, f"unexpected `{text[start:end]}`", "use `==`"
    word = _WORD.match(text, start)
    place = "a quoted value or `}`" if in_set else "a quoted value"
    if word is not None:
        return (
            word.end(),
            f"expected {place} (found `{_shown(word.group())}`)",
            f"quote the value: `'{_shown(word.group())}'`",
        )
    return start + 1, f"expected {place} (found `{character}`)", ""


def _elsewhere(text: str, start: int, expected: frozenset[str]) -> Explained:
    character = text[start]
    if expected == {"LABEL"}:
        return _inside_has(text, start)
    if "_LBRACE" in expected:
        end = start + 1
        return end, f"expected a set in braces (found `{character}`)", "write the set in braces: `{'a', 'b'}`"
    if "CALL_CLOSE" in expected:
        if character == ",":
            return start + 1, "expected `)` (found `,`)", "`has` takes one label; use `has(a) && has(b)`"
        return _found(text, start, "`)`")
    if "RBRACE" in expected:
        end, message, help = _found(text, start, "`,` or `}`" if "_COMMA" in expected else "`}`")
        return end, message, help or ("separate the values with `,`" if character in "'\"" else "")
    word = _WORD.match(text, start)
    if word is not None and word.group().lower() in _AND_OR:
        symbol = _AND_OR[word.group().lower()]
        return word.end(), f"expected `&&` or `||` (found `{_shown(word.group())}`)", f"use `{symbol}`"
    if character in "&|":
        return start + 1, f"expected `{character * 2}` (found `{character}`)", f"use `{character * 2}`"
    if character == ",":
        return start + 1, "expected `&&` or `||` (found `,`)", "join conditions with `&&`"
    if character == ")":
        return start + 1, "unexpected `)`: no parenthesis is open", ""
    if text[max(start - 2, 0) : start] in ("\\'", '\\"'):
        return start + 1, "text ends at the quote", 'there are no escapes: write `"it\'s"`, or `\'say "hi"\'`'
    wanted = "`&&`, `||` or `)`" if "_RPAREN" in expected else "`&&`, `||` or the end"
    return _found(text, start, wanted)


def _inside_has(text: str, start: int) -> Explained:
    if text[start] in "'\"":
        end = _string_end(text, start)
        return end, "expected a label (found text in quotes)", "`has` takes one label, not quoted"
    if text[start] == ")":
        return start + 1, "expected a label (found `)`)", "`has` takes one label"
    return _found(text, start, "a label")


def _found(text: str, start: int, wanted: str) -> Explained:
    """The general case: what was expected, and the word, the text or the character that stands there."""
    character = text[start]
    if character in "'\"":
        return _string_end(text, start), f"expected {wanted} (found text in quotes)", ""
    word = _WORD.match(text, start)
    if word is not None:
        return word.end(), f"expected {wanted} (found `{_shown(word.group())}`)", ""
    return start + 1, f"expected {wanted} (found `{character}`)", _label_help(character)


def _equality_help(written: str) -> str:
    if "~" in written:
        return "Calico has no regular expressions; use `starts with`, `ends with` or `contains`"
    return "use `==`"


def _label_help(character: str) -> str:
    if character in "@:%$+*#\\;" or not character.isascii():
        return "a label holds letters, digits, `_`, `.`, `/` and `-`"
    return ""


def _last_word(text: str) -> str:
    words = _WORD.findall(text.rstrip(" \t")[-600:])
    return _shown(words[-1]) if words else ""


def _shown(word: str) -> str:
    return word if len(word) <= 60 else word[:59] + "…"


def _run(text: str, start: int, characters: str) -> str:
    end = start
    while end < len(text) and text[end] in characters:
        end += 1
    return text[start:end]


def _string_end(text: str, start: int) -> int:
    closing = text.find(text[start], start + 1)
    return len(text) if closing < 0 else closing + 1
