"""What is lowered to NetworkPolicies, written, read and lifted again lets the same flows through, or fewer."""

from __future__ import annotations

import random

import pytest
from policies import NAMESPACES, flows, policy_set

from npconv.dialects.k8s.emit import emit
from npconv.dialects.k8s.lift import lift
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.lower import lower
from npconv.dialects.k8s.parse import parse
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.losses import Loss
from npconv.semantics.meaning import KUBERNETES
from npconv.semantics.verdict import meets, verdict
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml


def known(source: PolicySet) -> AddressPlan:
    return plan(source, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"])


def metadata(source: PolicySet) -> dict:
    return {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind == "P"
    }


@pytest.mark.parametrize("seed", range(200))
def test_random_policies(seed: int) -> None:
    random_ = random.Random(seed)
    source = policy_set(random_)
    lowered = lower(source, known(source), names=metadata(source), namespaces=list(NAMESPACES.items()))
    text = write_yaml([emit(built) for built, _ in lowered.objects])
    objects = []
    for document in read(text, "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, (problems, text)
        assert not problems, (problems, text)
        objects.append(built)
    names = [(one.metadata.namespace, one.metadata.name) for one in objects]
    assert len(set(names)) == len(names)
    target = lift_set([lift(one, KUBERNETES) for one in objects])
    for flow in flows(random_, 300):
        before, after = verdict(source, flow), verdict(target, flow)
        context = f"{flow.direction} {flow.subject.title} {flow.peer.title} {flow}\n{dump(source)}\n{text}"
        if before.allowed != after.allowed:
            owners = [one for one in lowered.losses if one.direction is flow.direction and reaches(one, flow)]
            said = [one.code.id for one in lowered.losses]
            assert owners, f"nobody owns it: {before.reason} / {after.reason} {said}\n{context}"
            if after.allowed:
                assert any(one.effect.opens for one in owners), f"wider: {before.reason} / {after.reason}\n{context}"


def reaches(loss: Loss, flow) -> bool:
    return any(
        meets(one.subject, flow, flow.subject)
        and meets(one.peer, flow, flow.peer)
        and meets(one.traffic, flow, flow.peer)
        for one in loss.reach
    )
