"""What policies ask of namespaces, as the names of those that there are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Kind, LabelText, Scope
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.lowering import namespaces
from npconv.lowering.namespaces import names, settled

APP = within(Attribute.of(Scope.POD, "app"), one_of("web"))
TEAM = Attribute.of(Scope.NAMESPACE, "team")
PODS = kind(Kind.POD)
TOWN = (("shop", {"team": "a"}), ("ops", {"team": "b"}), ("lab", {}))


def policies(subject: Condition, peer: Condition = ALWAYS, namespace: str = "") -> PolicySet:
    section = Section(direction=Direction.INGRESS, isolates=True, rules=(Rule(action=Action.ALLOW, peer=peer),))
    one = Policy(name=PolicyName("P", namespace, "p"), subject=subject, sections=(section,))
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(one,)),))


def subject(condition: Condition) -> Condition:
    return settled(policies(condition), TOWN).tiers[0].policies[0].subject


def peer(condition: Condition, *, peers: bool = True) -> Condition:
    return settled(policies(ALWAYS, condition), TOWN, peers=peers).tiers[0].policies[0].sections[0].rules[0].peer


def among(*found: str) -> Condition:
    return within(NAMESPACE, one_of(*found))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (PODS, both(PODS, among("shop", "ops", "lab"))),
        (within(TEAM, one_of("a")), among("shop")),
        (within(TEAM, none_of("a")), among("ops", "lab")),
        (within(TEAM, PRESENT), among("shop", "ops")),
        (within(TEAM, ABSENT), among("lab")),
        (within(NAMESPACE, none_of("shop")), among("ops", "lab")),
        (within(NAMESPACE, one_of("gone")), NEVER),
        (holds(LabelText(TEAM, "starts with", "a")), among("shop")),
        (negate(holds(LabelText(TEAM, "ends with", "a"))), among("ops", "lab")),
        (holds(LabelText(TEAM, "contains", "c")), NEVER),
        (either(both(within(TEAM, one_of("a")), APP), among("lab")), either(both(among("shop"), APP), among("lab"))),
    ],
)
def test_subjects(asked: Condition, found: Condition) -> None:
    assert subject(asked) == found


def test_without_a_list_nothing_changes() -> None:
    source = policies(within(TEAM, one_of("a")))
    assert settled(source, ()) is source


def test_peers_stay_unless_they_are_asked_for() -> None:
    asked = both(PODS, within(TEAM, none_of("a")))
    assert peer(asked, peers=False) == asked
    assert peer(asked) == both(PODS, among("ops", "lab"))
    assert peer(both(PODS, APP)) == both(PODS, APP)


def test_what_has_no_namespace_still_meets_a_negation() -> None:
    assert peer(within(TEAM, none_of("a"))) == either(both(PODS, among("ops", "lab")), negate(PODS))


def test_names() -> None:
    assert names(one_of("b", "a")) == ("a", "b")
    assert names(none_of("a")) is None
    assert names(None) is None


def test_a_namespace_that_a_policy_is_in_is_there_whatever_the_list_says() -> None:
    own = settled(policies(PODS, namespace="new"), TOWN).tiers[0].policies[0]
    assert own.subject == both(PODS, among("shop", "ops", "lab", "new"))


def test_a_condition_by_name_is_looked_at_in_the_namespaces_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies and namespaces grow together: what is done for each policy must not grow with the namespaces."""
    looks = 0
    given = namespaces._given

    def counted(condition: Condition, labels: Mapping[str, str], *, complete: bool = True) -> Condition:
        nonlocal looks
        looks += 1
        return given(condition, labels, complete=complete)

    monkeypatch.setattr(namespaces, "_given", counted)
    town = [(f"ns-{number}", {"team": "a"}) for number in range(100)]
    found = [settled(policies(both(PODS, among(name), APP)), town).tiers[0].policies[0].subject for name, _ in town]
    assert found == [both(PODS, among(name), APP) for name, _ in town]
    assert looks == 4 * len(town)  # the conjunction and its three parts, in one namespace each
