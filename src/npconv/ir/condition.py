"""Conditions on flows: boolean formulas over dimensions and facts, always in one canonical form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar, Self, TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.hashed import Hashed
from npconv.ir.dimensions import (
    Attribute,
    Axis,
    Dimension,
    Fact,
    Families,
    Family,
    Kind,
    Kinds,
    Members,
)


class _Constant:
    """A class of one object, which is equal to itself alone, also when it was copied or pickled."""

    __slots__ = ()
    _only: ClassVar[_Constant]

    def __new__(cls) -> Self:
        if "_only" not in vars(cls):
            cls._only = super().__new__(cls)
        return cls._only  # type: ignore[return-value] # it is of this class

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        return type(self), ()


class Always(_Constant):
    """Holds for every flow."""

    __slots__ = ()

    def __str__(self) -> str:
        return "any"


class Never(_Constant):
    """Holds for no flow."""

    __slots__ = ()

    def __str__(self) -> str:
        return "never"


class _Node(Hashed):
    """Where the text is kept that conditions are sorted by. Like the hash, it is no field."""

    __slots__ = ("_text",)
    _text: str


@dataclass(frozen=True, slots=True)
class Within(_Node):
    """The flow's value on a dimension is one of the members (never none of them, never all)."""

    dimension: Dimension
    members: Members

    def __str__(self) -> str:
        match self.dimension:
            case Attribute():
                return f"{self.dimension} {self.members}"
            case Axis.KIND | Axis.FAMILY:
                return str(self.members)
            case Axis():
                return f"{self.dimension.value} {self.members}"
            case _ as never:
                assert_never(never)


@dataclass(frozen=True, slots=True)
class Holds(_Node):
    """A fact is true (or, negated, false)."""

    fact: Fact
    negated: bool = False

    def __str__(self) -> str:
        return f"not ({self.fact})" if self.negated else str(self.fact)


@dataclass(frozen=True, slots=True)
class Both(_Node):
    """Every part holds. At least two parts, none of them a `Both`, sorted by their text."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " & ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either(_Node):
    """Some part holds. At least two parts, none of them an `Either`, sorted by their text."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " | ".join(f"({part})" if isinstance(part, Both) else str(part) for part in self.parts)


Condition: TypeAlias = Always | Never | Within | Holds | Both | Either

ALWAYS = Always()
NEVER = Never()

REMEMBERED = 1 << 12
"""How many results each function on conditions keeps: policies repeat each other, and all of these are pure."""


@lru_cache(maxsize=REMEMBERED)
def within(dimension: Dimension, members: Members) -> Condition:
    """The condition that a dimension's value is among `members`."""
    if members.is_empty:
        return NEVER
    return ALWAYS if members.is_full else Within(dimension, members)


def holds(fact: Fact) -> Condition:
    """The condition that a fact is true."""
    return Holds(fact)


def both(*conditions: Condition) -> Condition:
    """The conjunction, canonical: flat, sorted, one set per dimension, contradictions found."""
    asking = [one for one in conditions if one is not ALWAYS]
    return asking[0] if len(asking) == 1 else _both(*asking)


def either(*conditions: Condition) -> Condition:
    """The disjunction, canonical."""
    hoping = [one for one in conditions if one is not NEVER]
    return hoping[0] if len(hoping) == 1 else _either(*hoping)


@lru_cache(maxsize=REMEMBERED)
def _both(*conditions: Condition) -> Condition:
    return _join(conditions, conjunction=True)


@lru_cache(maxsize=REMEMBERED)
def _either(*conditions: Condition) -> Condition:
    return _join(conditions, conjunction=False)


@lru_cache(maxsize=REMEMBERED)
def negate(condition: Condition) -> Condition:
    """The complement; negation ends up at the leaves."""
    match condition:
        case Always():
            return NEVER
        case Never():
            return ALWAYS
        case Within(dimension, members):
            return within(dimension, ~members)
        case Holds(fact, negated):
            return Holds(fact, not negated)
        case Both(parts):
            return either(*(negate(part) for part in parts))
        case Either(parts):
            return both(*(negate(part) for part in parts))
        case _:
            assert_never(condition)


def kind(*kinds: Kind) -> Condition:
    """The endpoint is of one of these kinds."""
    return within(Axis.KIND, Kinds(frozenset(kinds)))


def family(*families: Family) -> Condition:
    """The flow is of one of these families."""
    return within(Axis.FAMILY, Families(frozenset(families)))


def joined(left: Members, right: Members, *, conjunction: bool) -> Members:
    """The intersection or union of two sets on the same dimension.

    Raises TypeError if the sets are of different types: a dimension has one type of members.
    """
    if type(left) is not type(right):
        raise TypeError(f"{type(left).__name__} and {type(right).__name__} on one dimension")
    return left & right if conjunction else left | right  # type: ignore[operator]


def _join(conditions: Iterable[Condition], *, conjunction: bool) -> Condition:
    node, neutral, absorbing = (Both, ALWAYS, NEVER) if conjunction else (Either, NEVER, ALWAYS)
    sets: dict[Dimension, Within] = {}
    rest: set[Condition] = set()
    facts = 0
    todo = list(conditions)
    while todo:
        part = todo.pop()
        if isinstance(part, Within):
            seen = sets.get(part.dimension)
            if seen is not None and seen is not part:
                # Of sets that are neither empty nor full, what they have in common is not full, what they make is not
                # empty: what is no set of that kind absorbs the rest.
                part = within(part.dimension, joined(seen.members, part.members, conjunction=conjunction))
                if not isinstance(part, Within):
                    return absorbing
            sets[part.dimension] = part
        elif isinstance(part, node):
            todo.extend(part.parts)
        elif part is absorbing:
            return absorbing
        elif part is not neutral:
            rest.add(part)
            facts += isinstance(part, Holds)
    if facts > 1 and any(isinstance(part, Holds) and Holds(part.fact, not part.negated) in rest for part in rest):
        return absorbing
    found = [*sets.values(), *rest]
    if not found:
        return neutral
    if len(found) == 1:
        return found[0]
    found.sort(key=_text)
    return node(tuple(found))


def _text(condition: Condition) -> str:
    """The text of a condition, worked out once."""
    if isinstance(condition, Always | Never):
        return str(condition)
    try:
        return condition._text
    except AttributeError:
        text = str(condition)
        object.__setattr__(condition, "_text", text)
        return text
