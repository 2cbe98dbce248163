"""Two policy sets -> groups of subjects that never meet the same policies, to be compared one by one."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, Policy, PolicySet, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, Values, one_of
from npconv.semantics.change import Change
from npconv.semantics.namespaces import namespace_names, namespaces
from npconv.semantics.region import EVERYWHERE, Region
from npconv.semantics.space import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Subjects that are compared in one formula: of one kind, and if pods, in certain namespaces or in no named one."""

    kind: Kind
    namespaces: Values

    def __str__(self) -> str:
        if self.kind is not Kind.POD:
            return f"{self.kind.value} subjects"
        if self.namespaces.cofinite:
            return "pods of any other namespace" if self.namespaces.named else "pods of any namespace"
        return f"pods of namespace {' or '.join(sorted(self.namespaces.named))}"


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
    asked: Mapping[Change, Region]
    """The flows that are asked about, by what is looked for, as far as one of these subjects can have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A group, and the changes, by direction, of which it is not known that there are none."""

    task: Task
    left: Mapping[Direction, tuple[Change, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Groups that may be proven equal in one formula."""

    asked: tuple[Asked, ...]
    together: Callable[[Sequence[str]], Task]
    """Some of their namespaces as one group."""


def tasks(old: PolicySet, new: PolicySet, space: Space) -> Iterator[Task]:
    """The groups, in a fixed order: pods by namespace, the pods of all other namespaces, other kinds of subject."""
    yield from Pair(old, new).tasks(space, dict.fromkeys(Change, EVERYWHERE))


class Pair:
    """Two policy sets, cut into groups of subjects."""

    def __init__(self, old: PolicySet, new: PolicySet) -> None:
        self._names = _names(old) | _names(new)
        self._before, self._after = _Said(old), _Said(new)

    def number(self, space: Space) -> int:
        """How many groups there are, where everything is asked about."""
        pods = len(self._names) + 1 if Kind.POD in space.subject_kinds else 0
        return pods + len(space.subject_kinds - {Kind.POD})

    def tasks(self, space: Space, asked: Mapping[Change, Region]) -> Iterator[Task]:
        """The groups in which anything is asked about."""
        yield from _Cut(self._names, self._before, self._after, asked).tasks(space)

    def batches(
        self,
        space: Space,
        asked: Mapping[Change, Region],
        size: int,
        left: Callable[[Task], Mapping[Direction, tuple[Change, ...]]],
    ) -> Iterator[Batch]:
        """The groups in their order, with what `left` says is to be looked for.

        Together are those namespaces in which anything is, and which have few policies, up to `size`.
        """
        cut = _Cut(self._names, self._before, self._after, asked)
        waiting: list[Asked] = []
        weight = 0

        def batch(*several: Asked) -> Batch:
            return Batch(asked=several, together=cut.together)

        for task in cut.tasks(space):
            one = Asked(task=task, left=left(task))
            if task.namespace and one.left:
                own = self._before.named(task.namespace) + self._after.named(task.namespace)
                if waiting and weight + own > size:
                    yield batch(*waiting)
                    waiting.clear()
                weight = weight + own if waiting else own
                waiting.append(one)
                continue
            if not task.namespace and waiting:
                yield batch(*waiting)
                waiting.clear()
            yield batch(one)
        if waiting:
            yield batch(*waiting)


class _Cut:
    """Two policy sets and what is asked about, cut into groups."""

    def __init__(self, names: set[str], before: _Said, after: _Said, asked: Mapping[Change, Region]) -> None:
        sets = {id(region.denying): region.denying for region in asked.values()}
        near = {key: _Index(each) for key, each in sets.items()}
        self._names = sorted(names.union(*map(_names, sets.values())))
        self._before, self._after = before, after
        self._asked = {change: (region, near[id(region.denying)]) for change, region in asked.items()}

    def tasks(self, space: Space) -> Iterator[Task]:
        """The groups in which anything is asked about."""
        if Kind.POD in space.subject_kinds:
            for name in self._names:
                yield from self._task(one_of(name), _near((name,)), namespace=name)
            yield from self._task(Values(frozenset(self._names), True, False), _Index.elsewhere)
        for kind in Kind:
            if kind in space.subject_kinds and kind is not Kind.POD:
                yield from self._task(ABSENT, _Index.absent, kind)

    def together(self, names: Sequence[str]) -> Task:
        """Some namespaces as one group."""
        return next(self._task(one_of(*names), _near(names)))

    def _task(
        self, where: Values, near: Callable[[_Index], _Chosen], kind: Kind = Kind.POD, *, namespace: str = ""
    ) -> Iterator[Task]:
        asked = {change: _cut(region, index, near(index)) for change, (region, index) in self._asked.items()}
        if all(region.is_empty(direction) for region in asked.values() for direction in Direction):
            return
        one, other = near(self._before), near(self._after)
        old, new = self._before.of(one), self._after.of(other)
        yield Task(
            group=Group(kind=kind, namespaces=where),
            old=old,
            new=new,
            namespace=namespace,
            identical=self._before.says(one) == self._after.says(other) and _say_the_same(old, new),
            asked=asked,
        )


def _near(names: Sequence[str]) -> Callable[[_Index], _Chosen]:
    return lambda index: index.where(names)


def _cut(region: Region, index: _Index, chosen: _Chosen) -> Region:
    """A region with the chosen policies alone."""
    if not region.denying.tiers:
        return region
    return Region(denying=index.of(chosen), inside=region.inside)


_Chosen: TypeAlias = list[int]
"""Policies of a set by their number in it, counted through all tiers, in order."""


class _Index:
    """Which policies of a set can select subjects of a namespace. Numbers, not objects: it is as large as the set."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        self._starts = [0, *accumulate(len(tier.policies) for tier in policies.tiers)]
        self._named: dict[str, array[int]] = {}
        self._open: list[tuple[int, Values]] = []
        for number, policy in enumerate(_all(policies)):
            where = namespaces(policy.subject)
            if where.cofinite or where.absent:
                self._open.append((number, where))
            else:
                for name in where.named:
                    known = self._named.get(name)
                    if known is None:
                        known = self._named[name] = array("I")
                    known.append(number)

    def where(self, names: Sequence[str]) -> _Chosen:
        """Those that can select pods of some of these namespaces."""
        found = {number for number, where in self._open if any(name in where for name in names)}
        return sorted(found.union(*(self._named.get(name, ()) for name in names)))

    def named(self, namespace: str) -> int:
        """How many select in a namespace by its name."""
        return len(self._named.get(namespace, ()))

    def elsewhere(self) -> _Chosen:
        """Those that can select pods of namespaces that nobody names."""
        return [number for number, where in self._open if where.cofinite]

    def absent(self) -> _Chosen:
        """Those that can select what is in no namespace."""
        return [number for number, where in self._open if where.absent]

    def of(self, chosen: _Chosen) -> PolicySet:
        """The chosen policies, in their tiers."""
        return PolicySet(
            tiers=tuple(
                Tier(name=tier.name, end=tier.end, policies=tuple([tier.policies[one - start] for one in several]))
                for tier, start, several in self._by_tier(chosen)
            )
        )

    def _by_tier(self, chosen: _Chosen) -> Iterator[tuple[Tier, int, _Chosen]]:
        """Each tier, the number of its first policy, and those of the chosen that are its own."""
        for tier, start, end in zip(self._policies.tiers, self._starts, self._starts[1:], strict=False):
            yield tier, start, chosen[bisect_left(chosen, start) : bisect_left(chosen, end)]


class _Said(_Index):
    """The same, with a number for what each policy says: others for others, mostly."""

    def __init__(self, policies: PolicySet) -> None:
        super().__init__(policies)
        self._hashes = array("q", [hash(_said(policy)) for policy in _all(policies)])

    def says(self, chosen: _Chosen) -> list[tuple[TierEnd, list[int]]]:
        """The tiers that have something to say here, with those numbers."""
        return [
            (tier.end, [self._hashes[one] for one in several]) for tier, _, several in self._by_tier(chosen) if several
        ]


def _say_the_same(one: PolicySet, other: PolicySet) -> bool:
    """Whether policies, tier by tier, say the same word for word. Tiers that say nothing are none."""
    first, second = ([tier for tier in each.tiers if tier.policies] for each in (one, other))
    return [(tier.end, list(map(_said, tier.policies))) for tier in first] == [
        (tier.end, list(map(_said, tier.policies))) for tier in second
    ]


def _said(policy: Policy) -> tuple[object, ...]:
    """What a policy says, whatever it is called and wherever it stands."""
    return (policy.subject, *sorted(policy.sections, key=_direction))


def _direction(section: Section) -> str:
    return section.direction.value


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
