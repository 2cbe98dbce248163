"""A pattern that is compiled later answers as `re.compile` does, and is compiled once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from npconv.pattern import pattern

TEXTS = ("", "a1", "b22 c3", "é9", "a1\nb2", "A1")
QUESTIONS = [
    ("fullmatch", ()),
    ("match", ()),
    ("search", ()),
    ("findall", ()),
    ("split", ()),
    ("finditer", ()),
]


def _plain(answer: Any) -> object:
    if isinstance(answer, re.Match):
        return answer.span(), answer.groups()
    return answer if answer is None or isinstance(answer, str | list) else [one.span() for one in answer]


@pytest.mark.parametrize("options", [0, re.IGNORECASE, re.MULTILINE])
@pytest.mark.parametrize(("name", "more"), QUESTIONS)
def test_the_answers_are_those_of_the_original(name: str, more: tuple[object, ...], options: int) -> None:
    ours, theirs = pattern(r"^([a-z])([0-9]+)", options), re.compile(r"^([a-z])([0-9]+)", options)
    for _ in range(2):  # before it was compiled, and after
        for text in TEXTS:
            assert _plain(getattr(ours, name)(text, *more)) == _plain(getattr(theirs, name)(text, *more))
    assert ours.sub("-", "a1 b2") == theirs.sub("-", "a1 b2")
    assert _plain(ours.search("x a1", 2)) == _plain(theirs.search("x a1", 2))


def test_it_is_compiled_when_it_is_used_and_no_other_way_after_that() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.match("a")
    right = pattern("a+")
    assert right.match is right.match
    assert (right.match("aa"), pattern("b").match("aa")) != (None, None)
