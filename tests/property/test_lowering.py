"""What is lowered to Cilium, written, read and lifted again lets the same flows through, or fewer."""

from __future__ import annotations

import random

import pytest
from policies import flows, policy_set

from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lower import lower
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import validate
from npconv.ir.dump import dump
from npconv.ir.policy import Direction
from npconv.lowering.addresses import plan
from npconv.lowering.losses import losses_of
from npconv.semantics.verdict import verdict
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

PROFILE = CiliumProfile(version=(1, 20))


@pytest.mark.parametrize("seed", range(200))
def test_random_policies(seed: int) -> None:
    random_ = random.Random(seed)
    source = policy_set(random_)
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind == "P"
    }
    lowered = lower(source, PROFILE, plan(source, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"]), names=names)
    text = write_yaml([emit(built) for built, _ in lowered.objects])
    objects = []
    for document in read(text, "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, problems
        assert not [one for one in validate(built, PROFILE) if one.is_error], (text, validate(built, PROFILE))
        objects.append(built)
    target = lift(objects, PROFILE).policies
    lossy = {
        direction
        for direction in Direction
        for loss in losses_of(direction, lowered.joined[direction], lowered.settled[direction])
        if loss.effect.changes_flows
    }
    for flow in flows(random_, 300):
        before, after = verdict(source, flow), verdict(target, flow)
        context = f"{flow.direction} {flow.subject.title} {flow.peer.title} {flow}\n{dump(source)}\n{text}"
        if flow.direction in lossy:
            assert before.allowed or not after.allowed, f"wider: {before.reason} / {after.reason}\n{context}"
        else:
            assert before.allowed == after.allowed, f"{before.reason} / {after.reason}\n{context}"
