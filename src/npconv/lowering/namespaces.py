"""What a policy asks of namespaces, settled by the namespaces that the cluster has.

Targets whose policies belong to a namespace need to know which ones a policy is for: labels of namespaces, negations
and "all of them" become the names of those that are known. Peers may be settled, too, for targets that cannot say
"every namespace but".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from npconv.ir.condition import (
    ALWAYS,
    NEVER,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    either,
    kind,
    negate,
    within,
)
from npconv.ir.dimensions import NAMESPACE, NAMESPACE_NAME, Attribute, Kind, LabelText, Scope, TextTest
from npconv.ir.policy import Policy, PolicySet, Rule, Section
from npconv.ir.values import Values, one_of
from npconv.lowering.conditions import leaves

Labels: TypeAlias = Mapping[str, str] | None
"""The labels of a namespace (its name need not be among them); None: its name is all that is known."""

Namespaces: TypeAlias = Sequence[tuple[str, Labels]]
"""Every namespace of the cluster, by name."""


def settled(policies: PolicySet, namespaces: Namespaces, *, peers: bool = False) -> PolicySet:
    """The policy set in a cluster that has these namespaces, and those that its policies are in, and no others.

    It is unchanged if none are known. Subjects ask for namespaces by name alone, and so do peers if `peers`.
    """
    if not namespaces:
        return policies
    town = _Town((*namespaces, *_own(policies, {name for name, _ in namespaces})))

    def rule(one: Rule) -> Rule:
        subject = town.settled(one.subject) if _asks(one.subject) else one.subject
        peer = town.peer(one.peer) if peers else one.peer
        return one if (subject, peer) == (one.subject, one.peer) else replace(one, subject=subject, peer=peer)

    def section(one: Section) -> Section:
        return replace(one, rules=tuple(rule(each) for each in one.rules))

    def policy(one: Policy) -> Policy:
        return replace(
            one,
            subject=town.settled(one.subject),
            sections=tuple(section(part) for part in one.sections),
        )

    return PolicySet(
        tiers=tuple(replace(tier, policies=tuple(policy(one) for one in tier.policies)) for tier in policies.tiers)
    )


def names(members: Values | None) -> tuple[str, ...] | None:
    """The namespaces that a set of names lists, sorted; None if it does not list them."""
    return None if members is None or members.cofinite else tuple(sorted(members.named))


class _Town:
    """Namespaces, found by name, and what conditions come to in them, each worked out once."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._listed = [
            ({**(labels or {}), NAMESPACE_NAME: name}, labels is not None, name) for name, labels in namespaces
        ]
        self._places: dict[str, list[int]] = {}
        for place, (name, _) in enumerate(namespaces):
            self._places.setdefault(name, []).append(place)
        self._known: dict[Condition, Condition] = {}

    def settled(self, condition: Condition) -> Condition:
        """A condition on a pod, with the namespaces by name."""
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._settled(condition)
        return found

    def peer(self, condition: Condition) -> Condition:
        """A condition on any endpoint: what is no pod has no namespace."""
        if not _asks(condition):
            return condition
        pods = both(kind(Kind.POD), self.settled(condition))
        return either(pods, both(negate(kind(Kind.POD)), _given(condition, {})))

    def _settled(self, condition: Condition) -> Condition:
        by_rest: dict[Condition, list[str]] = {}
        for place in self._asked(condition):
            labels, complete, name = self._listed[place]
            rest = _given(condition, labels, complete=complete)
            if rest != NEVER:
                by_rest.setdefault(rest, []).append(name)
        return either(*(both(within(NAMESPACE, one_of(*found)), rest) for rest, found in by_rest.items()))

    def _asked(self, condition: Condition) -> Iterable[int]:
        """The places of the namespaces that a condition is about: mostly it is about one, by name."""
        for part in condition.parts if isinstance(condition, Both) else (condition,):
            if isinstance(part, Within) and part.dimension == NAMESPACE:
                listed = names(part.members if isinstance(part.members, Values) else None)
                if listed is not None:
                    return sorted(place for name in listed for place in self._places.get(name, ()))
        return range(len(self._listed))


def _asks(condition: Condition) -> bool:
    return any(_is_label(one) for one in leaves(condition))


def _is_label(leaf: object) -> bool:
    attribute = leaf.attribute if isinstance(leaf, LabelText) else leaf
    return isinstance(attribute, Attribute) and attribute.scope is Scope.NAMESPACE


def _given(condition: Condition, labels: Mapping[str, str], *, complete: bool = True) -> Condition:
    """What is left of a condition where the namespace's labels are these (none: there is no namespace).

    If they are not `complete`, what is asked of others stays.
    """
    match condition:
        case Always() | Never():
            return condition
        case Within(Attribute() as attribute) | Holds(LabelText(attribute)) if (
            attribute.scope is Scope.NAMESPACE and not complete and attribute.key not in labels
        ):
            return condition
        case Within(Attribute() as attribute, members) if attribute.scope is Scope.NAMESPACE:
            return ALWAYS if labels.get(attribute.key) in members else NEVER
        case Holds(LabelText(attribute, test, text), negated) if attribute.scope is Scope.NAMESPACE:
            return ALWAYS if _passes(labels.get(attribute.key), TextTest(test), text) != negated else NEVER
        case Within() | Holds():
            return condition
        case Both(parts):
            return both(*(_given(part, labels, complete=complete) for part in parts))
        case Either(parts):
            return either(*(_given(part, labels, complete=complete) for part in parts))
        case _:
            assert_never(condition)


def _passes(value: str | None, test: TextTest, text: str) -> bool:
    if value is None:
        return False
    match test:
        case TextTest.CONTAINS:
            return text in value
        case TextTest.STARTS_WITH:
            return value.startswith(text)
        case TextTest.ENDS_WITH:
            return value.endswith(text)
        case _:
            assert_never(test)


def _own(policies: PolicySet, known: Collection[str]) -> Iterator[tuple[str, Labels]]:
    """Namespaces that policies are in, so that they exist, beyond the known; their labels are not known."""
    named = {policy.name.namespace for tier in policies.tiers for policy in tier.policies}
    yield from ((name, None) for name in sorted(named - set(known) - {""}))
