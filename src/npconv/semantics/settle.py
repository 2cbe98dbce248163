"""Facts that hang together -> a text of which exactly the true ones are true, or what about them clashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from npconv.dataclass import dataclass
from npconv.ir.dimensions import HttpMethod, HttpPath, Request
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.languages import Language, UndecidedError
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


@dataclass(frozen=True, slots=True)
class Clash:
    """No flow was found for a model. `clause` rules out what clashed; `proven` if no flow can look like that."""

    clause: tuple[int, ...]
    proven: bool
    why: str


class ClashError(Exception):
    """What a model says cannot be, or is not known to be."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(clash.why)
        self.clash = clash


@dataclass(frozen=True, slots=True)
class _Fact:
    literal: int
    name: str
    language: Callable[[], Language]


def settle(
    truth: Sequence[tuple[int, Language, bool]],
    search: Callable[[list[tuple[Language, bool]]], str | None],
    *,
    premises: tuple[int, ...],
    why: str,
) -> str:
    """A text that is in exactly the languages whose literals hold, given premises that do.

    Raises ClashError, with as few of the literals as make it impossible, if there is none.
    """

    def clause(chosen: Sequence[tuple[int, Language, bool]]) -> tuple[int, ...]:
        return (*(-one for one in premises), *(-each if true else each for each, _, true in chosen))

    try:
        found = search([(language, true) for _, language, true in truth])
    except UndecidedError:
        raise ClashError(Clash(clause(truth), False, why)) from None
    if found is not None:
        return found
    core = list(truth)
    for one in truth:
        smaller = [each for each in core if each is not one]
        try:
            if search([(language, true) for _, language, true in smaller]) is None:
                core = smaller
        except UndecidedError:
            continue
    raise ClashError(Clash(clause(core), True, why))


def request(code: FlowCode, model: frozenset[int]) -> frozenset[HttpMethod | HttpPath | Request]:
    """What is true of the request; raises ClashError if no request was found of which it is."""
    methods: list[_Fact] = []
    paths: list[_Fact] = []
    others: dict[str, list[_Fact]] = {}
    for fact, literal in code.requests.items():
        match fact:
            case HttpMethod():
                methods.append(_Fact(literal, str(fact), partial(method_language, fact)))
            case HttpPath():
                paths.append(_Fact(literal, str(fact), partial(path_language, fact)))
            case Request():
                asked = _Fact(literal, str(fact), partial(request_language, fact))
                others.setdefault(kind_of(fact), []).append(asked)
    http = [one.literal for one in (*methods, *paths)]
    _one_text(code, model, methods, METHOD, there=http, what="HTTP methods")
    _one_text(code, model, paths, PATH_AND_QUERY, there=http, what="HTTP paths")
    for kind, several in others.items():
        there = [one.literal for one in several]
        _one_text(code, model, several, legal_text(kind), there=there, what=f"{kind} rules")
    return frozenset(fact for fact, literal in code.requests.items() if code.gates.value(literal, model))


def _one_text(
    code: FlowCode, model: frozenset[int], facts: Sequence[_Fact], legal: Language, *, there: Sequence[int], what: str
) -> None:
    """Find one text of which exactly the true facts are true, if this part of a request is there at all.

    A single fact that cannot be read needs none: it can be true of one request and false of another.
    """

    def true(literal: int) -> bool:
        return code.gates.value(literal, model)

    if not any(true(literal) for literal in there):
        return
    premise = code.gates.any_of(there)
    truth: list[tuple[int, Language, bool]] = []
    for fact in facts:
        try:
            truth.append((fact.literal, fact.language(), true(fact.literal)))
        except UnreadableError:
            if len(facts) == 1:
                return
            clause = (-premise, *(-one.literal if true(one.literal) else one.literal for one in facts))
            raise ClashError(Clash(clause, False, f"how {what} overlap with `{fact.name}`")) from None
    settle(truth, lambda chosen: sample(chosen, legal), premises=(premise,), why=f"how {what} overlap")
