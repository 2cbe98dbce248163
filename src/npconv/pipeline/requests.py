"""An HTTP request -> what policies say of requests that is true of it."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.ir.condition import Both, Condition, Either, Holds
from npconv.ir.dimensions import Fact, HttpMethod, HttpPath, Named
from npconv.ir.policy import PolicySet
from npconv.semantics.languages import contains
from npconv.semantics.regex import UnreadableError
from npconv.semantics.requests import method_language, path_language
from npconv.semantics.texts import dns_names


def facts_of(policies: PolicySet) -> frozenset[Fact]:
    """Every fact that some condition of the policies asks for."""
    found: set[Fact] = set()
    todo: list[Condition] = []
    for tier in policies.tiers:
        for policy in tier.policies:
            todo.append(policy.subject)
            for section in policy.sections:
                for rule in section.rules:
                    todo += (rule.subject, rule.peer, rule.traffic, rule.request)
    while todo:
        match todo.pop():
            case Both(parts) | Either(parts):
                todo.extend(parts)
            case Holds(fact):
                found.add(fact)
            case _:
                pass
    return frozenset(found)


def true_of(facts: Iterable[Fact], method: str, path: str) -> tuple[frozenset[Fact], tuple[Fact, ...]]:
    """The facts that are true of a request, and those of which npconv cannot tell."""
    true: set[Fact] = set()
    unread: list[Fact] = []
    for fact in sorted(facts, key=str):
        try:
            match fact:
                case HttpMethod():
                    holds = contains(method_language(fact), method)
                case HttpPath():
                    holds = contains(path_language(fact), path)
                case _:
                    continue
        except UnreadableError:
            unread.append(fact)
            continue
        if holds:
            true.add(fact)
    return frozenset(true), tuple(unread)


def names_of(facts: Iterable[Fact], name: str) -> frozenset[Fact]:
    """The name patterns that a DNS name matches."""
    asked = name.lower().rstrip(".")
    return frozenset(fact for fact in facts if isinstance(fact, Named) and contains(dns_names(fact.pattern), asked))
