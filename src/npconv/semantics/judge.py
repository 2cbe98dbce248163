"""A policy set, asked about many subjects and flows -> the policies near a subject, and verdicts by these alone.

Belongs to `verdict`, and shares as little with the encoding: a policy whose subject must be in one of certain
namespaces selects no subject of another, and one without a section for a direction says nothing of its flows.
"""

from __future__ import annotations

from collections.abc import Sequence

from npconv.ir.condition import Both, Condition, Within
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Direction, Policy, PolicySet, Tier
from npconv.ir.values import Values
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict, verdict


def places(subject: Condition) -> frozenset[str] | None:
    """Namespaces, outside of which a condition on an endpoint never holds; None if it does not say so at once."""
    for part in subject.parts if isinstance(subject, Both) else (subject,):
        if isinstance(part, Within) and part.dimension == NAMESPACE:
            members = part.members
            if isinstance(members, Values) and not members.cofinite and not members.absent:
                return members.named
    return None


class Judge:
    """One policy set, for many subjects and flows."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies
        self._known: frozenset[str] | None = None
        self._near: dict[tuple[Direction, str | None], PolicySet] = {}
        self._by_place: dict[str, list[tuple[int, int]]] = {}
        self._open: list[tuple[int, int]] = []

    def verdict(self, flow: Flow) -> Verdict:
        """What `verdict` says of a flow."""
        return verdict(self.near(flow.subject, flow.direction), flow)

    def near(self, subject: Endpoint, direction: Direction) -> PolicySet:
        """The policies that can select a subject, in their tiers and order; the others say nothing of its flows."""
        if self._known is None:
            self._known = self._sorted()
        name = subject.attributes.get(NAMESPACE)
        key = (direction, name if name in self._known else None)
        near = self._near.get(key)
        if near is None:
            near = self._near[key] = self._of(*key)
        return near

    def _sorted(self) -> frozenset[str]:
        """Put every policy where it is about."""
        for at, tier in enumerate(self._policies.tiers):
            for number, policy in enumerate(tier.policies):
                where = places(policy.subject)
                if where is None:
                    self._open.append((at, number))
                else:
                    for name in where:
                        self._by_place.setdefault(name, []).append((at, number))
        return frozenset(self._by_place)

    def _of(self, direction: Direction, name: str | None) -> PolicySet:
        """The policies that can select a subject of a namespace, in their tiers and order."""
        chosen = sorted([*self._open, *(self._by_place.get(name, ()) if name is not None else ())])
        kept: list[list[Policy]] = [[] for _ in self._policies.tiers]
        for at, number in chosen:
            policy = self._policies.tiers[at].policies[number]
            if policy.section(direction) is not None:
                kept[at].append(policy)
        return PolicySet(tiers=tuple(map(_with, self._policies.tiers, kept)))


def _with(tier: Tier, policies: Sequence[Policy]) -> Tier:
    return Tier(name=tier.name, end=tier.end, policies=tuple(policies))
