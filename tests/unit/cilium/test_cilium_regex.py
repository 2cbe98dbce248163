"""Which regular expressions Go compiles (the answers of `regexp.Compile`)."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.validate_regex import problem


@pytest.mark.parametrize(
    "text",
    [
        "", "GET", "GET|POST", "/a/.*", "/a/?$", "^/x(/.*)?$", "[^/]+", "[]a]", "[a\\]]", "[[:alpha:]]+", "(?i)get",
        "(?:a|b)", "(?P<name>a)", "(?<name>a)", "a{2,3}?", "a{,3}", "a{", "\\d+\\.\\w*", "\\pL", "\\p{Greek}", "\\x41",
        "\\x{1F600}", "\\Q(\\E?", "\\-", "a+?", "^*", "(a*)*", "\\101", "(?s-i:a)", "{", "}", "]",
    ],
)  # fmt: skip
def test_compiles(text: str) -> None:
    assert problem(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("*", "nothing to repeat"),
        ("a|*", "nothing to repeat"),
        ("(?i)*", "nothing to repeat"),
        ("a**", "nested repetition operator"),
        ("a++", "nested repetition operator"),
        ("a{2}{3}", "nested repetition operator"),
        ("a{1001}", "repeat count that is too large or reversed"),
        ("a{3,2}", "repeat count that is too large or reversed"),
        ("(a", "missing closing `)`"),
        ("a)", "unexpected `)`"),
        ("[a", "missing closing `]`"),
        ("(?=a)", "a group that Go does not have, such as a lookahead"),
        ("(?<!a)", "a group that Go does not have, such as a lookahead"),
        ("(?>a)", "a group that Go does not have, such as a lookahead"),
        ("(a)\\1", "invalid escape `\\1`"),
        ("\\Z", "invalid escape `\\Z`"),
        ("\\x4", "invalid escape `\\x`"),
        ("a\\", "trailing `\\`"),
    ],
)
def test_does_not_compile(text: str, why: str) -> None:
    assert problem(text) == why


def test_a_long_text_takes_no_long_time() -> None:
    assert problem("(a|b)*" * 50_000) == ""
    assert problem("(" * 100_000) == "missing closing `)`"
