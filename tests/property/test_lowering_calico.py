"""What is lowered to Calico, written, read and lifted again lets the same flows through, or fewer."""

from __future__ import annotations

import ipaddress
import random
from dataclasses import replace

import pytest
import shapes
from calico_yaml import calico_yaml
from policies import flows, policy_set

from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.lift import lift
from npconv.dialects.calico.lower import Lowered, lower
from npconv.dialects.calico.parse import parse
from npconv.dialects.calico.profile import VERSIONS, CalicoProfile
from npconv.dialects.calico.validate import read as read_calico
from npconv.dialects.calico.validate import validate
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.parse import parse as parse_kubernetes
from npconv.ir.dimensions import Family, Kind
from npconv.ir.dump import dump
from npconv.ir.policy import Direction, PolicySet
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.hosts import pods_only
from npconv.lowering.labels import possible
from npconv.semantics.compare import Change, Outcome, compare
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.meaning import CALICO
from npconv.semantics.solver import Budget
from npconv.semantics.space import Space
from npconv.semantics.verdict import verdict
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
        if policy.name.kind in ("P", "NetworkPolicy", "GlobalNetworkPolicy", "KubernetesNetworkPolicy")
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
    changing = [loss for loss in lowered.losses if loss.effect.changes_flows]
    for flow in (placed(one, known) for one in flows(random_, 300)):
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed == after.allowed:
            continue
        effects = (Effect.SHIFTS, Effect.WIDENS if after.allowed else Effect.NARROWS)
        owners = [one for one in changing if one.direction in (None, flow.direction) and one.effect in effects]
        context = f"{flow.direction} {flow.subject.title} {flow.peer.title} {flow}\n{dump(source)}\n{text}"
        assert owners, f"{'wider' if after.allowed else 'narrower'}: {before.reason} / {after.reason}\n{context}"
        from_own_node = flow.peer.kind is Kind.HOST and flow.direction is Direction.INGRESS
        assert not after.allowed or from_own_node, f"wider: {before.reason} / {after.reason}\n{context}"
    return not changing


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


@pytest.mark.parametrize("seed", range(60))
def test_calico_as_people_write_it_is_proven_equal(seed: int) -> None:
    """Calico -> IR -> Calico -> IR, compared over all flows."""
    profile = CalicoProfile()
    objects, networks = [], []
    for document in read(calico_yaml(seed), "in.yaml").documents:
        if document.api_version == "networking.k8s.io/v1":
            kubernetes, _ = parse_kubernetes(document)
            networks += [] if kubernetes is None else [lift_kubernetes(kubernetes, CALICO)]
        elif document.api_version.startswith("projectcalico.org/"):
            found, _ = read_calico(document, profile)
            objects += [] if found is None else [found]
    source, _ = pods_only(possible(lift(objects, profile, kubernetes=networks).policies))
    known = plan(source, pod_cidrs=PODS, node_cidrs=NODES)
    lowered, text, target = written(source, profile, known)
    space = Space(
        cluster_families=frozenset({Family.V4}),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        named_port_kinds=frozenset({Kind.POD}),
    )
    compared = compare(source, target, assumptions=space, budget=Budget(seconds=20))
    changing = [loss for loss in lowered.losses if loss.effect.changes_flows]
    assert compared.outcome is Outcome.EQUAL or changing, f"{compared.counterexamples}\n{dump(source)}\n{text}"
    assert not any(example.change is Change.GAINED for example in compared.counterexamples)


def test_the_shapes_differ() -> None:
    made = {dump(make(random.Random(seed))) for seed in range(5) for make in (shapes.kubernetes, shapes.cilium)}
    assert len(made) == 10
