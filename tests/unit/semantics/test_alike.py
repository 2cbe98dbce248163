"""Normal forms settle what is said the same way, and never say so of what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_universe import SPACES, mutants, policy_sets, universes

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import PRESENT, none_of, one_of
from npconv.semantics import alike
from npconv.semantics.alike import Alike
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.groups import tasks
from npconv.semantics.space import CLUSTER_NAME, Space

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
ZONE = Attribute.of(Scope.NODE, "zone")

POD, OUTSIDE = kind(Kind.POD), kind(Kind.OUTSIDE)
SHOP, OPS = within(NAMESPACE, one_of("shop")), within(NAMESPACE, one_of("ops"))
A, B = within(APP, one_of("a")), within(APP, one_of("b"))
RED, NOT_RED = within(TEAM, one_of("red")), within(TEAM, none_of("red"))
FAR = within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"]))
TCP, UDP = within(Axis.PROTOCOL, protocols(6)), within(Axis.PROTOCOL, protocols(17))
ON_53 = within(Axis.DST_PORT, ports((53, 53)))
ON_80 = within(Axis.DST_PORT, ports((80, 80)))
SPACE = Space(pod_addresses=Addresses.of(["10.0.0.0/8"]), node_addresses=Addresses.of(["192.168.0.0/24"]))


def rule(action: Action, peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS) -> Rule:
    return Rule(action=action, peer=peer, traffic=traffic, request=request)


def allow(peer: Condition = ALWAYS, traffic: Condition = ALWAYS) -> Rule:
    return rule(Action.ALLOW, peer, traffic)


def deny(peer: Condition = ALWAYS, traffic: Condition = ALWAYS) -> Rule:
    return rule(Action.DENY, peer, traffic)


def policy(*rules: Rule, subject: Condition = ALWAYS, isolates: bool = True) -> Policy:
    section = Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("P", "", "p"), subject=subject, sections=(section,))


def to_the_other_side() -> Policy:
    section = Section(direction=Direction.EGRESS, isolates=False, rules=())
    return Policy(name=PolicyName("P", "", "p"), subject=ALWAYS, sections=(section,))


def tier(*policies: Policy, end: TierEnd = TierEnd.DENY) -> Tier:
    return Tier(name="t", end=end, policies=policies)


def the(*rules: Rule, subject: Condition = ALWAYS) -> PolicySet:
    return PolicySet(tiers=(tier(policy(*rules, subject=subject)),))


def tiers(*several: Tier) -> PolicySet:
    return PolicySet(tiers=several)


PASS = rule(Action.PASS)
SHOP_A = both(SHOP, A)
PASSING = tier(policy(rule(Action.PASS, both(POD, RED)), allow(both(POD, A))), end=TierEnd.PASS)

ALIKE = {
    "order of Allows": (the(allow(A), allow(B)), the(allow(B), allow(A))),
    "an Allow twice": (the(allow(A)), the(allow(A), allow(A))),
    "peers in one rule": (the(allow(either(both(A, RED), FAR))), the(allow(FAR), allow(both(A, RED)))),
    "only pods have pod labels": (the(allow(A)), the(allow(both(A, POD)))),
    "pods have a namespace": (the(allow(both(A, within(NAMESPACE, PRESENT)))), the(allow(A))),
    "any pod": (the(allow(POD)), the(allow(within(NAMESPACE, PRESENT)))),
    "pods are in the cluster": (the(allow(both(A, within(CLUSTER_NAME, one_of("default"))))), the(allow(A))),
    "nobody is in another": (the(allow(both(A, within(CLUSTER_NAME, one_of("far"))))), the()),
    "who has such an address": (the(allow(FAR)), the(allow(both(FAR, OUTSIDE)))),
    "what nobody is": (the(allow(both(OUTSIDE, A))), the(allow(NEVER))),
    "labels that outsiders lack": (the(allow(both(OUTSIDE, within(APP, none_of("a"))))), the(allow(OUTSIDE))),
    "protocols in one rule": (
        the(allow(A, either(both(TCP, ON_53), both(UDP, ON_53)))),
        the(allow(A, both(within(Axis.PROTOCOL, protocols(6, 17)), ON_53))),
    ),
    "ports in two rules": (
        the(allow(A, both(TCP, ON_53)), allow(A, both(TCP, ON_80))),
        the(allow(A, both(TCP, within(Axis.DST_PORT, ports((53, 53), (80, 80)))))),
    ),
    "every port": (the(allow(A, both(TCP, within(Axis.DST_PORT, ports((1, 65535)))))), the(allow(A, TCP))),
    "protocols without ports": (
        the(allow(A, both(within(Axis.PROTOCOL, protocols(1, 6)), ON_80))),
        the(allow(A, both(TCP, ON_80))),
    ),
    "everything besides a part": (the(allow(A), allow(A, TCP)), the(allow(A))),
    "a Log": (the(rule(Action.LOG), allow(A)), the(allow(A))),
    "the subject's own namespace": (the(allow(A), subject=both(SHOP, POD)), the(allow(A), subject=SHOP)),
    "a Deny before what it has nothing to do with": (the(deny(A), allow(B)), the(allow(B), deny(A))),
    "a Deny of what is denied anyway": (the(allow(A), deny(B)), the(allow(A))),
    "a Deny in a tier before": (
        tiers(tier(policy(deny(A)), end=TierEnd.PASS), tier(policy(allow(B)))),
        the(deny(A), allow(B)),
    ),
    "a Pass as a condition": (tiers(PASSING, tier(policy())), the(allow(both(POD, A, NOT_RED)))),
    "a Pass of everything at the end": (
        tiers(tier(policy(allow(A)), policy(PASS))),
        tiers(tier(policy(allow(A), isolates=False))),
    ),
    "a Pass of everything of some of those who are isolated": (
        tiers(tier(policy(allow(A), subject=SHOP_A), policy(PASS, subject=SHOP_A), policy(allow(B), subject=B))),
        tiers(tier(policy(allow(B), subject=B), policy(allow(A), subject=SHOP_A, isolates=False))),
    ),
    "a Pass of everything after one of a part": (
        tiers(tier(policy(rule(Action.PASS, A), allow(both(POD, NOT_RED)), PASS))),
        tiers(tier(policy(rule(Action.PASS, A), allow(both(POD, NOT_RED)), isolates=False))),
    ),
    "a Pass of everything, and another tier": (
        tiers(tier(policy(deny(A)), policy(PASS)), tier(policy(allow(B)))),
        tiers(tier(policy(deny(A)), end=TierEnd.PASS), tier(policy(allow(B)))),
    ),
    "a tier after all others that says nothing": (
        tiers(tier(policy(allow(A))), tier(to_the_other_side())),
        the(allow(A)),
    ),
    "a Pass to where nothing is said": (tiers(tier(policy(rule(Action.PASS, A), allow(B)))), the(allow(A), allow(B))),
    "subjects without the widest": (
        tiers(tier(policy(allow(A)), policy(subject=both(SHOP, A)))),
        the(allow(A)),
    ),
    "isolation in a tier that passes at its end": (
        tiers(tier(policy(deny(A)), end=TierEnd.PASS)),
        tiers(tier(policy(deny(A), isolates=False))),
    ),
}

DIFFERENT = {
    "a Pass of everything of others than are isolated": (
        tiers(tier(policy(allow(A), subject=A), policy(PASS, subject=B))),
        tiers(tier(policy(allow(A), subject=A, isolates=False))),
    ),
    "a Pass of everything to a tier that isolates": (
        tiers(tier(policy(allow(A)), policy(PASS)), tier(policy(allow(B)))),
        tiers(tier(policy(allow(A)), policy(PASS)), tier(policy(allow(B), isolates=False))),
    ),
    "a Pass of one protocol": (
        tiers(tier(policy(allow(A)), policy(rule(Action.PASS, traffic=TCP)))),
        tiers(tier(policy(allow(A), isolates=False))),
    ),
    "a Pass after a Deny": (
        tiers(tier(policy(deny(A)), policy(PASS))),
        tiers(tier(policy(PASS), policy(deny(A)))),
    ),
    "an Allow less": (the(allow(A), allow(B)), the(allow(A))),
    "another peer": (the(allow(A)), the(allow(B))),
    "another port": (the(allow(A, both(TCP, ON_53))), the(allow(A, both(TCP, ON_80)))),
    "port 80 of TCP or of UDP": (the(allow(A, both(TCP, ON_80))), the(allow(A, both(UDP, ON_80)))),
    "another subject": (the(allow(A), subject=A), the(allow(A), subject=B)),
    "another request": (
        the(rule(Action.ALLOW, A, request=within(APP, one_of("x")))),
        the(rule(Action.ALLOW, A)),
    ),
    "a Deny before and after": (the(deny(A), allow(POD)), the(allow(POD), deny(A))),
    "a Deny of what is allowed": (the(deny(both(A, RED)), allow(A)), the(allow(A))),
    "a Deny of subjects that nothing isolates": (
        tiers(tier(policy(deny(A), isolates=False), end=TierEnd.DENY)),
        tiers(tier(policy(isolates=False), end=TierEnd.DENY)),
    ),
    "isolation": (the(), tiers(tier(policy(isolates=False)))),
    "isolation of fewer": (the(subject=A), the(subject=both(A, within(TEAM, PRESENT)))),
    "where a tier ends": (the(deny(A)), tiers(tier(policy(deny(A)), end=TierEnd.PASS))),
    "a Pass": (tiers(PASSING, tier(policy())), the(allow(both(POD, A)))),
    "a Pass to what allows it": (tiers(PASSING, tier(policy(allow(RED)))), the(allow(both(POD, A, NOT_RED)))),
    "an address that pods have, too": (
        the(allow(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/7"])))),
        the(allow(both(OUTSIDE, within(Axis.ADDRESS, Addresses.of(["10.0.0.0/7"]))))),
    ),
    "outsiders and nodes without a label": (
        the(allow(within(APP, none_of("a")))),
        the(allow(both(POD, within(APP, none_of("a"))))),
    ),
    "a node's label": (
        the(allow(within(ZONE, one_of("z")))),
        the(allow(both(within(ZONE, one_of("z")), kind(Kind.HOST)))),
    ),
    "a peer's namespace": (the(allow(both(POD, SHOP)), subject=SHOP), the(allow(POD), subject=SHOP)),
}


def is_alike(old: PolicySet, new: PolicySet) -> bool:
    known = Alike(SPACE)
    return all(
        task.identical or known.is_alike(task.old, task.new, direction)
        for task in tasks(old, new, SPACE)
        for direction in Direction
    )


def by_the_solver(old: PolicySet, new: PolicySet, space: Space) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "left", lambda self, old, new, direction, asked: tuple(asked))
        return compare(old, new, assumptions=space).outcome


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_said_the_same_way_needs_no_formula(name: str) -> None:
    old, new = ALIKE[name]
    assert is_alike(old, new)
    assert is_alike(new, old)
    assert by_the_solver(old, new, SPACE) is Outcome.EQUAL


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_left_to_the_solver(name: str) -> None:
    old, new = DIFFERENT[name]
    assert not is_alike(old, new)
    assert not is_alike(new, old)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_the_solver_agrees(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    old = data.draw(policy_sets(universe))
    new = data.draw(st.one_of(mutants(universe, old), st.just(sorted_otherwise(old)), policy_sets(universe)))
    known = Alike(space)
    if all(
        task.group.kind is Kind.POD and (task.identical or known.is_alike(task.old, task.new, direction))
        for task in tasks(old, new, space)
        for direction in Direction
    ):
        assert by_the_solver(old, new, space) is Outcome.EQUAL


def sorted_otherwise(policies: PolicySet) -> PolicySet:
    """The same with what does nothing, and neighbours that do the same thing the other way round."""

    def turned(section: Section) -> Section:
        rules = list(section.rules)
        for at in range(len(rules) - 1):
            if rules[at].action is rules[at + 1].action:
                rules[at], rules[at + 1] = rules[at + 1], rules[at]
        return replace(section, rules=(Rule(action=Action.LOG), *rules))

    return PolicySet(
        tiers=tuple(
            replace(
                one, policies=tuple(replace(each, sections=tuple(map(turned, each.sections))) for each in one.policies)
            )
            for one in policies.tiers
        )
    )


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "REMEMBERED", 0)
    for old, new in ALIKE.values():
        known = Alike(SPACE)
        for _ in range(2):
            for task in tasks(old, new, SPACE):
                assert task.identical or known.is_alike(task.old, task.new, Direction.INGRESS)


def test_a_comparison_asks_no_question_about_what_is_alike() -> None:
    old, new = ALIKE["a Pass as a condition"]
    found = compare(old, new, assumptions=SPACE)
    assert found.outcome is Outcome.EQUAL
    assert (found.counters.alike, found.counters.questions) == (1, 0)
