"""Policies of each source, as YAML, to what they become in Calico, as YAML, with what was lost."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.lift import lift as lift_calico
from npconv.dialects.calico.lower import lower
from npconv.dialects.calico.parse import parse as parse_calico
from npconv.dialects.calico.profile import CalicoProfile, parse_profile
from npconv.dialects.calico.validate import validate
from npconv.dialects.cilium.lift import lift as lift_cilium
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.parse import parse as parse_cilium
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.parse import parse as parse_kubernetes
from npconv.dialects.policy_api.lift import lift as lift_policy_api
from npconv.dialects.policy_api.parse import parse as parse_policy_api
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import plan
from npconv.semantics.meaning import CALICO, KUBERNETES, EngineMeaning
from npconv.source import load
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

KINDS = {
    "NetworkPolicy",
    "GlobalNetworkPolicy",
    "KubernetesNetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "ClusterNetworkPolicy",
}


def from_kubernetes(text: str, *, meaning: EngineMeaning = KUBERNETES, **known: Any) -> tuple[str, list[str]]:
    """NetworkPolicies and ClusterNetworkPolicies."""
    policies, cluster = [], []
    for one in load.parse(dedent(text), "test.yaml").documents:
        if one.data["apiVersion"] == "networking.k8s.io/v1":
            policies.append(_read(parse_kubernetes(one)))
        else:
            cluster.append(_read(parse_policy_api(one)))
    lifted = lift_policy_api(cluster, meaning)
    networks = [lift_kubernetes(one, meaning) for one in policies]
    return as_calico(lift_set(networks, meaning=meaning, admin=lifted.admin, baseline=lifted.baseline), **known)


def from_kubernetes_under_calico(text: str, **known: Any) -> tuple[str, list[str]]:
    """The same as Calico reads it: addresses are anybody's, and only the own node comes in."""
    policies = [_read(parse_kubernetes(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    networks = [lift_kubernetes(one, CALICO) for one in policies]
    return as_calico(lift_calico([], CalicoProfile(), kubernetes=networks).policies, **known)


def from_cilium(text: str, **known: Any) -> tuple[str, list[str]]:
    """Cilium's own policies."""
    objects = [_read(parse_cilium(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    return as_calico(lift_cilium(objects, CiliumProfile(), services=Services(complete=False)).policies, **known)


def from_calico(text: str, **known: Any) -> tuple[str, list[str]]:
    """Calico's own policies."""
    objects = [_read(parse_calico(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    return as_calico(lift_calico(objects, CalicoProfile()).policies, **known)


def as_calico(
    source: PolicySet, *, target: str = "calico", pods: str = "", nodes: str = "", families: int = 1
) -> tuple[str, list[str]]:
    """The policies as Calico's, valid for the target, and the losses in words."""
    profile = parse_profile(target)
    assert isinstance(profile, CalicoProfile), profile
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind in KINDS
    }
    known = plan(source, pod_cidrs=[pods] if pods else [], node_cidrs=[nodes] if nodes else [], only_v4=families == 1)
    lowered = lower(source, profile, known, names=names)
    for built, _ in lowered.objects:
        assert not [one.message for one in validate(built, profile) if one.is_error]
    said = [f"{one.code} {one.effect.value} {one.policy.name.name}: {one.message}" for one in lowered.losses]
    return write_yaml([emit(built) for built, _ in lowered.objects]), said


def _read(answer: tuple[Any, Any]) -> Any:
    found, diagnostics = answer
    assert found is not None, diagnostics
    return found
