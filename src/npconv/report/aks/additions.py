"""What a NetworkPolicy has no words for -> CiliumNetworkPolicies beside it, which add to it and isolate nobody."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dialects.k8s.model import Port
from npconv.dialects.k8s.placed import PlacedRule
from npconv.ir.policy import Direction
from npconv.report.aks import say
from npconv.source import label_selector
from npconv.source.fields import Value
from npconv.source.label_selector import LabelSelector

_K8S = "k8s:"


def addition(rule: PlacedRule, name: str, entities: tuple[str, ...]) -> str:
    """The same pods and ports as a rule, for entities of Cilium's. As YAML."""
    of = rule.policy.metadata
    section, peers = ("ingress", "fromEntities") if rule.direction is Direction.INGRESS else ("egress", "toEntities")
    entry: dict[str, Value] = {peers: list(entities)}
    ports = list(_ports(rule.rule.ports or ()))
    if ports:
        entry["toPorts"] = [{"ports": ports}]
    return say.manifest(
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumNetworkPolicy",
            "metadata": {"name": name, "namespace": of.namespace or "default"},
            "spec": {
                "endpointSelector": _selector(rule.policy.pod_selector or LabelSelector()),
                "enableDefaultDeny": {section: False},
                section: [entry],
            },
        }
    )


def _ports(ports: Iterable[Port]) -> Iterable[Value]:
    for one in ports:
        said: dict[str, Value] = {"port": str(0 if one.port is None else one.port)}
        if one.end_port is not None:
            said["endPort"] = one.end_port
        yield said | {"protocol": one.protocol or "TCP"}


def _selector(selector: LabelSelector) -> dict[str, Value]:
    """The selector with the source that labels of pods have in Cilium."""
    labels = tuple((_K8S + key, value) for key, value in selector.match_labels or ())
    return label_selector.emit(
        LabelSelector(
            match_labels=labels or None,
            match_expressions=tuple(
                label_selector.Requirement(key=_K8S + one.key, operator=one.operator, values=one.values)
                for one in selector.match_expressions or ()
            )
            or None,
        )
    )
