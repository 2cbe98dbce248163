"""Real NetworkPolicies, written again: equal under Kubernetes, and never anything that Azure NPM drops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from npconv.dialects.azure_npm.lift import enforced, intent
from npconv.dialects.azure_npm.lower import lower as lower_npm
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.k8s.emit import emit
from npconv.dialects.k8s.kinds import claims
from npconv.dialects.k8s.lift import lift
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.lower import lower
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.parse import parse
from npconv.dialects.k8s.validate import Cidrs
from npconv.ir.dimensions import Family
from npconv.ir.policy import PolicyName, PolicySet
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.labels import possible
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.meaning import KUBERNETES
from npconv.semantics.space import Space
from npconv.source.load import load
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

pytestmark = pytest.mark.shared

LINUX, WINDOWS = AzureNpmProfile(system=System.LINUX), AzureNpmProfile(system=System.WINDOWS)


@pytest.fixture(scope="module")
def files(shared: Path) -> list[list[NetworkPolicy]]:
    """The policies of each file, the last of a name only."""
    found: dict[str, dict[tuple[str, str], NetworkPolicy]] = defaultdict(dict)
    for document in load([str(shared / "corpus")], wanted=lambda one: one.kind == "NetworkPolicy").documents:
        built = parse(document, strict=False, cidrs=Cidrs.STORED)[0] if claims(document) else None
        if built is not None:
            found[document.origin.place.file][built.metadata.namespace, built.metadata.name] = built
    assert len(found) > 500
    return [list(one.values()) for one in found.values()]


def kubernetes(policies: Sequence[NetworkPolicy]) -> PolicySet:
    return lift_set([lift(one, KUBERNETES) for one in policies])


def names(source: PolicySet) -> dict[PolicyName, ObjectMeta]:
    return {
        one.name: ObjectMeta(name=one.name.name, namespace=one.name.namespace)
        for tier in source.tiers
        for one in tier.policies
        if one.name.kind == "NetworkPolicy"
    }


def again(objects: Sequence[NetworkPolicy]) -> list[NetworkPolicy]:
    """What is read of what is written."""
    found = []
    for document in read(write_yaml([emit(one) for one in objects]), "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, problems
        assert not problems
        found.append(built)
    return found


def space(known: AddressPlan) -> Space:
    return Space(
        cluster_families=frozenset({Family.V4}),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        exclusive=False,
    )


def test_kubernetes_to_kubernetes(files: list[list[NetworkPolicy]]) -> None:
    for policies in files:
        source = possible(kubernetes(policies))
        known = plan(source)
        lowered = lower(source, known, names=names(source))
        built = again([one for one, _ in lowered.objects])
        assert len(built) == len(policies)
        assert compare(source, kubernetes(built), assumptions=space(known)).outcome is Outcome.EQUAL
        assert lowered.losses == ()


@pytest.mark.parametrize("profile", [LINUX, WINDOWS], ids=lambda profile: profile.name)
def test_what_azure_npm_enforces_is_written_so_that_it_does(
    files: list[list[NetworkPolicy]], profile: AzureNpmProfile
) -> None:
    for policies in files:
        source = possible(enforced(policies, profile).policies)
        known = plan(source)
        lowered = lower_npm(source, profile, known, names=names(source))
        built = again([one for one, _ in lowered.objects])
        # A policy that NPM drops, or mistakes, would show as a difference.
        found = compare(lowered.meant, enforced(built, profile).policies, assumptions=space(known))
        assert not [one for one in lowered.losses if one.effect.changes_flows]
        assert found.outcome is Outcome.EQUAL


def test_what_azure_npm_means_is_what_it_does_of_the_output(files: list[list[NetworkPolicy]]) -> None:
    for policies in files:
        source = possible(intent(policies, LINUX).policies)
        known = plan(source)
        lowered = lower_npm(source, LINUX, known, names=names(source))
        built = again([one for one, _ in lowered.objects])
        found = compare(lowered.meant, enforced(built, LINUX).policies, assumptions=space(known))
        assert found.outcome is Outcome.EQUAL, policies
