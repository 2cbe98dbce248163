"""Facts about names and requests -> which of them are true of a peer, or a request, of which some are.

One text of each kind settles it: a method, a path, a host, a name. Every fact about that is true or false of the text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from npconv.ir.condition import Both, Condition, Holds
from npconv.ir.dimensions import BackendOf, Fact, HttpMethod, HttpPath, Named, Request
from npconv.semantics.languages import Language, UndecidedError, contains
from npconv.semantics.mentions import leaves
from npconv.semantics.regex import UnreadableError
from npconv.semantics.requests import (
    METHOD,
    PATH_AND_QUERY,
    kind_of,
    legal_text,
    method_language,
    path_language,
    request_language,
    sample,
)
from npconv.semantics.space import HTTP_ANY, parser
from npconv.semantics.texts import DNS_NAME, dns_names

_REMEMBERED: Final = 1 << 10
_METHODS, _PATHS, _NAMES = "methods", "paths", "names"
_LEGAL: Final = {_METHODS: METHOD, _PATHS: PATH_AND_QUERY, _NAMES: DNS_NAME}
"""What a text may be."""


@lru_cache(maxsize=_REMEMBERED)
def of_texts(condition: Condition) -> tuple[Fact, ...]:
    """What a condition asks of names and requests."""
    facts = (one.fact for one in leaves(condition) if isinstance(one, Holds))
    return tuple(one for one in facts if isinstance(one, Named | HttpMethod | HttpPath | Request))


@lru_cache(maxsize=_REMEMBERED)
def true_of_a_request(asked: Condition, known: frozenset[Fact]) -> frozenset[Fact] | None:
    """The facts that are true of a request for which a condition holds; None if none is easy to find.

    Of what nobody asks about, such as a header, there is nothing: then none of the facts about that is true.
    """
    wanted: dict[str, list[tuple[Language, bool]]] = {}
    try:
        for one in asked.parts if isinstance(asked, Both) else (asked,):
            if not isinstance(one, Holds):
                return None
            wanted.setdefault(_about(one.fact), []).append((_language(one.fact), not one.negated))
        if _METHODS in wanted or _PATHS in wanted:
            wanted = {_METHODS: [], _PATHS: [], **wanted}
        texts = {about: sample(several, _legal(about)) for about, several in wanted.items()}
        if None in texts.values():
            return None
        true = [one for one in known if (text := texts.get(_about(one))) is not None and contains(_language(one), text)]
    except (UnreadableError, UndecidedError):
        return None
    is_http = any(isinstance(one, HttpMethod | HttpPath | Request) and parser(one) == "http" for one in true)
    return frozenset((*true, HTTP_ANY) if is_http else true) & known


def _about(fact: Fact) -> str:
    """What a fact is about: facts about different things are true or false independently of each other."""
    match fact:
        case HttpMethod():
            return _METHODS
        case HttpPath():
            return _PATHS
        case Request():
            return kind_of(fact)
        case _:
            return _NAMES


def _language(fact: Fact) -> Language:
    match fact:
        case HttpMethod():
            return method_language(fact)
        case HttpPath():
            return path_language(fact)
        case Request():
            return request_language(fact)
        case Named(pattern):
            return dns_names(pattern)
        case _:
            raise UnreadableError(str(fact))


def _legal(about: str) -> Language:
    return _LEGAL[about] if about in _LEGAL else legal_text(about)


@lru_cache(maxsize=_REMEMBERED)
def true_of_a_peer(asked: tuple[Holds, ...], known: frozenset[Fact]) -> frozenset[Fact] | None:
    """What is true of a peer of which some facts are: that is behind services, and has one name if it needs any."""
    services = [one.fact for one in asked if isinstance(one.fact, BackendOf) and not one.negated]
    names = [one for one in asked if isinstance(one.fact, Named)]
    if any(not isinstance(one.fact, BackendOf | Named) for one in asked):
        return None
    found = {*services, *(BackendOf(one.namespace, one.name, False) for one in services)}
    if names:
        try:
            name = sample([(_language(one.fact), not one.negated) for one in names], DNS_NAME)
        except UndecidedError:
            return None
        if name is None:
            return None
        return frozenset(found).union(one for one in known if _about(one) == _NAMES and contains(_language(one), name))
    return frozenset(found)
