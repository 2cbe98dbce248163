"""What is lowered to ClusterNetworkPolicies, written, read and lifted again: the same flows, or fewer, or said so."""

from __future__ import annotations

import random

import pytest
import shapes
from policies import flows, policy_set

from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.forms import Channel
from npconv.dialects.policy_api.lift import lift
from npconv.dialects.policy_api.lower import Lowered, lower
from npconv.dialects.policy_api.parse import parse
from npconv.dialects.policy_api.validate import validate
from npconv.ir.dimensions import Kind
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.losses import Loss
from npconv.semantics.flow import Flow
from npconv.semantics.meaning import KUBERNETES
from npconv.semantics.verdict import verdict
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

PODS, NODES = ("10.244.0.0/16",), ("10.0.0.0/24",)


def written(source: PolicySet, known: AddressPlan) -> tuple[Lowered, str, PolicySet]:
    """The source as ClusterNetworkPolicies, their text, and what that text means."""
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind in ("P", "ClusterNetworkPolicy")
    }
    lowered = lower(source, known, names=names)
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
    changing = [loss for loss in lowered.losses if loss.effect.changes_flows]
    for flow in flows(random_, 300):
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed == after.allowed:
            continue
        owners = [loss for loss in changing if owns(loss, flow, opened=after.allowed)]
        context = f"{flow.direction} {flow.subject.title} {flow.peer.title} {flow}\n{dump(source)}\n{text}"
        assert owners, f"{'wider' if after.allowed else 'narrower'}: {before.reason} / {after.reason}\n{context}"


def owns(loss: Loss, flow: Flow, *, opened: bool) -> bool:
    """Whether a loss may be why a flow changed; what stays open on ingress is never open for pods."""
    effects = (Effect.SHIFTS, Effect.WIDENS if opened else Effect.NARROWS)
    if loss.direction not in (None, flow.direction) or loss.effect not in effects:
        return False
    return loss.code is not codes.INGRESS or flow.peer.kind is not Kind.POD


@pytest.mark.parametrize("seed", range(120))
def test_random_policies_as_calico_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    judge(policy_set(random_), random_)


@pytest.mark.parametrize("seed", range(120))
def test_random_policies_as_kubernetes_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    judge(shapes.kubernetes(random_), random_)


@pytest.mark.parametrize("seed", range(120))
def test_random_policies_as_cilium_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    judge(shapes.cilium(random_), random_)


@pytest.mark.parametrize("seed", range(40))
def test_what_the_policy_api_says_comes_back_the_same(seed: int) -> None:
    source = policy_set(random.Random(seed))
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    _, _, once = written(source, known)
    _, second, twice = written(once, known)
    _, third, _ = written(twice, known)
    assert second == third
    assert dump(once).count("deny") == dump(twice).count("deny")
