"""Flows that are asked about, and those that are not: what is found is among them, and what is plain to see is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_flows import flows
from small_universe import SPACES, Universe, mutants, policy_sets, universes

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, HttpMethod, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.semantics.alike import Alike
from npconv.semantics.compare import Change, Comparison, Outcome, Region, compare
from npconv.semantics.groups import Pair
from npconv.semantics.space import Space
from npconv.semantics.verdict import verdict

APP = Attribute.of(Scope.POD, "app")
SHOP = both(kind(Kind.POD), within(NAMESPACE, one_of("shop")))
A, B = (both(kind(Kind.POD), within(APP, one_of(name))) for name in "ab")
FAR = within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"]))
GET, POST = holds(HttpMethod("GET")), holds(HttpMethod("POST"))


def tcp(*numbers: int) -> Condition:
    return both(within(Axis.PROTOCOL, protocols(6)), within(Axis.DST_PORT, ports(*((one, one) for one in numbers))))


def allow(peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS) -> Rule:
    return Rule(action=Action.ALLOW, peer=peer, traffic=traffic, request=request)


def deny(peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS) -> Rule:
    return Rule(action=Action.DENY, peer=peer, traffic=traffic, request=request)


def policy(*rules: Rule, subject: Condition = SHOP, isolates: bool = True) -> Policy:
    section = Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("P", "shop", "p"), subject=subject, sections=(section,))


def the(*several: Policy) -> PolicySet:
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=several),))


def reached(*rules: Rule, subject: Condition = SHOP) -> PolicySet:
    return the(policy(*rules, subject=subject, isolates=False))


def beyond(*rules: Rule, subject: Condition = SHOP) -> dict[Change, Region]:
    return dict.fromkeys(Change, Region(denying=reached(*rules, subject=subject)))


def within_reach(*rules: Rule, subject: Condition = SHOP) -> dict[Change, Region]:
    return dict.fromkeys(Change, Region(denying=reached(*rules, subject=subject), inside=True))


ASK = {
    "nothing, beyond an Allow that is left out": (
        the(policy(allow(A), allow(FAR))),
        the(policy(allow(A))),
        beyond(deny(FAR)),
        {},
    ),
    "the rest of an Allow that is left out": (
        the(policy(allow(A), allow(FAR))),
        the(policy(allow(A))),
        beyond(deny(FAR, tcp(80))),
        {Change.LOST},
    ),
    "nothing, beyond one port that is left out": (
        the(policy(allow(A, tcp(80, 81, 82)))),
        the(policy(allow(A, tcp(80)), allow(A, tcp(82)))),
        beyond(deny(A, tcp(81))),
        {},
    ),
    "nothing, beyond one request that is left out": (
        the(policy(allow(A, tcp(80), either(GET, POST)))),
        the(policy(allow(A, tcp(80), GET))),
        beyond(deny(A, tcp(80), POST)),
        {},
    ),
    "a request that is let through besides": (
        the(policy(allow(A, tcp(80), GET))),
        the(policy(allow(A, tcp(80), either(GET, POST)))),
        beyond(deny(A, tcp(80), GET)),
        {Change.GAINED},
    ),
    "a Deny that takes more": (
        the(policy(deny(both(A, FAR)), allow(B))),
        the(policy(deny(A), allow(B))),
        beyond(deny(FAR)),
        {},
    ),
    "a Deny of what is allowed": (
        the(policy(allow(ALWAYS, tcp(80)))),
        the(policy(deny(A), allow(ALWAYS, tcp(80)))),
        beyond(deny(FAR)),
        {Change.LOST},
    ),
    "nothing, beyond a policy that is left out": (
        the(policy(allow(A)), policy(allow(B), subject=both(SHOP, A))),
        the(policy(allow(A))),
        beyond(deny(), subject=both(SHOP, A)),
        {},
    ),
    "whom nobody isolates any more": (the(policy(allow(A))), the(), beyond(deny(FAR)), {Change.GAINED}),
    "nothing of whom nobody isolates any more, if all of it is a loss's": (
        the(policy(allow(A))),
        the(),
        beyond(deny()),
        {},
    ),
    "nothing, within a loss that another Allow makes good": (
        the(policy(allow(A), allow(both(A, FAR)))),
        the(policy(allow(A))),
        within_reach(deny(both(A, FAR))),
        {},
    ),
    "what is lost within reach": (
        the(policy(allow(A), allow(FAR))),
        the(policy(allow(A))),
        within_reach(deny(FAR)),
        {Change.LOST},
    ),
    "nothing, within reach of what stays": (
        the(policy(allow(A, tcp(80)), allow(FAR))),
        the(policy(allow(A, tcp(80)))),
        within_reach(deny(A, tcp(80))),
        {},
    ),
}
"""What is left to the solver, by change, of two sets and a region."""

SPACE = Space(pod_addresses=Addresses.of(["10.0.0.0/8"]), node_addresses=Addresses.of(["192.168.0.0/24"]))


def left(
    old: PolicySet, new: PolicySet, asked: Mapping[Change, Region], space: Space
) -> dict[tuple[str, Direction], set[Change]]:
    """What is left to the solver, by namespace and direction; of the others by an empty name."""
    known = Alike(space)
    return {
        (task.namespace, direction): set(known.left(task.old, task.new, direction, task.asked))
        for task in Pair(old, new).tasks(space, asked)
        for direction in Direction
        if task.group.kind is Kind.POD and not task.identical
    }


def by_the_solver(old: PolicySet, new: PolicySet, asked: Mapping[Change, Region], space: Space) -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "left", lambda self, old, new, direction, asked: tuple(asked))
        return compare(old, new, asked=asked, assumptions=space)


@pytest.mark.parametrize("name", ASK)
def test_what_is_left_to_the_solver(name: str) -> None:
    old, new, asked, expected = ASK[name]
    found = left(old, new, asked, SPACE)
    assert found["shop", Direction.INGRESS] == set(expected)
    solved = by_the_solver(old, new, asked, SPACE)
    assert {one.change for one in solved.counterexamples} == set(expected)
    assert solved.complete
    assert compare(old, new, asked=asked, assumptions=SPACE).outcome is solved.outcome


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_the_solver_agrees(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    old = data.draw(policy_sets(universe))
    new = data.draw(st.one_of(mutants(universe, old), policy_sets(universe)))
    asked = {change: data.draw(regions(universe, old)) for change in Change}
    found = by_the_solver(old, new, asked, space)
    unclear = left(old, new, asked, space)
    names = {name for name, _ in unclear}
    for one in found.counterexamples:
        assert asked[one.change].has(one.flow)
        if one.flow.subject.kind is Kind.POD:
            name = one.flow.subject.attributes[NAMESPACE]
            assert one.change in unclear[name if name in names else "", one.flow.direction]
    by_both = compare(old, new, asked=asked, assumptions=space)
    assert by_both.outcome is found.outcome
    assert {(one.flow.direction, one.change) for one in by_both.counterexamples} == {
        (one.flow.direction, one.change) for one in found.counterexamples
    }
    changes = {(one.flow.direction, one.change) for one in found.counterexamples}
    for flow in flows(universe, space, 200):
        before, after = verdict(old, flow).allowed, verdict(new, flow).allowed
        change = Change.GAINED if after else Change.LOST
        if before is not after and asked[change].has(flow):
            assert (flow.direction, change) in changes or found.outcome is Outcome.INCONCLUSIVE or not found.complete


@st.composite
def regions(draw: st.DrawFn, universe: Universe, near: PolicySet) -> Region:
    """What some policies would deny if all they do were to deny: often those of a set itself."""
    policies = draw(st.one_of(st.just(near), policy_sets(universe)))
    return Region(denying=only_denying(policies), inside=draw(st.booleans()))


def only_denying(policies: PolicySet) -> PolicySet:
    """Every rule a Deny, and nobody isolated."""

    def turned(section: Section) -> Section:
        rules = tuple(replace(rule, action=Action.DENY) for rule in section.rules)
        return replace(section, isolates=False, rules=rules)

    several = tuple(
        replace(one, sections=tuple(map(turned, one.sections))) for tier in policies.tiers for one in tier.policies
    )
    return PolicySet(tiers=(Tier(name="denying", end=TierEnd.PASS, policies=several),))
