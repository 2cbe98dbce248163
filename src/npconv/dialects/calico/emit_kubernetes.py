"""`spec` of a StagedKubernetesNetworkPolicy -> data."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.dialects.calico.emit_rule import texts, written
from npconv.dialects.calico.model_kubernetes import (
    IpBlock,
    KubernetesPeer,
    KubernetesPort,
    KubernetesRule,
    StagedKubernetesNetworkPolicy,
)
from npconv.source import label_selector
from npconv.source.fields import Value
from npconv.source.label_selector import LabelSelector


def spec(policy: StagedKubernetesNetworkPolicy) -> dict[str, Value]:
    """The fields of `spec` but for the staged action."""
    return written(
        {
            "podSelector": _selector(policy.pod_selector),
            "policyTypes": texts(policy.policy_types),
            "ingress": _rules(policy.ingress, "from"),
            "egress": _rules(policy.egress, "to"),
        }
    )


def _selector(selector: LabelSelector | None) -> dict[str, Value] | None:
    return None if selector is None else label_selector.emit(selector)


def _rules(rules: Sequence[KubernetesRule] | None, peers: str) -> list[Value] | None:
    return None if rules is None else [_rule(rule, peers) for rule in rules]


def _rule(rule: KubernetesRule, key: str) -> dict[str, Value]:
    ports: list[Value] | None = None if rule.ports is None else [_port(port) for port in rule.ports]
    peers: list[Value] | None = None if rule.peers is None else [_peer(peer) for peer in rule.peers]
    return written({"ports": ports, key: peers})


def _port(port: KubernetesPort) -> dict[str, Value]:
    return written({"protocol": port.protocol, "port": port.port, "endPort": port.end_port})


def _peer(peer: KubernetesPeer) -> dict[str, Value]:
    return written(
        {
            "podSelector": _selector(peer.pod_selector),
            "namespaceSelector": _selector(peer.namespace_selector),
            "ipBlock": _block(peer.ip_block),
        }
    )


def _block(block: IpBlock | None) -> dict[str, Value] | None:
    return None if block is None else written({"cidr": block.cidr, "except": texts(block.excepts)})
