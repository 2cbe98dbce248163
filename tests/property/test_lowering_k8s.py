"""What is lowered to NetworkPolicies, written, read and lifted again lets the same flows through, or fewer.

For Kubernetes as such and for both kinds of Azure NPM, whose output is read as it is enforced: a policy that NPM drops,
or a selector that it gets wrong, would show as flows that nobody owns.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from policies import NAMESPACES, flows, policy_set

from npconv.dialects.azure_npm.lift import enforced
from npconv.dialects.azure_npm.lower import lower as lower_npm
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.k8s.emit import emit
from npconv.dialects.k8s.lift import lift
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.lower import Lowered, lower
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.parse import parse
from npconv.ir.condition import Condition, both, kind
from npconv.ir.dimensions import Kind
from npconv.ir.dump import dump
from npconv.ir.policy import PolicyName, PolicySet, Rule
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.losses import Loss
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Change, Counterexample, compare
from npconv.semantics.flow import Flow
from npconv.semantics.meaning import KUBERNETES
from npconv.semantics.space import Space
from npconv.semantics.verdict import meets, verdict
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

LINUX, WINDOWS = AzureNpmProfile(system=System.LINUX), AzureNpmProfile(system=System.WINDOWS)
KNOWN = list(NAMESPACES.items())
Objects = Sequence[NetworkPolicy]


@dataclass(frozen=True)
class Engine:
    """A target: how to lower to it, what it makes of the output, and whether it takes a policy."""

    lower: Callable[[PolicySet, AddressPlan], Lowered]
    lift: Callable[[Objects], PolicySet]
    takes: Callable[[NetworkPolicy], bool] = lambda _: True


def npm(profile: AzureNpmProfile) -> Engine:
    return Engine(
        lower=lambda source, known: lower_npm(source, profile, known, names=names(source), namespaces=KNOWN),
        lift=lambda objects: enforced(objects, profile).policies,
        takes=lambda policy: not refusals(policy, profile),
    )


ENGINES = {
    "k8s": Engine(
        lower=lambda source, known: lower(source, known, names=names(source), namespaces=KNOWN),
        lift=lambda objects: lift_set([lift(one, KUBERNETES) for one in objects]),
    ),
    "npm-linux": npm(LINUX),
    "npm-windows": npm(WINDOWS),
}


def names(source: PolicySet) -> dict[PolicyName, ObjectMeta]:
    return {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind == "P"
    }


def with_kinds(random_: random.Random, source: PolicySet) -> PolicySet:
    """The same policies, of whose peers some are for certain kinds of endpoint, as Cilium's are."""

    def peer(asked: Condition) -> Condition:
        if random_.random() < 0.6:
            return asked
        return both(asked, kind(*random_.choice(KINDS)))

    def rule(one: Rule) -> Rule:
        return replace(one, peer=peer(one.peer))

    return PolicySet(
        tiers=tuple(
            replace(
                tier,
                policies=tuple(
                    replace(
                        policy,
                        sections=tuple(
                            replace(part, rules=tuple(rule(one) for one in part.rules)) for part in policy.sections
                        ),
                    )
                    for policy in tier.policies
                ),
            )
            for tier in source.tiers
        )
    )


KINDS = (
    (Kind.OUTSIDE,),
    (Kind.OUTSIDE,),
    (Kind.POD,),
    (Kind.REMOTE_NODE,),
    (Kind.HOST, Kind.REMOTE_NODE),
    (Kind.POD, Kind.HOST, Kind.REMOTE_NODE),
    (Kind.OUTSIDE, Kind.HOST, Kind.REMOTE_NODE),
)


def through(lowered: Lowered, engine: Engine) -> tuple[PolicySet, str]:
    """What the engine makes of the output as text, and the text."""
    text = write_yaml([emit(built) for built, _ in lowered.objects])
    objects = []
    for document in read(text, "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, (problems, text)
        assert not problems, (problems, text)
        assert engine.takes(built), text
        objects.append(built)
    called = [(one.metadata.namespace, one.metadata.name) for one in objects]
    assert len(set(called)) == len(called)
    return engine.lift(objects), text


def owned(losses: Sequence[Loss], flow: Flow, change: Change) -> bool:
    """Whether some loss says that this flow changes so."""
    return any(
        loss.direction is flow.direction
        and (loss.effect.opens if change is Change.GAINED else loss.effect.changes_flows)
        and any(
            meets(one.subject, flow, flow.subject)
            and meets(one.peer, flow, flow.peer)
            and meets(one.traffic, flow, flow.peer)
            for one in loss.reach
        )
        for loss in losses
    )


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("seed", range(100))
def test_random_policies(seed: int, name: str) -> None:
    random_ = random.Random(seed)
    source = policy_set(random_)
    source = with_kinds(random_, source) if seed % 2 else source
    engine = ENGINES[name]
    lowered = engine.lower(source, plan(source, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"]))
    target, text = through(lowered, engine)
    for flow in flows(random_, 150):
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed != after.allowed:
            change = Change.GAINED if after.allowed else Change.LOST
            assert owned(lowered.losses, flow, change), (
                f"{before.reason} / {after.reason}\n{flow.direction} {flow.subject.title} {flow.peer.title} "
                f"{flow.protocol}:{flow.port}\n{dump(source)}\n{text}"
            )


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("seed", range(1000, 1030))
def test_every_flow_that_differs_is_owned(seed: int, name: str) -> None:
    random_ = random.Random(seed)
    source = policy_set(random_)
    source = with_kinds(random_, source) if seed % 2 else source
    engine = ENGINES[name]
    only_v4 = seed % 3 > 0
    known = plan(source, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"], only_v4=only_v4)
    if seed % 5 == 0:
        known = plan(source)
    lowered = engine.lower(source, known)
    target, text = through(lowered, engine)
    found = compare(lowered.meant, target, assumptions=space(known), budget=Budget(seconds=20))
    assert not [one for one in found.counterexamples if not owned(lowered.losses, one.flow, one.change)], (
        f"{shown(found.counterexamples, lowered.losses)}\n{dump(source)}\n{text}"
    )


def space(known: AddressPlan) -> Space:
    from npconv.ir.dimensions import Family

    return Space(
        cluster_families=frozenset({Family.V4}) if known.only_v4 else frozenset(Family),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        exclusive=not (known.pods.assumed or known.nodes.assumed),
    )


def shown(examples: Sequence[Counterexample], losses: Sequence[Loss]) -> str:
    return "\n".join(
        f"{one.change.value} {one.old.reason} / {one.new.reason}: {one.flow}"
        for one in examples
        if not owned(losses, one.flow, one.change)
    )
