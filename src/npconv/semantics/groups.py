"""Two policy sets -> groups of subjects that never meet the same policies, to be compared one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, Policy, PolicySet, Tier, TierEnd
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
    namespace: str
    """The one namespace that the group is about; empty for the others."""
    identical: bool
    """Whether both sets say the same here, word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A group, and the directions in which it is not known that both sets say the same."""

    task: Task
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Groups that may be proven equal in one formula."""

    asked: tuple[Asked, ...]
    together: Callable[[Sequence[str]], Task]
    """Some of their namespaces as one group."""


def batches(
    old: PolicySet, new: PolicySet, space: Space, size: int, opened: Callable[[Task], tuple[Direction, ...]]
) -> Iterator[Batch]:
    """The groups in their order, with the directions that `opened` says are to be asked about.

    Together are those namespaces that are to be asked about at all and have few policies, up to `size`.
    """
    index = _Pair(old, new)
    waiting: list[Asked] = []
    weight = 0

    def batch(*several: Asked) -> Batch:
        return Batch(asked=several, together=index.together)

    for task in index.tasks(space):
        asked = Asked(task=task, directions=opened(task))
        if task.namespace and asked.directions:
            own = index.policies_of(task.namespace)
            if waiting and weight + own > size:
                yield batch(*waiting)
                waiting.clear()
            weight = weight + own if waiting else own
            waiting.append(asked)
            continue
        if not task.namespace and waiting:
            yield batch(*waiting)
            waiting.clear()
        yield batch(asked)
    if waiting:
        yield batch(*waiting)


def tasks(old: PolicySet, new: PolicySet, space: Space) -> Iterator[Task]:
    """The groups, in a fixed order: pods by namespace, the pods of all other namespaces, other kinds of subject."""
    yield from _Pair(old, new).tasks(space)


class _Pair:
    """Two policy sets, cut into groups of subjects."""

    def __init__(self, old: PolicySet, new: PolicySet) -> None:
        self._names = sorted(_names(old) | _names(new))
        numbers: dict[tuple[object, ...], int] = {}
        self._before, self._after = _Index(old, numbers), _Index(new, numbers)

    def tasks(self, space: Space) -> Iterator[Task]:
        """The groups."""
        before, after = self._before, self._after
        if Kind.POD in space.subject_kinds:
            for name in self._names:
                yield self._task(one_of(name), before.where((name,)), after.where((name,)), namespace=name)
            others = Values(frozenset(self._names), True, False)
            yield self._task(others, before.elsewhere(), after.elsewhere())
        for kind in Kind:
            if kind in space.subject_kinds and kind is not Kind.POD:
                yield self._task(ABSENT, before.absent(), after.absent(), kind)

    def policies_of(self, name: str) -> int:
        """How many policies of both sets are about a namespace by its name."""
        return self._before.named(name) + self._after.named(name)

    def together(self, names: Sequence[str]) -> Task:
        """Some namespaces as one group."""
        return self._task(one_of(*names), self._before.where(names), self._after.where(names))

    def _task(self, where: Values, one: _Chosen, other: _Chosen, kind: Kind = Kind.POD, *, namespace: str = "") -> Task:
        identical = self._before.said(one) == self._after.said(other)
        group = Group(kind=kind, namespaces=where)
        return Task(
            group=group,
            old=self._before.of(one),
            new=self._after.of(other),
            namespace=namespace,
            identical=identical,
        )


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

    def where(self, names: Sequence[str]) -> _Chosen:
        """Those that can select pods of some of these namespaces."""
        found = {(at, number) for at, number, where in self._open if any(name in where for name in names)}
        return sorted(found.union(*(self._named.get(name, ()) for name in names)))

    def named(self, namespace: str) -> int:
        """How many select in a namespace by its name."""
        return len(self._named.get(namespace, ()))

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
