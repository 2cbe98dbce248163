"""Who keeps the own node from its pods, where the target lets it in."""

from __future__ import annotations

from npconv.diagnostics.codes.engines import OWN_NODE_IN
from npconv.ir.condition import ALWAYS, Condition, both, kind, within
from npconv.ir.dimensions import Attribute, Kind, Scope
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.own_node import let_in

PODS = kind(Kind.POD)
WEB = both(PODS, within(Attribute.of(Scope.POD, "app"), one_of("web")))


def policy(name: str, subject: Condition, *rules: Rule, isolates: bool = True) -> Policy:
    """A policy of ingress."""
    section = Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("Policy", "", name), subject=subject, sections=(section,))


def left_out(*policies: Policy, written: tuple[str, ...] = ("a",)) -> list[str]:
    """The policies with a loss."""
    found = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=policies),))
    names = [PolicyName("Policy", "", one) for one in written]
    return [loss.policy.name.name for loss in let_in(found, names, OWN_NODE_IN)]


FROM_NODE = Rule(action=Action.ALLOW, peer=kind(Kind.HOST))


def test_isolated_pods_are_shut_off_from_their_node_unless_the_engine_lets_it_in() -> None:
    assert left_out(policy("a", WEB)) == ["a"]
    assert left_out(policy("a", WEB), policy("node", PODS, FROM_NODE, isolates=False)) == []


def test_what_somebody_wrote_is_in_the_output_and_lets_nobody_else_in() -> None:
    assert left_out(policy("a", WEB, FROM_NODE)) == ["a"]


def test_pods_that_only_a_built_in_policy_isolates_count() -> None:
    found = left_out(policy("always", ALWAYS), policy("node", WEB, FROM_NODE, isolates=False), policy("a", WEB))
    assert found == ["always"]


def test_who_is_not_isolated_is_reached_anyway() -> None:
    assert left_out(policy("a", WEB, isolates=False)) == []
