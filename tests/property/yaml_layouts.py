"""Random documents in block style, laid out as people do: any indentation, comments, lists below their key."""

from __future__ import annotations

import random

_KEYS = (
    *"abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "key",
    "k-1",
    "a.b/c",
    "x:y",
    '"q"',
    "'q r'",
    "on",
    "1",
    "0x1",
    "01",
    "1.0",
    "long_" * 9,
)
_SCALARS = (
    *(
        "a",
        "b c",
        "1",
        "01",
        "1.50",
        "0x1F",
        "y",
        "no",
        "~",
        "null",
        "",
        "-1",
        "::1",
        "?x",
        "a:b",
        "a#b",
        "a's",
        "=",
        ".",
    ),
    *("'a'", '"a"', "'it''s'", '"a: b"', "'# a'", '"\\t"', "[]", "{}", "[a, 1]", "{a: b}", '["a", {b: c}]', "[a,]"),
    *("10.0.0.0/8", "2001:db8::/32", "2024-01-01", "22:23", "a && b == 'c'"),
)
_ODD_SCALARS = ("!a", "*a", "&a b", "|", ">-", "@a", "a: b", "a:", "'a", "[a", "- a", "? a", "a\n        b", ".inf")
_BEHIND = ("", "", "", "", "", "", " ", " # c", "   #c", "#c")
_BETWEEN = ("", "", "", "", "", "", "", "\n", "# c\n", "      # c\n", "  \n")


def _scalar(chance: random.Random) -> str:
    return chance.choice(_SCALARS if chance.random() < 0.98 else _ODD_SCALARS)


def mapping(chance: random.Random, indent: int, levels: int, first: str = "") -> str:
    """A mapping as somebody might lay it out; `first` stands before its first key instead of the indentation."""
    text = ""
    for number in range(chance.randint(1, 4)):
        start = first if number == 0 and first else " " * indent
        text += f"{'' if start == first else chance.choice(_BETWEEN)}{start}{chance.choice(_KEYS)}:"
        what = chance.random() if levels else 0.0
        if what < 0.5:
            text += f"{chance.choice((' ', ' ', ' ', '  '))}{_scalar(chance)}{chance.choice(_BEHIND)}\n"
        elif what < 0.75:
            inner = indent + chance.choice((1, 2, 2, 2, 4, 3))
            text += f"{chance.choice(_BEHIND)}\n{mapping(chance, inner, levels - 1)}"
        else:
            inner = indent + chance.choice((0, 0, 2, 2, 1, 4))
            text += f"{chance.choice(_BEHIND)}\n{_list(chance, inner, levels - 1)}"
    return text


def _list(chance: random.Random, indent: int, levels: int, first: str = "") -> str:
    """A list as somebody might lay it out."""
    text = ""
    for number in range(chance.randint(1, 3)):
        start = first if number == 0 and first else " " * indent
        hyphen = chance.choice(("- ", "- ", "- ", "-   "))
        what = chance.random() if levels else 0.0
        if what < 0.4:
            text += f"{start}{hyphen}{_scalar(chance)}{chance.choice(_BEHIND)}\n"
        else:
            inner = mapping if what < 0.8 else _list
            text += inner(chance, indent + len(hyphen), levels - 1, start + hyphen)
    return text
