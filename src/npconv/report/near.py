"""A policy set by the namespaces of its subjects, so that few policies are asked about a pod."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Policy, PolicySet
from npconv.ir.values import Values
from npconv.semantics.flow import Endpoint
from npconv.semantics.mentions import namespaces


class Near:
    """Which policies can be about the pods of a namespace: looked up, not gone through."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        self._named: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._open: list[tuple[int, int, Values]] = []
        self._near: dict[str, PolicySet] = {}
        for at, tier in enumerate(policies.tiers):
            for number, policy in enumerate(tier.policies):
                where = namespaces(policy.subject)
                if where.cofinite or where.absent:
                    self._open.append((at, number, where))
                for name in () if where.cofinite else where.named:
                    self._named[name].append((at, number))

    def of(self, subject: Endpoint) -> PolicySet:
        """The policies that can select a pod of this one's namespace, in their tiers and in order."""
        place = subject.attributes.get(NAMESPACE, "")
        if place not in self._near:
            self._near[place] = self._gathered(place)
        return self._near[place]

    def _gathered(self, place: str) -> PolicySet:
        found: defaultdict[int, list[int]] = defaultdict(list)
        anywhere = ((at, number) for at, number, where in self._open if place in where)
        for at, number in sorted({*self._named.get(place, ()), *anywhere}):
            found[at].append(number)
        tiers = tuple(
            replace(tier, policies=_some(tier.policies, found[at])) for at, tier in enumerate(self._policies.tiers)
        )
        return PolicySet(tiers=tiers)


def _some(policies: tuple[Policy, ...], numbers: list[int]) -> tuple[Policy, ...]:
    return tuple(policies[number] for number in numbers)
