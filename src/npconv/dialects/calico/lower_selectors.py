"""IR conditions on a pod's attributes -> Calico's selectors, as the formula says it: `a == 'x' && b in {'y', 'z'}`.

A pod's own labels, its namespace's and its service account's go to selectors of their own, which Calico joins by "and".
A part of the formula that mixes them by "or" is taken apart: each alternative is written by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.lift_selector import NAME_LABEL, NAMESPACE_LABEL, SERVICE_ACCOUNT_LABEL
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.condition import ALWAYS, REMEMBERED, Always, Both, Condition, Either, Holds, Never, Within, both
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, LabelText, Scope, TextTest
from npconv.ir.values import Values, one_of
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import TooManyError


class Home(Enum):
    """Which of Calico's selectors a part of a formula goes to."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    PODS = "selector"
    NAMESPACES = "namespaceSelector"
    ACCOUNTS = "serviceAccounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A conjunction of three formulas, each about one kind of object."""

    pods: Condition = ALWAYS
    """May also ask for the names of namespace and service account: Calico puts both on pods as labels."""
    namespaces: Condition = ALWAYS
    accounts: Condition = ALWAYS


@lru_cache(maxsize=REMEMBERED)
def alternatives(condition: Condition, limit: int, *, whole: bool = False) -> tuple[Labels, ...]:
    """The formula as alternatives, each of which Calico's three selectors can say together; none if nothing meets it.

    With `whole`, an "or" that names namespaces stays together, as a formula over `projectcalico.org/namespace`; else
    each of its parts is an alternative, with a `namespaceSelector`. Raises TooManyError if there are more than `limit`.
    """
    found: list[Labels] = []
    for one in _unmixed(condition, whole=whole):
        found.append(one)
        if len(found) > limit:
            raise TooManyError
    return tuple(found)


@lru_cache(maxsize=REMEMBERED)
def text(condition: Condition, home: Home) -> str:
    """The formula as a selector; `all()` if it asks nothing."""
    return _text(_selector(condition, home), within=None)


@lru_cache(maxsize=REMEMBERED)
def of_namespaces(condition: Condition) -> str:
    """The formula as a `namespaceSelector` that only pods and network sets of namespaces meet.

    A formula that also holds for what has no namespace (hosts, global network sets) asks for a namespace besides.
    """
    if isinstance(condition, Always):
        return "all()"
    chosen = _selector(condition, Home.NAMESPACES)
    return _text(ast.And((ast.Has(NAME_LABEL), chosen)) if needs_namespace(condition) else chosen, within=None)


def needs_namespace(condition: Condition) -> bool:
    """Whether a formula on namespaces also holds for what has none, such as hosts and global network sets."""
    match condition:
        case Always():
            return True
        case Never():
            return False
        case Within(_, Values() as members):
            return members.absent
        case Within():
            return False
        case Holds(_, negated):
            return negated
        case Both(parts):
            return all(needs_namespace(part) for part in parts)
        case Either(parts):
            return any(needs_namespace(part) for part in parts)
        case _:
            assert_never(condition)


@lru_cache(maxsize=REMEMBERED)
def only(attribute: Attribute, condition: Condition) -> tuple[tuple[str, ...], Condition]:
    """The values that a conjunction asks of an attribute, if it lists them, and the rest of the conjunction."""
    for part in conjuncts(condition):
        match part:
            case Within(dimension, Values(named, cofinite=False)) if dimension == attribute:
                return tuple(sorted(named)), both(*(one for one in conjuncts(condition) if one != part))
            case _:
                pass
    return (), condition


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all hold."""
    return condition.parts if isinstance(condition, Both) else (condition,)


def disjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts of which one must hold."""
    return condition.parts if isinstance(condition, Either) else (condition,)


@lru_cache(maxsize=REMEMBERED)
def in_namespace(name: str) -> Condition:
    """That the pod is in this namespace, in the form that conditions on pods have."""
    return Within(NAMESPACE, one_of(name))


def _unmixed(condition: Condition, *, whole: bool) -> Iterator[Labels]:
    if isinstance(condition, Never):
        return
    by_home: dict[Home, list[Condition]] = {home: [] for home in Home}
    for part in conjuncts(condition):
        home = _home(part, whole=whole)
        if home is None:
            rest = [one for one in conjuncts(condition) if one != part]
            for option in disjuncts(part):
                yield from _unmixed(both(option, *rest), whole=whole)
            return
        by_home[home].append(part)
    yield Labels(
        pods=both(*by_home[Home.PODS]),
        namespaces=both(*by_home[Home.NAMESPACES]),
        accounts=both(*by_home[Home.ACCOUNTS]),
    )


def _home(part: Condition, *, whole: bool) -> Home | None:
    """Where a part can be said as a whole; None if it has to be taken apart."""
    attributes = {one for leaf in leaves(part) if (one := _attribute(leaf)) is not None}
    if attributes and all(one.scope is Scope.NAMESPACE for one in attributes):
        return Home.NAMESPACES
    if attributes and all(one.scope is Scope.SERVICE_ACCOUNT for one in attributes):
        return Home.ACCOUNTS
    names = (NAMESPACE, SERVICE_ACCOUNT) if whole else (SERVICE_ACCOUNT,)
    if all(one.scope is Scope.POD or one in names for one in attributes):
        return Home.PODS
    return None


def _attribute(leaf: object) -> Attribute | None:
    return leaf.attribute if isinstance(leaf, LabelText) else leaf if isinstance(leaf, Attribute) else None


def _key(attribute: Attribute, home: Home) -> str:
    if attribute in (NAMESPACE, SERVICE_ACCOUNT):
        own = NAMESPACE_LABEL if attribute == NAMESPACE else SERVICE_ACCOUNT_LABEL
        return own if home is Home.PODS else NAME_LABEL
    return attribute.key


def _selector(condition: Condition, home: Home) -> Selector:
    match condition:
        case Always():
            return ast.All()
        case Never():
            return ast.Not(ast.All())
        case Within(Attribute() as attribute, Values() as members):
            return _values(_key(attribute, home), members)
        case Holds(LabelText(attribute, test, part), negated):
            found = _test(_key(attribute, home), TextTest(test), part)
            return ast.Not(found) if negated else found
        case Both(parts):
            return ast.And(_positive_first(_selector(part, home) for part in parts))
        case Either(parts):
            return ast.Or(_positive_first(_selector(part, home) for part in parts))
        case Within() | Holds():
            raise ValueError(f"`{condition}` is about no label")
        case _:
            assert_never(condition)


def _positive_first(operands: Iterable[Selector]) -> tuple[Selector, ...]:
    return tuple(sorted(operands, key=lambda one: isinstance(one, ast.Not)))


def _values(key: str, members: Values) -> Selector:
    named = tuple(sorted(members.named))
    if members.cofinite:
        differs = ast.NotEquals(key, named[0]) if len(named) == 1 else ast.NotIn(key, named)
        if members.absent:
            return differs
        return ast.And((ast.Has(key), differs)) if named else ast.Has(key)
    equals = ast.Equals(key, named[0]) if len(named) == 1 else ast.In(key, named)
    if not members.absent:
        return equals
    return ast.Or((ast.Not(ast.Has(key)), equals)) if named else ast.Not(ast.Has(key))


def _test(key: str, test: TextTest, part: str) -> Selector:
    match test:
        case TextTest.CONTAINS:
            return ast.Contains(key, part)
        case TextTest.STARTS_WITH:
            return ast.StartsWith(key, part)
        case TextTest.ENDS_WITH:
            return ast.EndsWith(key, part)
        case _:
            assert_never(test)


_SINGLE: Final = (ast.All, ast.Global, ast.Has)


def _text(selector: Selector, within: type[ast.And] | type[ast.Or] | None) -> str:
    """As people write it: single quotes, parentheses only where they are needed."""
    match selector:
        case ast.And(operands) | ast.Or(operands):
            kind = type(selector)
            operator = " && " if kind is ast.And else " || "
            inner = operator.join(_text(one, kind) for one in operands)
            return inner if within in (None, kind) else f"({inner})"
        case ast.Not(operand):
            inner = _text(operand, None)
            return f"!{inner}" if isinstance(operand, _SINGLE) else f"!({inner})"
        case ast.All() | ast.Global() | ast.Has():
            return selector.canonical()
        case ast.Equals(label, value):
            return f"{label} == {_quoted(value)}"
        case ast.NotEquals(label, value):
            return f"{label} != {_quoted(value)}"
        case ast.In(label, values):
            return f"{label} in {_set(values)}"
        case ast.NotIn(label, values):
            return f"{label} not in {_set(values)}"
        case ast.Contains(label, value):
            return f"{label} contains {_quoted(value)}"
        case ast.StartsWith(label, value):
            return f"{label} starts with {_quoted(value)}"
        case ast.EndsWith(label, value):
            return f"{label} ends with {_quoted(value)}"
        case _:
            assert_never(selector)


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def _set(values: tuple[str, ...]) -> str:
    return "{" + ", ".join(_quoted(value) for value in values) + "}"
