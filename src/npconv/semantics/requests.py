"""Layer 7 facts -> a request of which exactly these are true, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from npconv.ir.dimensions import HttpMethod, HttpPath, PathTest, Request
from npconv.semantics.languages import (
    BLANK,
    EVERYTHING,
    Language,
    UndecidedError,
    chain,
    chars,
    choice,
    find,
    literal,
    repeat,
)
from npconv.semantics.regex import regex

_TOKEN = chars("AZ", "az", "09", "-", ".", "_", "~", "!", "#", "$", "%", "&", "'", "*", "+", "^", "`", "|")
METHOD = chain(_TOKEN, repeat(_TOKEN))
"""A method: any token (RFC 9110 9.1)."""

_URI_CHAR = chars(("!", "!"), ("$", ";"), ("=", "="), ("?", "Z"), "_", ("a", "z"), "~")
PATH_AND_QUERY = choice((literal("*"), chain(literal("/"), repeat(_URI_CHAR))))
"""What stands in a request line: a path, and perhaps a query (RFC 9112 3.2, RFC 3986 3.3 and 3.4)."""

_QUERY = choice((BLANK, chain(literal("?"), EVERYTHING)))


def method_language(fact: HttpMethod) -> Language:
    """The methods for which a fact is true. Raises UnreadableError for a regular expression beyond us."""
    return regex(fact.method) if fact.regex else literal(fact.method)


def path_language(fact: HttpPath) -> Language:
    """The paths, with their queries, for which a fact is true. Raises UnreadableError."""
    match PathTest(fact.test):
        case PathTest.EXACT:
            return chain(literal(fact.text), _QUERY)
        case PathTest.PREFIX:
            segments = fact.text.rstrip("/")
            return chain(literal(segments), choice((_QUERY, chain(literal("/"), EVERYTHING))))
        case PathTest.TEXT_PREFIX:
            return chain(literal(fact.text), EVERYTHING)
        case PathTest.REGEX:
            return regex(fact.text)


def sample(languages: Sequence[tuple[Language, bool]], legal: Language) -> str | None:
    """A legal text that is in exactly the languages that are wanted; None if there is none. Raises UndecidedError."""
    return find(
        [legal, *(language for language, wanted in languages if wanted)],
        [language for language, wanted in languages if not wanted],
    )


def opaque(facts: Iterable[Request], true: Collection[object]) -> None:
    """Raises UndecidedError unless facts whose texts we cannot read may be true and false like this.

    None of several may be true: a request can be about something else. A single one may be true or false.
    Whether one can be true without another of its protocol depends on what they say.
    """
    by_protocol: dict[str, list[Request]] = {}
    for fact in facts:
        by_protocol.setdefault(fact.protocol, []).append(fact)
    for several in by_protocol.values():
        if len(several) > 1 and any(fact in true for fact in several):
            raise UndecidedError
