"""Two policy sets -> groups of subjects that never meet the same policies, to be compared one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Policy, PolicySet, Tier, TierEnd
from npconv.ir.values import ABSENT, Values, one_of
from npconv.semantics.endpoint_code import Group
from npconv.semantics.mentions import namespace_names, namespaces
from npconv.semantics.space import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One group of subjects and, of each set, the policies that could select one of them."""

    group: Group
    old: PolicySet
    new: PolicySet
    identical: bool
    """Whether both sets say the same here, word for word."""


def tasks(old: PolicySet, new: PolicySet, space: Space) -> Iterator[Task]:
    """The groups, in a fixed order: pods by namespace, the pods of all other namespaces, other kinds of subject."""
    names = sorted(_names(old) | _names(new))
    numbers: dict[tuple[object, ...], int] = {}
    before, after = _Index(old, numbers), _Index(new, numbers)

    def task(group: Group, one: _Chosen, other: _Chosen) -> Task:
        identical = before.said(one) == after.said(other)
        return Task(group=group, old=before.of(one), new=after.of(other), identical=identical)

    if Kind.POD in space.subject_kinds:
        for name in names:
            group = Group(kind=Kind.POD, namespaces=one_of(name))
            yield task(group, before.where(name), after.where(name))
        group = Group(kind=Kind.POD, namespaces=Values(frozenset(names), True, False))
        yield task(group, before.elsewhere(), after.elsewhere())
    for kind in Kind:
        if kind in space.subject_kinds and kind is not Kind.POD:
            group = Group(kind=kind, namespaces=ABSENT)
            yield task(group, before.absent(), after.absent())


def number(old: PolicySet, new: PolicySet, space: Space) -> int:
    """How many groups `tasks` gives."""
    pods = len(_names(old) | _names(new)) + 1 if Kind.POD in space.subject_kinds else 0
    return pods + len(space.subject_kinds - {Kind.POD})


_Chosen: TypeAlias = list[tuple[int, int]]
"""Policies of a set, by tier and place in it, in order."""


class _Index:
    """Which policies of a set can select subjects of a namespace."""

    def __init__(self, policies: PolicySet, numbers: dict[tuple[object, ...], int]) -> None:
        self._policies = policies
        self._named: dict[str, _Chosen] = {}
        self._open: list[tuple[int, int, Values]] = []
        self._numbers: dict[tuple[int, int], int] = {}
        for at, tier in enumerate(policies.tiers):
            for number, policy in enumerate(tier.policies):
                said = (policy.subject, tuple(sorted(policy.sections, key=lambda one: one.direction.value)))
                self._numbers[at, number] = numbers.setdefault(said, len(numbers))
                where = namespaces(policy.subject)
                if where.cofinite or where.absent:
                    self._open.append((at, number, where))
                else:
                    for name in where.named:
                        self._named.setdefault(name, []).append((at, number))

    def where(self, namespace: str) -> _Chosen:
        """Those that can select pods of a namespace."""
        found = [(at, number) for at, number, where in self._open if namespace in where]
        return sorted([*found, *self._named.get(namespace, ())])

    def elsewhere(self) -> _Chosen:
        """Those that can select pods of namespaces that nobody names."""
        return [(at, number) for at, number, where in self._open if where.cofinite]

    def absent(self) -> _Chosen:
        """Those that can select what is in no namespace."""
        return [(at, number) for at, number, where in self._open if where.absent]

    def said(self, chosen: _Chosen) -> list[tuple[TierEnd, list[int]]]:
        """What the chosen policies say, tier by tier; lists are equal only if they decide alike."""
        found: dict[int, list[int]] = {}
        for at, number in chosen:
            found.setdefault(at, []).append(self._numbers[at, number])
        return [(self._policies.tiers[at].end, several) for at, several in found.items()]

    def of(self, chosen: _Chosen) -> PolicySet:
        """The chosen policies, in their tiers."""
        by_tier: dict[int, list[int]] = {}
        for at, number in chosen:
            by_tier.setdefault(at, []).append(number)
        return PolicySet(
            tiers=tuple(
                Tier(name=tier.name, end=tier.end, policies=tuple(tier.policies[one] for one in by_tier.get(at, ())))
                for at, tier in enumerate(self._policies.tiers)
            )
        )


def _names(policies: PolicySet) -> set[str]:
    found: set[str] = set()
    for policy in _all(policies):
        found |= namespace_names(policy.subject)
        for section in policy.sections:
            for rule in section.rules:
                found |= namespace_names(rule.subject)
    return found


def _all(policies: PolicySet) -> Iterator[Policy]:
    for tier in policies.tiers:
        yield from tier.policies
