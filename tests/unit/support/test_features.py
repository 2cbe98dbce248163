"""The list of features is closed over what policies can mean, and fits into a table."""

from __future__ import annotations

import typing
from enum import Enum

import pytest
from feature_probes import probes

from npconv.ir.condition import Within
from npconv.ir.dimensions import Attribute, Axis, Fact, Kind, Kinds, Scope
from npconv.ir.features import Feature
from npconv.ir.policy import Action, Rule
from npconv.lowering.conditions import leaves

RULES = [
    (policy.subject, rule)
    for listed in probes().values()
    for probe in listed
    for tier in probe.tiers
    for policy in tier.policies
    for section in policy.sections
    for rule in section.rules
]

ELSEWHERE = {
    "SrcPortNamed": "source ports, by a name",
    "HOST_ENDPOINT": "Calico's labels on nodes: nodes by label",
    "OTHER": "labels that no Kubernetes object has",
    "HEALTH": "the engine's own endpoints",
    "INIT": "the engine's own endpoints",
    "UNMANAGED": "the engine's own endpoints",
}
"""What is in no probe, and which feature it belongs to."""


def asked() -> set[str]:
    """The names of all axes, scopes, facts, kinds and actions that some probe asks for."""
    found: set[str] = set()
    for subject, rule in RULES:
        found.add(rule.action.name)
        for condition in (subject, rule.subject, rule.peer, rule.traffic, rule.request):
            for leaf in leaves(condition):
                match leaf:
                    case Axis():
                        found.add(leaf.name)
                    case Attribute():
                        found.add(leaf.scope.name)
                    case _:
                        found.add(type(leaf).__name__)
        found |= {kind.name for kind in kinds(rule)}
    return found


def kinds(rule: Rule) -> set[Kind]:
    parts = getattr(rule.peer, "parts", (rule.peer,))
    return {
        kind
        for part in parts
        if isinstance(part, Within) and isinstance(part.members, Kinds)
        for kind in part.members.members
    }


@pytest.mark.parametrize("members", [Axis, Scope, Kind, Action], ids=lambda one: one.__name__)
def test_everything_that_a_condition_can_ask_for_belongs_to_a_feature(members: type[Enum]) -> None:
    assert {one.name for one in members} - ELSEWHERE.keys() <= asked()


def test_every_fact_belongs_to_a_feature() -> None:
    assert {one.__name__ for one in typing.get_args(Fact)} - ELSEWHERE.keys() <= asked()


def test_excuses_are_needed() -> None:
    assert not ELSEWHERE.keys() & asked()


@pytest.mark.parametrize("feature", Feature, ids=lambda one: one.id)
def test_a_feature_fits_into_a_table(feature: Feature) -> None:
    assert len(feature.title) <= 28
    assert feature.meaning
    assert not feature.meaning.endswith(".")


def test_titles_are_unique() -> None:
    assert len({one.title for one in Feature}) == len(Feature)
