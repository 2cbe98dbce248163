"""What is lowered to Calico, written, read and lifted again lets the same flows through, or fewer."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
import shapes
from calico_rules import Data
from calico_yaml import documents
from cluster_policies import cluster_policies
from policies import flows, policy_set

from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.lift import lift
from npconv.dialects.calico.lift_policy_api import meaning
from npconv.dialects.calico.lower import Lowered, lower
from npconv.dialects.calico.parse import parse
from npconv.dialects.calico.profile import VERSIONS, CalicoProfile
from npconv.dialects.calico.validate import read as read_calico
from npconv.dialects.calico.validate import validate
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.parse import parse as parse_kubernetes
from npconv.dialects.policy_api.lift import lift as lift_policy_api
from npconv.dialects.policy_api.parse import parse as parse_policy_api
from npconv.ir.dimensions import Family, Kind
from npconv.ir.dump import dump
from npconv.ir.policy import Direction, PolicySet
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.hosts import pods_only
from npconv.lowering.labels import possible
from npconv.lowering.losses import Loss
from npconv.pipeline.owners import beyond
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Change, Outcome, compare
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.space import Space
from npconv.semantics.verdict import meets, verdict
from npconv.source.load import parse as read
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

PODS, NODES = ("10.244.0.0/16",), ("10.0.0.0/24",)


def written(source: PolicySet, profile: CalicoProfile, known: AddressPlan) -> tuple[Lowered, str, PolicySet]:
    """The source as Calico policies, their text, and what that text means."""
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind
        in ("P", "NetworkPolicy", "GlobalNetworkPolicy", "KubernetesNetworkPolicy", "ClusterNetworkPolicy")
    }
    lowered = lower(source, profile, known, names=names)
    text = write_yaml([emit(built) for built, _ in lowered.objects])
    objects = []
    for document in read(text, "out.yaml").documents:
        built, problems = parse(document)
        assert built is not None, problems
        refused = [one for one in validate(built, profile) if one.is_error]
        assert not refused, f"{[one.message for one in refused]}\n{text}"
        objects.append(built)
    assert len({(type(one), one.metadata.namespace, one.metadata.name) for one in objects}) == len(objects), text
    return lowered, text, lift(objects, profile).policies


def placed(flow: Flow, known: AddressPlan) -> Flow:
    """The flow with its pods where the plan has pods."""
    return replace(flow, subject=_at_home(flow.subject, known), peer=_at_home(flow.peer, known))


def _at_home(end: Endpoint, known: AddressPlan) -> Endpoint:
    if end.kind is not Kind.POD or end.addresses[0] in known.pods.addresses:
        return end
    _, last = known.pods.addresses.v4.spans[-1]
    return replace(end, addresses=(ipaddress.IPv4Address(last - int(end.addresses[0]) % 256),))


def judge(source: PolicySet, profile: CalicoProfile, known: AddressPlan, random_: random.Random) -> bool:
    """Compare source and output over random flows; whether nothing was lost."""
    lowered, text, target = written(source, profile, known)
    for flow in (placed(one, known) for one in flows(random_, 300)):
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed == after.allowed:
            continue
        change = Change.GAINED if after.allowed else Change.LOST
        context = f"{flow.direction} {flow.subject.title} {flow.peer.title} {flow}\n{dump(source)}\n{text}"
        assert owned(lowered.losses, flow, change), f"{change}: {before.reason} / {after.reason}\n{context}"
        from_own_node = flow.peer.kind is Kind.HOST and flow.direction is Direction.INGRESS
        assert not after.allowed or from_own_node, f"wider: {before.reason} / {after.reason}\n{context}"
    return not any(loss.effect.changes_flows for loss in lowered.losses)


def prove(source: PolicySet, profile: CalicoProfile, known: AddressPlan) -> None:
    """Compare source and output over all flows."""
    lowered, text, target = written(source, profile, known)
    found = compare(source, target, assumptions=space(known), budget=Budget(seconds=20))
    unowned = [one for one in found.counterexamples if not owned(lowered.losses, one.flow, one.change)]
    shown = "\n".join(f"{one.change.value} {one.old.reason} / {one.new.reason}: {one.flow}" for one in unowned)
    assert not unowned, f"{shown}\n{dump(source)}\n{text}"
    # One flow is shown for each pair of deciding rules: beyond what losses reach, there is none at all.
    changing = [one for one in lowered.losses if one.effect.changes_flows]
    asked = dict.fromkeys(Change, beyond(changing))
    rest = compare(source, target, assumptions=space(known), budget=Budget(seconds=20), asked=asked)
    shown = "\n".join(f"{one.change.value} {one.old.reason} / {one.new.reason}" for one in rest.counterexamples)
    assert not rest.counterexamples, f"{shown}\n{dump(source)}\n{text}"


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
    return Space(
        cluster_families=frozenset({Family.V4}) if known.only_v4 else frozenset(Family),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        exclusive=not (known.pods.assumed or known.nodes.assumed),
        named_port_kinds=frozenset({Kind.POD}),
    )


@pytest.mark.parametrize("seed", range(100))
def test_random_policies_as_calico_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    source = policy_set(random_)
    profile = CalicoProfile(version=VERSIONS[seed % len(VERSIONS)])
    assert judge(source, profile, plan(source, pod_cidrs=PODS, node_cidrs=NODES), random_), "Calico can say its own"


@pytest.mark.parametrize("seed", range(100))
def test_random_policies_as_kubernetes_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    source = shapes.kubernetes(random_)
    profile = CalicoProfile(version=VERSIONS[seed % len(VERSIONS)])
    judge(source, profile, plan(source, pod_cidrs=PODS, node_cidrs=NODES), random_)


@pytest.mark.parametrize("seed", range(150))
def test_random_policies_as_cilium_has_them(seed: int) -> None:
    random_ = random.Random(seed)
    source = shapes.cilium(random_)
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES) if seed % 3 else plan(source, node_cidrs=NODES)
    judge(source, CalicoProfile(version=VERSIONS[seed % len(VERSIONS)]), known, random_)


@pytest.mark.parametrize("seed", range(40))
def test_what_calico_says_comes_back_the_same(seed: int) -> None:
    """Calico -> IR -> Calico -> IR -> Calico: the second time, nothing changes any more."""
    source = policy_set(random.Random(seed))
    profile = CalicoProfile()
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    _, _, once = written(source, profile, known)
    _, second, twice = written(once, profile, known)
    _, third, _ = written(twice, profile, known)
    assert second == third
    assert dump(once) == dump(twice)


def as_calico_reads(documents: Sequence[Data], profile: CalicoProfile) -> PolicySet:
    """What Calico enforces of policies of every kind, for pods."""
    objects, networks, cluster = [], [], []
    for document in read(write_yaml(documents), "in.yaml").documents:
        if document.api_version == "networking.k8s.io/v1":
            kubernetes, _ = parse_kubernetes(document)
            networks += [] if kubernetes is None else [kubernetes]
        elif document.api_version.startswith("policy.networking.k8s.io/"):
            one, _ = parse_policy_api(document)
            cluster += [] if one is None else [one]
        elif document.api_version.startswith("projectcalico.org/"):
            found, _ = read_calico(document, profile)
            objects += [] if found is None else [found]
    meant = meaning(objects, profile, {})
    api = lift_policy_api(cluster, meant)
    lifted = lift(
        objects,
        profile,
        kubernetes=[lift_kubernetes(one, meant) for one in networks],
        admin=api.admin,
        baseline=api.baseline,
        priorities=api.priorities,
    )
    source, _ = pods_only(possible(lifted.policies))
    return source


@pytest.mark.parametrize("seed", range(60))
def test_calico_as_people_write_it_is_proven_equal(seed: int) -> None:
    """Calico -> IR -> Calico -> IR, compared over all flows."""
    profile = CalicoProfile()
    source = as_calico_reads(documents(random.Random(seed)), profile)
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    lowered, text, target = written(source, profile, known)
    compared = compare(source, target, assumptions=space(known), budget=Budget(seconds=20))
    changing = [loss for loss in lowered.losses if loss.effect.changes_flows]
    assert compared.outcome is Outcome.EQUAL or changing, f"{compared.counterexamples}\n{dump(source)}\n{text}"
    assert not any(example.change is Change.GAINED for example in compared.counterexamples)


@pytest.mark.parametrize("seed", range(60))
def test_cluster_network_policies_under_calico_are_proven_equal(seed: int) -> None:
    random_ = random.Random(seed)
    profile = CalicoProfile()
    source = as_calico_reads([*documents(random_), *cluster_policies(random_, random_.randint(1, 3))], profile)
    prove(source, profile, plan(source, pod_cidrs=PODS, node_cidrs=NODES, only_v4=seed % 2 > 0))


SHAPES = {"calico": policy_set, "kubernetes": shapes.kubernetes, "cilium": shapes.cilium}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(1000, 1040))
def test_every_flow_that_differs_is_owned(seed: int, shape: str) -> None:
    source = SHAPES[shape](random.Random(seed))
    only_v4 = seed % 3 > 0
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES, only_v4=only_v4)
    if seed % 5 == 0:
        known = plan(source, only_v4=only_v4)
    drop = seed % 7 == 0
    profile = CalicoProfile(version=VERSIONS[seed % len(VERSIONS)], endpoint_to_host="drop" if drop else "accept")
    prove(source, profile, known)


def test_the_shapes_differ() -> None:
    made = {dump(make(random.Random(seed))) for seed in range(5) for make in (shapes.kubernetes, shapes.cilium)}
    assert len(made) == 10
