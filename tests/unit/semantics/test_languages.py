"""Languages: what is in them, and the search for a text between several."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npconv.ir.dimensions import NAMESPACE, Attribute, HttpPath, PathTest, Request, Scope, TextTest
from npconv.semantics.languages import (
    BLANK,
    EVERYTHING,
    NICE,
    NOTHING,
    Language,
    UndecidedError,
    chain,
    chars,
    choice,
    contains,
    find,
    literal,
    repeat,
)
from npconv.semantics.regex import UnreadableError, regex
from npconv.semantics.requests import PATH_AND_QUERY, path_language, request_language, sample
from npconv.semantics.texts import DNS_NAME, dns_names, legal_values, passing


def test_the_shortest_text_is_found() -> None:
    assert find((literal("shop"),), ()) == "shop"
    assert find((EVERYTHING,), ()) == ""
    assert find((EVERYTHING,), (BLANK,)) == "x"
    assert (
        find(
            (
                chain(literal("a"), EVERYTHING),
                chain(EVERYTHING, literal("b")),
            ),
            (literal("ab"),),
        )
        == "axb"
    )


def test_there_is_proof_that_no_text_is() -> None:
    assert find((literal("a"),), (literal("a"),)) is None
    assert find((NOTHING,), ()) is None
    assert find((), (EVERYTHING,)) is None
    assert find((passing(TextTest.STARTS_WITH, "ab"),), (passing(TextTest.CONTAINS, "b"),)) is None
    assert find((repeat(literal("aa")),), (repeat(literal("a")),)) is None


_SMALL = st.recursive(
    st.sampled_from([literal("a"), literal("ab"), chars("ab"), literal("b"), BLANK]),
    lambda inner: st.one_of(
        st.builds(repeat, inner),
        st.builds(chain, inner, inner),
        st.lists(inner, min_size=2, max_size=3).map(choice),
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(inside=st.lists(_SMALL, min_size=1, max_size=2), outside=st.lists(_SMALL, max_size=4))
def test_the_text_found_is_the_first_of_all_by_length_and_letter(
    inside: list[Language], outside: list[Language]
) -> None:
    """Whatever languages were looked at on the way: against every text of up to five letters, tried one by one."""
    letters = [one for one in NICE if one in "abx"]
    texts = ("".join(one) for length in range(6) for one in product(letters, repeat=length))
    wanted = (
        text
        for text in texts
        if all(contains(one, text) for one in inside) and not any(contains(one, text) for one in outside)
    )
    found = find(tuple(inside), tuple(outside))
    if found is None or len(found) <= 5:
        assert found == next(wanted, None)


def test_a_long_search_is_given_up() -> None:
    far = chain(EVERYTHING, literal("a"), *[chars(("a", "b"))] * 16)
    with pytest.raises(UndecidedError):
        find(
            (
                far,
                repeat(chars("ab")),
            ),
            (chain(EVERYTHING, literal("b")),),
        )


def test_a_choice_of_everything_is_everything() -> None:
    assert choice([literal("a"), EVERYTHING]) == EVERYTHING
    assert choice([literal("a"), literal("a")]) == literal("a")
    assert choice([]) == NOTHING
    assert repeat(repeat(literal("a"))) == repeat(literal("a"))


COUNTS = ("*", "+", "?", "{2}", "{1,2}", "{1,}")
EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\.", "\\d", "\\W", "[a-c]", "[.-]", "[\\d]"]),
    lambda one: st.one_of(
        st.tuples(one, one).map("".join),
        st.tuples(one, one).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(one, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{1,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, st.lists(st.text("abcd.1-", max_size=5), min_size=5, max_size=10))
def test_an_expression_matches_what_python_matches(expression: str, texts: list[str]) -> None:
    language = regex(expression)
    for text in texts:
        assert contains(language, text) == bool(re.fullmatch(expression, text, re.ASCII)), (expression, text)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_a_text_between_two_expressions_is_between_them(inside: str, outside: str) -> None:
    found = find((regex(inside),), (regex(outside),))
    if found is None:
        texts = ["".join(letters) for letters in ("a", "b", "ab", "ba", "1", ".", "-", "aa", "bb", "cc", "", "aab")]
        assert not [one for one in texts if re.fullmatch(inside, one) and not re.fullmatch(outside, one)]
    else:
        assert re.fullmatch(inside, found, re.ASCII)
        assert not re.fullmatch(outside, found, re.ASCII)


@pytest.mark.parametrize(
    "text",
    [
        "(?i)a",
        "(?P<n>a)",
        "\\bword",
        "[[:alpha:]]",
        "a**",
        "a{1,1000}",
        "(",
        ")",
        "a{",
        "[a",
        "\\pN",
        "\\Qa\\E",
        "[z-a]",
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        regex(text)


@pytest.mark.parametrize(
    ("text", "matched", "unmatched"),
    [
        ("^/a$", "/a", "/ab"),
        ("a*?b", "aab", "aa"),
        ("[]a]+", "]a", "b"),
        ("[^]a]", "b", "]"),
        ("a|b|", "", "c"),
        ("\\.\\*", ".*", "ab"),
        ("(ab)?c", "abc", "ac"),
    ],
)
def test_what_re2_reads_its_own_way(text: str, matched: str, unmatched: str) -> None:
    assert contains(regex(text), matched)
    assert not contains(regex(text), unmatched)


@pytest.mark.parametrize(
    ("pattern", "matched", "unmatched"),
    [
        ("*.example.com", ["a.example.com"], ["example.com", "a.b.example.com"]),
        ("*example.com", ["example.com", "my-example.com"], ["a.example.com"]),
        ("**.example.com", ["a.example.com", "a.b.example.com"], ["example.com"]),
        ("a.*.com", ["a.b.com"], ["a.b.c.com", "a.com"]),
        ("*", ["example.com", "a.b.c"], []),
        ("Example.com.", ["example.com"], ["xexample.com"]),
    ],
)
def test_names_match_as_in_cilium(pattern: str, matched: list[str], unmatched: list[str]) -> None:
    language = dns_names(pattern)
    assert [name for name in matched if contains(language, name)] == matched
    assert not [name for name in unmatched if contains(language, name)]
    assert all(contains(DNS_NAME, name) for name in matched)


@pytest.mark.parametrize(
    ("test", "text", "matched", "unmatched"),
    [
        (PathTest.EXACT, "/a", ["/a", "/a?q=1"], ["/a/", "/ab", "/a/b"]),
        (PathTest.PREFIX, "/a", ["/a", "/a/", "/a/b?q", "/a?q"], ["/ab", "/"]),
        (PathTest.PREFIX, "/", ["/", "/a", "/?q"], []),
        (PathTest.TEXT_PREFIX, "/a", ["/a", "/ab", "/a/b"], ["/b"]),
        (PathTest.REGEX, "/a", ["/a"], ["/a?q", "/ab"]),
    ],
)
def test_paths_match_with_their_queries(test: PathTest, text: str, matched: list[str], unmatched: list[str]) -> None:
    language = path_language(HttpPath(test.value, text))
    assert [path for path in matched if contains(language, path)] == matched
    assert not [path for path in unmatched if contains(language, path)]


def test_an_exact_path_is_the_expression_with_any_query() -> None:
    exact = path_language(HttpPath(PathTest.EXACT.value, "/a"))
    expression = path_language(HttpPath(PathTest.REGEX.value, "/a([?].*)?"))
    assert sample([(exact, True), (expression, False)], PATH_AND_QUERY) is None
    assert sample([(exact, False), (expression, True)], PATH_AND_QUERY) is None
    bare = path_language(HttpPath(PathTest.REGEX.value, "/a"))
    assert sample([(exact, True), (bare, False)], PATH_AND_QUERY) == "/a?"


def test_layer_7_texts_that_are_known_and_not() -> None:
    assert contains(request_language(Request("dns", "*.example.com")), "a.example.com")
    assert contains(request_language(Request("http host", "(a|b)[.]com")), "b.com")
    assert contains(request_language(Request("http header", "X-Token 1")), "1")
    assert request_language(Request("http header", "X-Token")) == EVERYTHING
    with pytest.raises(UnreadableError):
        request_language(Request("kafka", "topic=a"))
    with pytest.raises(UnreadableError):
        request_language(Request("tls name", "*.example.com"))


def test_values_are_legal() -> None:
    label = Attribute.of(Scope.POD, "app")
    assert contains(legal_values(label), "Web_1.x") and contains(legal_values(label), "")
    assert not contains(legal_values(label), "-web")
    assert contains(legal_values(NAMESPACE), "shop-1")
    assert not contains(legal_values(NAMESPACE), "Shop")
    assert (
        find(
            (
                legal_values(NAMESPACE),
                passing(TextTest.STARTS_WITH, "A"),
            ),
            (),
        )
        is None
    )
