"""Ports by name -> numbers and the pods that declare them, where the pods of the cluster are known.

A name means whatever each destination declares under it. Targets that know numbers only (Azure NPM on Windows), or one
number for a name in the whole cluster (Cilium before 1.20, on the way out), get a rule for each number instead, which
is for the pods that declare this number by that name and for no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from npconv.dataclass import dataclass
from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within, both, either, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Direction, Policy, PolicySet, Rule
from npconv.ir.values import Values
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import Cube, TooManyError, cubes
from npconv.lowering.pods_apart import KnownPod, apart

_PIECES = 256


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """What a name means on some pods: a number of a protocol."""

    name: str
    protocol: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A rule with a port's name, what the name means to whom it is about, and whether it was settled by that.

    It is not if pods with the same labels declare different numbers, so that no selector tells them apart.
    """

    policy: Policy
    rule: Rule
    direction: Direction
    name: str
    numbers: Mapping[Number, tuple[KnownPod, ...]]
    is_settled: bool


def settled(
    policies: PolicySet, pods: Sequence[KnownPod], directions: Collection[Direction] = tuple(Direction)
) -> tuple[PolicySet, tuple[Named, ...]]:
    """The policy set where no rule of these directions asks for a port by name, in a cluster with these pods alone.

    A rule that excludes a name, or asks for two at once, stays as it is, and so does every rule if no pod is known.
    """
    found: list[Named] = []
    known = _Known(pods)

    def rules(policy: Policy, direction: Direction, old: Sequence[Rule]) -> tuple[Rule, ...]:
        return tuple(part for rule in old for part in _settled(policy, direction, rule, known, found))

    if not pods:
        return policies, ()
    tiers = tuple(
        replace(
            tier,
            policies=tuple(
                replace(
                    policy,
                    sections=tuple(
                        replace(one, rules=rules(policy, one.direction, one.rules))
                        if one.direction in directions
                        else one
                        for one in policy.sections
                    ),
                )
                for policy in tier.policies
            ),
        )
        for tier in policies.tiers
    )
    return PolicySet(tiers=tiers), tuple(found)


class _Known:
    """The pods that a condition may be about, found by their namespaces."""

    def __init__(self, pods: Sequence[KnownPod]) -> None:
        self._pods = tuple(pods)
        self._by_namespace: dict[str, list[KnownPod]] = {}
        for pod in pods:
            self._by_namespace.setdefault(pod.namespace, []).append(pod)
        self._met: dict[Condition, tuple[KnownPod, ...]] = {}

    def meeting(self, condition: Condition) -> tuple[KnownPod, ...]:
        """The pods for which the condition may hold."""
        found = self._met.get(condition)
        if found is None:
            places = _namespaces(condition)
            near = (
                self._pods
                if places is None
                else tuple(pod for place in sorted(places) for pod in self._by_namespace.get(place, ()))
            )
            found = self._met[condition] = tuple(pod for pod in near if may_be(condition, pod))
        return found


def _namespaces(condition: Condition) -> frozenset[str] | None:
    """The namespaces of the pods that a condition is about; None if it does not list them."""
    match condition:
        case Within(dimension, Values(named, cofinite=False)) if dimension == NAMESPACE:
            return named
        case Both(parts):
            found = [one for part in parts if (one := _namespaces(part)) is not None]
            return frozenset.intersection(*found) if found else None
        case Either(parts):
            each = [_namespaces(part) for part in parts]
            listed = [one for one in each if one is not None]
            return frozenset().union(*listed) if len(listed) == len(each) else None
        case _:
            return None


def _settled(policy: Policy, direction: Direction, rule: Rule, known: _Known, found: list[Named]) -> Iterator[Rule]:
    if not any(isinstance(leaf, DstPortNamed) for leaf in leaves(rule.traffic)):
        yield rule
        return
    try:
        traffic = cubes(rule.traffic, _PIECES)
    except TooManyError:
        yield rule
        return
    rest: list[Condition] = []
    by_whom: dict[Condition, list[Condition]] = {}
    destination = both(policy.subject, rule.subject) if direction is Direction.INGRESS else rule.peer
    candidates = known.meeting(destination)
    for cube in traffic:
        name = _name(cube)
        if name is None:
            rest.append(cube.condition)
            continue
        numbers = _numbers(name, cube, candidates)
        conditions = _told_apart(numbers, destination, candidates)
        found.append(
            Named(
                policy=policy,
                rule=rule,
                direction=direction,
                name=name,
                numbers=numbers,
                is_settled=conditions is not None,
            )
        )
        if conditions is None:
            rest.append(cube.condition)
            continue
        free = cube.without(Holds(DstPortNamed(name)))
        for number, who in zip(numbers, conditions, strict=True):
            by_whom.setdefault(who, []).append(_traffic(number, free))
    if rest:
        yield replace(rule, traffic=either(*rest))
    for who, numbered in by_whom.items():
        of_them = replace(rule, traffic=either(*numbered))
        if direction is Direction.INGRESS:
            yield replace(of_them, subject=both(rule.subject, who))
        else:
            yield replace(of_them, peer=both(rule.peer, who))


def may_be(condition: Condition, pod: KnownPod) -> bool:
    """Whether a condition may hold for a pod, as far as what is known of it goes."""
    match condition:
        case Always():
            return True
        case Never():
            return False
        case Within(Attribute() as attribute, members):
            value = pod.attributes.get(attribute)
            return value in members if value is not None or attribute.scope in pod.complete else True
        case Within(Axis.KIND, members):
            return Kind.POD in members
        case Within() | Holds():
            return True
        case Both(parts):
            return all(may_be(part, pod) for part in parts)
        case Either(parts):
            return any(may_be(part, pod) for part in parts)
        case _:
            assert_never(condition)


def _name(cube: Cube) -> str | None:
    """The one name that a cube asks for; None if there is none, or more to it."""
    names = [one for one in cube.facts if isinstance(one.fact, DstPortNamed)]
    if len(names) != 1 or names[0].negated:
        return None
    fact = names[0].fact
    return fact.name if isinstance(fact, DstPortNamed) else None


def _numbers(name: str, cube: Cube, pods: Sequence[KnownPod]) -> dict[Number, tuple[KnownPod, ...]]:
    over, asked = cube.members(Axis.PROTOCOL), cube.members(Axis.DST_PORT)
    found: dict[Number, dict[KnownPod, None]] = {}
    for pod in pods:
        for port in pod.ports:
            if (
                port.name == name
                and (over is None or port.protocol in over)
                and (asked is None or port.number in asked)
            ):
                found.setdefault(Number(name, port.protocol, port.number), {})[pod] = None
    return {number: tuple(found[number]) for number in sorted(found)}


def _told_apart(
    numbers: Mapping[Number, tuple[KnownPod, ...]], destination: Condition, candidates: Sequence[KnownPod]
) -> list[Condition] | None:
    """Who declares each number; None if labels do not tell for some of them."""
    by_label = any(isinstance(leaf, Attribute) and leaf.scope is Scope.POD for leaf in leaves(destination))
    conditions: list[Condition] = []
    for declaring in numbers.values():
        own = set(declaring)
        others = [pod for pod in candidates if pod not in own]
        if not others and by_label:  # whoever the rule selects declares it
            conditions.append(kind(Kind.POD))
            continue
        who = apart(declaring, others)
        if who is None:
            return None
        conditions.append(both(kind(Kind.POD), who))
    return conditions


def _traffic(number: Number, rest: Cube) -> Condition:
    return both(
        rest.condition,
        within(Axis.PROTOCOL, protocols(number.protocol)),
        within(Axis.DST_PORT, ports((number.number, number.number))),
    )
