"""Kubernetes label selectors -> conditions on attributes."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.ir.values import ABSENT, PRESENT, Values, none_of, one_of
from npconv.semantics.meaning import EngineMeaning
from npconv.source.label_selector import LabelSelector, Operator, Requirement, UnknownOperator

_NOTHING = Values(frozenset(), False, False)


def pods(selector: LabelSelector, meaning: EngineMeaning) -> Condition:
    """Endpoints with these pod labels; a label that the engine does not take is absent everywhere."""
    return both(
        *(
            _settled(values(one)) if not meaning.takes_label(one.key) else _asks(Scope.POD, one)
            for one in selector.requirements
        )
    )


def namespaces(selector: LabelSelector) -> Condition:
    """Endpoints in namespaces with these labels; an empty selector asks for a namespace, whichever it is."""
    if selector.selects_all:
        return in_some_namespace()
    return both(*(_asks(Scope.NAMESPACE, one) for one in selector.requirements))


def nodes(selector: LabelSelector) -> Condition:
    """Nodes with these labels. What is no node is not ruled out."""
    return both(*(_asks(Scope.NODE, one) for one in selector.requirements))


def in_some_namespace() -> Condition:
    """Endpoints that have a namespace: every namespace has its name for a label."""
    return within(NAMESPACE, PRESENT)


@lru_cache(maxsize=REMEMBERED)
def in_namespace(name: str) -> Condition:
    """Endpoints in the namespace of this name."""
    return within(NAMESPACE, one_of(name))


def values(requirement: Requirement) -> Values:
    """The values (or absence) that meet a requirement; none meets an unknown operator."""
    listed = requirement.values or ()
    match requirement.operator:
        case Operator.IN:
            return one_of(*listed)
        case Operator.NOT_IN:
            return none_of(*listed)
        case Operator.EXISTS:
            return PRESENT
        case Operator.DOES_NOT_EXIST:
            return ABSENT
        case UnknownOperator():
            return _NOTHING
        case _:
            assert_never(requirement.operator)


def _asks(scope: Scope, requirement: Requirement) -> Condition:
    return within(Attribute.of(scope, requirement.key), values(requirement))


def _settled(members: Values) -> Condition:
    return ALWAYS if None in members else NEVER
