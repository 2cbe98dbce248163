"""Policies of each source, as YAML, to the ClusterNetworkPolicies they become, as YAML, with what was lost."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from npconv.dialects.calico.lift import lift as lift_calico
from npconv.dialects.calico.parse import parse as parse_calico
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.lift import lift as lift_cilium
from npconv.dialects.cilium.parse import parse as parse_cilium
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.parse import parse as parse_kubernetes
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lower import lower
from npconv.dialects.policy_api.validate import validate
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import plan
from npconv.semantics.meaning import KUBERNETES
from npconv.source import load
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

KINDS = {"NetworkPolicy", "GlobalNetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}


def from_calico(text: str, **known: Any) -> tuple[str, list[str]]:
    """Calico's own policies."""
    objects = [_read(parse_calico(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    return as_policy_api(lift_calico(objects, CalicoProfile()).policies, **known)


def from_cilium(text: str, **known: Any) -> tuple[str, list[str]]:
    """Cilium's own policies."""
    objects = [_read(parse_cilium(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    return as_policy_api(lift_cilium(objects, CiliumProfile()).policies, **known)


def from_kubernetes(text: str, **known: Any) -> tuple[str, list[str]]:
    """NetworkPolicies, as Kubernetes promises them."""
    policies = [_read(parse_kubernetes(one)) for one in load.parse(dedent(text), "test.yaml").documents]
    return as_policy_api(lift_set([lift_kubernetes(one, KUBERNETES) for one in policies]), **known)


def as_policy_api(
    source: PolicySet, *, channel: Channel = Channel.STANDARD, pods: str = "", nodes: str = ""
) -> tuple[str, list[str]]:
    """The policies as ClusterNetworkPolicies, valid for the channel, and the losses in words."""
    names = {
        policy.name: ObjectMeta(name=policy.name.name, namespace=policy.name.namespace)
        for tier in source.tiers
        for policy in tier.policies
        if policy.name.kind in KINDS
    }
    known = plan(source, pod_cidrs=[pods] if pods else [], node_cidrs=[nodes] if nodes else [])
    lowered = lower(source, known, names=names, channel=channel)
    for built, _ in lowered.objects:
        assert not validate(built, channel=channel)
    said = [f"{one.code} {one.effect.value} {one.policy.name.name}: {one.message}" for one in lowered.losses]
    return write_yaml([emit(built) for built, _ in lowered.objects]), said


def _read(answer: tuple[Any, Any]) -> Any:
    found, diagnostics = answer
    assert found is not None, diagnostics
    return found
