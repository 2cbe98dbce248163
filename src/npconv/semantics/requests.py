"""Layer 7 facts -> a request of which exactly these are true, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from npconv.ir.dimensions import HttpMethod, HttpPath, PathTest, Request
from npconv.semantics.languages import (
    BLANK,
    EVERYTHING,
    Language,
    chain,
    chars,
    choice,
    find,
    literal,
    repeat,
)
from npconv.semantics.regex import UnreadableError, regex
from npconv.semantics.texts import DNS_NAME, dns_names

_TOKEN = chars("AZ", "az", "09", "-", ".", "_", "~", "!", "#", "$", "%", "&", "'", "*", "+", "^", "`", "|")
METHOD = chain(_TOKEN, repeat(_TOKEN))
"""A method: any token (RFC 9110 9.1)."""

_URI_CHAR = chars(("!", "!"), ("$", ";"), ("=", "="), ("?", "Z"), "_", ("a", "z"), "~")
PATH_AND_QUERY = choice((literal("*"), chain(literal("/"), repeat(_URI_CHAR))))
"""What stands in a request line: a path, and perhaps a query (RFC 9112 3.2, RFC 3986 3.3 and 3.4)."""

HEADER = "http header"
"""The protocol of facts about one header: its name, and its value if one is asked for."""

_QUERY = choice((BLANK, chain(literal("?"), EVERYTHING)))


@lru_cache(maxsize=4096)
def method_language(fact: HttpMethod) -> Language:
    """The methods for which a fact is true. Raises UnreadableError for a regular expression beyond us."""
    return regex(fact.method) if fact.regex else literal(fact.method)


@lru_cache(maxsize=4096)
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
        (legal, *(language for language, wanted in languages if wanted)),
        tuple(language for language, wanted in languages if not wanted),
    )


def kind_of(fact: Request) -> str:
    """What a fact is about; facts about different things are true or false independently of each other."""
    if fact.protocol == HEADER:
        return f"{HEADER} {fact.text.partition(' ')[0].lower()}"
    return fact.protocol


def request_language(fact: Request) -> Language:
    """The names, hosts or values for which a fact is true. Raises UnreadableError if its text is not known to be one.

    These are the facts that Cilium's front end writes (`dialects/cilium/lift_requests.py`).
    """
    match fact.protocol:
        case "dns":
            return dns_names(fact.text)
        case "tls name" if "*" not in fact.text:
            return literal(fact.text)
        case "http host":
            return regex(fact.text)
        case "http header":
            value = fact.text.partition(" ")[2]
            return literal(value) if value else EVERYTHING
        case _:
            raise UnreadableError(str(fact))


def legal_text(kind: str) -> Language:
    """The texts that a request can have where facts of this kind look."""
    return DNS_NAME if kind in ("dns", "tls name", "http host") else EVERYTHING
