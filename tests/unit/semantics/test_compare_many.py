"""Hundreds of policies in one namespace and thousands of policies: the comparison ends, and finds one that changed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Condition, both, either, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import none_of, one_of
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Change, Outcome, compare

ACTIONS = (Action.ALLOW, Action.ALLOW, Action.DENY, Action.PASS)


def labels(some: random.Random) -> Condition:
    keys = some.sample(range(6), some.randint(1, 2))
    pick = one_of if some.random() < 0.8 else none_of
    return both(*(within(Attribute.of(Scope.POD, f"k{key}"), pick(f"v{some.randrange(12)}")) for key in keys))


def rule(some: random.Random, *, ordered: bool) -> Rule:
    port = some.randrange(1, 9000)
    address = within(Axis.ADDRESS, Addresses.of([f"10.{some.randrange(256)}.0.0/16"]))
    pods = both(kind(Kind.POD), within(NAMESPACE, one_of(f"ns{some.randrange(20)}")), labels(some))
    return Rule(
        action=some.choice(ACTIONS) if ordered else Action.ALLOW,
        peer=address if some.random() < 0.3 else pods,
        traffic=both(within(Axis.PROTOCOL, protocols(6)), within(Axis.DST_PORT, ports((port, port + 9)))),
    )


def policy_set(count: int, namespaces: int, *, ordered: bool) -> PolicySet:
    some = random.Random(f"{count} {namespaces}")
    policies = []
    for number in range(count):
        own = within(NAMESPACE, one_of(f"ns{number % namespaces}"))
        rules = tuple(rule(some, ordered=ordered) for _ in range(3))
        section = Section(direction=Direction.INGRESS, isolates=True, rules=rules)
        name = PolicyName("P", "", f"p{number}")
        policies.append(Policy(name=name, subject=both(own, labels(some)), sections=(section,)))
    return PolicySet(tiers=(Tier(name="default", end=TierEnd.DENY, policies=tuple(policies)),))


def halved(condition: Condition) -> Condition:
    """The same ports, in two halves."""
    found = []
    for part in getattr(condition, "parts", ()):
        if getattr(part, "dimension", None) is Axis.DST_PORT:
            low, high = part.members.spans[0]
            middle = low + 4
            part = either(  # noqa: PLW2901
                both(within(Axis.DST_PORT, ports((low, middle))), within(Axis.PROTOCOL, protocols(6))),
                both(within(Axis.DST_PORT, ports((middle + 1, high))), within(Axis.PROTOCOL, protocols(6))),
            )
        found.append(part)
    return both(*found)


def rewritten(policies: PolicySet, *, without: int | None = None) -> PolicySet:
    """The same set in other words; `without` a policy's first rule."""
    changed = []
    for number, policy in enumerate(policies.tiers[0].policies):
        section = policy.sections[0]
        rules = [replace(one, traffic=halved(one.traffic)) for one in section.rules]
        kept = rules[1:] if number == without else rules
        changed.append(replace(policy, sections=(replace(section, rules=tuple(kept)),)))
    return PolicySet(tiers=(replace(policies.tiers[0], policies=tuple(changed)),))


@pytest.mark.parametrize(
    ("count", "namespaces", "ordered"), [(300, 1, False), (150, 1, True), (1000, 100, False)], ids=str
)
def test_many_policies(count: int, namespaces: int, ordered: bool) -> None:
    old = policy_set(count, namespaces, ordered=ordered)
    assert old.tiers[0].policies[7].sections[0].rules[0].action is Action.ALLOW
    same = compare(old, rewritten(old), budget=Budget(seconds=600))
    assert same.outcome is Outcome.EQUAL
    assert same.counters.searches > 0
    found = compare(old, rewritten(old, without=7), budget=Budget(seconds=600))
    assert {each.change for each in found.counterexamples} == {Change.LOST}
    assert {id(each.old.rule) for each in found.counterexamples} == {id(old.tiers[0].policies[7].sections[0].rules[0])}
    assert not found.unproven
