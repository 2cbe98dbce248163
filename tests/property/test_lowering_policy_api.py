"""What is lowered to ClusterNetworkPolicies, written, read and lifted again: the same flows, or fewer, or said so."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
import shapes
from policies import flows, policy_set

from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lift import lift
from npconv.dialects.policy_api.lower import PIECES, Lowered, lower
from npconv.dialects.policy_api.parse import parse
from npconv.dialects.policy_api.validate import validate
from npconv.ir.dimensions import Family, Kind
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
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

PODS, NODES = ("10.244.0.0/16",), ("10.0.0.0/24",)


def written(source: PolicySet, known: AddressPlan, pieces: int = PIECES) -> tuple[Lowered, str, PolicySet]:
    """The source as ClusterNetworkPolicies, their text, and what that text means."""
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind in ("P", "ClusterNetworkPolicy")
    }
    lowered = lower(source, known, names=names, pieces=pieces)
    text = write_yaml([emit(built) for built, _ in lowered.objects])
    objects = []
    for document in read(text, "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, problems
        refused = validate(built, channel=Channel.STANDARD)
        assert not refused, f"{[one.message for one in refused]}\n{text}"
        objects.append(built)
    assert len({one.metadata.name for one in objects}) == len(objects), text
    assert len({(one.tier, one.priority) for one in objects}) == len(objects), text
    found = lift(objects, KUBERNETES)
    return lowered, text, lift_set([], admin=found.admin, baseline=found.baseline)


def judge(source: PolicySet, random_: random.Random) -> None:
    """Compare source and output over random flows."""
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    lowered, text, target = written(source, known)
    for flow in flows(random_, 300):
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed != after.allowed:
            change = Change.GAINED if after.allowed else Change.LOST
            assert owned(lowered.losses, flow, change), (
                f"{before.reason} / {after.reason}\n{flow.direction} {flow.subject.title} {flow.peer.title} "
                f"{flow.protocol}:{flow.port}\n{dump(source)}\n{text}"
            )


def prove(source: PolicySet, seed: int) -> None:
    """Compare source and output over all flows."""
    only_v4 = seed % 3 > 0
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES, only_v4=only_v4)
    if seed % 5 == 0:
        known = plan(source)
    lowered, text, target = written(source, known, pieces=3 if seed % 4 == 0 else PIECES)
    found = compare(source, target, assumptions=space(known), budget=Budget(seconds=20))
    assert not [one for one in found.counterexamples if not owned(lowered.losses, one.flow, one.change)], (
        f"{shown(found.counterexamples, lowered.losses)}\n{dump(source)}\n{text}"
    )


def owned(losses: Sequence[Loss], flow: Flow, change: Change) -> bool:
    """Whether some loss says that this flow changes so."""
    return any(
        loss.direction in (None, flow.direction)
        and (loss.effect.opens if change is Change.GAINED else loss.effect.changes_flows)
        and any(
            meets(one.subject, flow, flow.subject)
            and meets(one.peer, flow, flow.peer)
            and meets(one.traffic, flow, flow.peer)
            for one in loss.reach
        )
        for loss in losses
    )


def space(known: AddressPlan) -> Space:
    """What is known of the cluster. Only pods have named ports: those of Calico's nodes are out of it."""
    return Space(
        cluster_families=frozenset({Family.V4}) if known.only_v4 else frozenset(Family),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        exclusive=not (known.pods.assumed or known.nodes.assumed),
        named_port_kinds=frozenset({Kind.POD}),
    )


def shown(examples: Sequence[Counterexample], losses: Sequence[Loss]) -> str:
    return "\n".join(
        f"{one.change.value} {one.old.reason} / {one.new.reason}: {one.flow}"
        for one in examples
        if not owned(losses, one.flow, one.change)
    )


SHAPES = {"calico": policy_set, "kubernetes": shapes.kubernetes, "cilium": shapes.cilium}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(120))
def test_random_policies(seed: int, shape: str) -> None:
    random_ = random.Random(seed)
    judge(SHAPES[shape](random_), random_)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(1000, 1030))
def test_every_flow_that_differs_is_owned(seed: int, shape: str) -> None:
    prove(SHAPES[shape](random.Random(seed)), seed)


@pytest.mark.parametrize("seed", range(40))
def test_what_the_policy_api_says_comes_back_the_same(seed: int) -> None:
    source = policy_set(random.Random(seed))
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    _, _, once = written(source, known)
    _, second, twice = written(once, known)
    _, third, _ = written(twice, known)
    assert second == third
    assert dump(once).count("deny") == dump(twice).count("deny")
