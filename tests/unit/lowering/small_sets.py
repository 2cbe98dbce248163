"""A few dimensions with a few values each: small enough that membership can be asked point by point."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Both, Condition, Either, Holds, Within, both, either, negate, within
from npconv.ir.dimensions import Attribute, Axis, Dimension, Fact, HttpMethod, Kind, Kinds, Members, Scope
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, Policy, PolicyName, Rule, Section
from npconv.ir.values import Values
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import FULL, Cube

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
GET, PUT = HttpMethod("GET"), HttpMethod("PUT")


@dataclass(frozen=True)
class Point:
    """A value on every dimension, and the facts that are true."""

    values: Mapping[Dimension, object]
    facts: frozenset[Fact]


ON: dict[Dimension, tuple[object, ...]] = {
    APP: (None, "web", "db", "other"),
    TEAM: (None, "a", "other"),
    Axis.KIND: (Kind.POD, Kind.HOST, Kind.OUTSIDE),
    Axis.ADDRESS: tuple(ipaddress.ip_address(one) for one in ("10.0.0.1", "10.0.1.1", "8.8.8.8", "2001:db8::1")),
    Axis.DST_PORT: (0, 79, 80, 81, 443),
}
EVERY_POINT = [
    Point(dict(zip(ON, values, strict=True)), facts)
    for values in product(*ON.values())
    for facts in (frozenset[Fact](), frozenset[Fact]({GET}), frozenset[Fact]({GET, PUT}))
]
POINTS = EVERY_POINT[::7]
"""Every seventh: seven divides no number of values, so that all combinations of any two dimensions are among them."""


def _values() -> st.SearchStrategy[Members]:
    names = st.frozensets(st.sampled_from(("web", "db", "a")), max_size=2)
    return st.builds(Values, names, st.booleans(), st.booleans())


MEMBERS: dict[Dimension, st.SearchStrategy[Members]] = {
    APP: _values(),
    TEAM: _values(),
    Axis.KIND: st.frozensets(st.sampled_from(tuple(Kind))).map(Kinds),
    Axis.ADDRESS: st.lists(st.sampled_from(("10.0.0.0/8", "10.0.0.0/24", "8.8.8.8/32", "::/0", "0.0.0.0/0"))).map(
        Addresses.of
    ),
    Axis.DST_PORT: st.lists(st.sampled_from(((0, 0), (80, 80), (1, 100), (80, 443)))).map(lambda spans: ports(*spans)),
}

leaves: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from(tuple(MEMBERS)).flatmap(lambda one: MEMBERS[one].map(lambda members: within(one, members))),
    st.builds(Holds, st.sampled_from((GET, PUT)), st.booleans()),
    st.sampled_from((ALWAYS, NEVER)),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: both(*parts)),
        st.lists(inner, max_size=3).map(lambda parts: either(*parts)),
        inner.map(negate),
    ),
    max_leaves=6,
)


@st.composite
def cubes_of(draw: st.DrawFn, *dimensions: Dimension, facts: tuple[Fact, ...] = ()) -> Cube:
    """A cube over some dimensions that holds for something."""
    cube = FULL
    for one in dimensions:
        members = draw(MEMBERS[one])
        if draw(st.booleans()) and not members.is_empty:
            cube = cube.having(one, members)
    chosen = [Holds(fact, draw(st.booleans())) for fact in facts if draw(st.booleans())]
    return Cube(cube.sets, frozenset(chosen))


any_cube = cubes_of(*ON, facts=(GET, PUT))
boxes = st.builds(
    Box,
    subject=cubes_of(APP, TEAM),
    peer=cubes_of(Axis.KIND, Axis.ADDRESS),
    traffic=cubes_of(Axis.DST_PORT),
    request=cubes_of(facts=(GET, PUT)),
)


def in_condition(point: Point, condition: Condition) -> bool:
    """Whether a point meets a condition."""
    match condition:
        case Within(dimension, members):
            return point.values[dimension] in members
        case Holds(fact, negated):
            return (fact in point.facts) != negated
        case Both(parts):
            return all(in_condition(point, part) for part in parts)
        case Either(parts):
            return any(in_condition(point, part) for part in parts)
        case _:
            return condition == ALWAYS


def in_cube(point: Point, cube: Cube) -> bool:
    """Whether a point is in a cube."""
    return all(point.values[dimension] in members for dimension, members in cube.sets) and all(
        (one.fact in point.facts) != one.negated for one in cube.facts
    )


def in_box(point: Point, box: Box) -> bool:
    """Whether a point is in a box, whose four parts are about different dimensions here."""
    return all(in_cube(point, cube) for cube in (box.subject, box.peer, box.traffic, box.request))


def policy(name: str, *rules: Rule, subject: Condition = ALWAYS, isolates: bool = True) -> Policy:
    """A policy for ingress."""
    section = Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("P", "", name), subject=subject, sections=(section,))


def clause(box: Box, action: Action = Action.ALLOW) -> Clause:
    """A clause of a rule of its own."""
    rule = Rule(action=action)
    return Clause(box, action, policy("p", rule), rule)
