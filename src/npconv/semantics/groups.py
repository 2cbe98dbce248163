"""Two policy sets -> groups of subjects that never meet the same policies, to be compared one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npconv.ir.dimensions import Kind
from npconv.ir.policy import Policy, PolicySet, Tier
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


def tasks(old: PolicySet, new: PolicySet, space: Space) -> Iterator[Task]:
    """The groups, in a fixed order: pods by namespace, the pods of all other namespaces, other kinds of subject."""
    names = sorted(_names(old) | _names(new))
    sets = (_Index(old), _Index(new))
    if Kind.POD in space.subject_kinds:
        for name in names:
            group = Group(kind=Kind.POD, namespaces=one_of(name))
            yield Task(group=group, old=sets[0].where(name), new=sets[1].where(name))
        group = Group(kind=Kind.POD, namespaces=Values(frozenset(names), True, False))
        yield Task(group=group, old=sets[0].elsewhere(), new=sets[1].elsewhere())
    for kind in Kind:
        if kind in space.subject_kinds and kind is not Kind.POD:
            group = Group(kind=kind, namespaces=ABSENT)
            yield Task(group=group, old=sets[0].absent(), new=sets[1].absent())


class _Index:
    """Which policies of a set can select subjects of a namespace."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        self._named: dict[str, list[tuple[int, int]]] = {}
        self._open: list[tuple[int, int, Values]] = []
        for at, tier in enumerate(policies.tiers):
            for number, policy in enumerate(tier.policies):
                where = namespaces(policy.subject)
                if where.cofinite or where.absent:
                    self._open.append((at, number, where))
                else:
                    for name in where.named:
                        self._named.setdefault(name, []).append((at, number))

    def where(self, namespace: str) -> PolicySet:
        found = [(at, number) for at, number, where in self._open if namespace in where]
        return self._of([*found, *self._named.get(namespace, ())])

    def elsewhere(self) -> PolicySet:
        return self._of([(at, number) for at, number, where in self._open if where.cofinite])

    def absent(self) -> PolicySet:
        return self._of([(at, number) for at, number, where in self._open if where.absent])

    def _of(self, chosen: Sequence[tuple[int, int]]) -> PolicySet:
        by_tier: dict[int, list[int]] = {}
        for at, number in sorted(chosen):
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
