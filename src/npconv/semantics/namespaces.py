"""A condition on an endpoint -> the namespaces that it is about."""

from __future__ import annotations

from functools import lru_cache

from npconv.ir.condition import REMEMBERED, Both, Condition, Either, Within
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.values import ANY_VALUE, Values


@lru_cache(maxsize=REMEMBERED)
def namespaces(condition: Condition) -> Values:
    """The names of the namespaces in which a condition on an endpoint can hold; never too few."""
    match condition:
        case Within(dimension, Values() as members) if dimension == NAMESPACE:
            return members
        case Both(parts):
            found = ANY_VALUE
            for part in parts:
                found = found & namespaces(part)
            return found
        case Either(parts):
            found = ~ANY_VALUE
            for part in parts:
                found = found | namespaces(part)
            return found
        case _:
            return ANY_VALUE


@lru_cache(maxsize=REMEMBERED)
def namespace_names(condition: Condition) -> frozenset[str]:
    """The namespaces that a condition names."""
    match condition:
        case Within(dimension, Values() as members) if dimension == NAMESPACE:
            return members.named
        case Both(parts) | Either(parts):
            return frozenset().union(*(namespace_names(part) for part in parts))
        case _:
            return frozenset()
