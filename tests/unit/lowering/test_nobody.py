"""Rules about endpoints that only one engine has are said to be left out, and no others are."""

from __future__ import annotations

import pytest

from npconv.diagnostics.codes import losses
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, kind, within
from npconv.ir.dimensions import API_SERVER, NAME, Attribute, Kind, Scope
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import PRESENT, one_of
from npconv.lowering.nobody import of_nobody

NAME_OF_POLICY = PolicyName("P", "shop", "web")
PODS, PROXIES = kind(Kind.POD), kind(Kind.INGRESS, Kind.HEALTH)
EAST = both(PODS, within(Attribute.of(Scope.CLUSTER, NAME), one_of("east")))
API = within(API_SERVER, PRESENT)


def messages(peer: Condition, cluster: str = "default") -> list[str]:
    section = Section(direction=Direction.INGRESS, isolates=True, rules=(Rule(action=Action.ALLOW, peer=peer),))
    policy = Policy(name=NAME_OF_POLICY, subject=PODS, sections=(section,))
    tier = Tier(name="allow", end=TierEnd.DENY, policies=(policy,))
    found = list(of_nobody(PolicySet(tiers=(tier,)), {NAME_OF_POLICY}, cluster))
    assert all((one.code, one.effect) == (losses.UNREACHED, Effect.INERT) for one in found)
    assert not list(of_nobody(PolicySet(tiers=(tier,)), set(), cluster)), "built-in policies are nobody's"
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("peer", "message"),
    [
        (PROXIES, "Allow rule left out: it is for endpoints that only the source's engine has"),
        (
            either(PROXIES, API),
            "part of the Allow rule left out: it is for endpoints that only the source's engine has",
        ),
        (EAST, "Allow rule left out: it is for pods of another cluster"),
        (either(EAST, PODS), "part of the Allow rule left out: it is for pods of another cluster"),
    ],
)
def test_what_is_about_nobody_is_said_to_be_left_out(peer: Condition, message: str) -> None:
    assert messages(peer) == [message]


@pytest.mark.parametrize("peer", [ALWAYS, NEVER, PODS, API, kind(Kind.INGRESS, Kind.POD), kind(Kind.OUTSIDE)])
def test_what_is_about_somebody_is_left_alone(peer: Condition) -> None:
    assert messages(peer) == []


def test_the_own_cluster_is_no_other() -> None:
    assert messages(EAST, "east") == []
