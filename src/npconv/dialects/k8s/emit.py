"""NetworkPolicy -> the data of its manifest, fields in the order people write them."""

from __future__ import annotations

from typing import assert_never

from npconv.dialects.k8s.kinds import KIND
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.source import label_selector, object_meta
from npconv.source.fields import Value


def emit(policy: NetworkPolicy) -> dict[str, Value]:
    """The manifest. What was not written is not written here, and `emit(parse(x))` is `x` but for nulls."""
    return {
        "apiVersion": policy.api_version,
        "kind": KIND,
        "metadata": object_meta.emit(policy.metadata),
        "spec": emit_spec(policy),
    }


def emit_spec(policy: NetworkPolicy) -> dict[str, Value]:
    """The `spec` alone."""
    spec: dict[str, Value] = {}
    if policy.pod_selector is not None:
        spec["podSelector"] = label_selector.emit(policy.pod_selector)
    if policy.policy_types is not None:
        spec["policyTypes"] = list(policy.policy_types)
    if policy.ingress is not None:
        spec["ingress"] = [_rule(rule, "from") for rule in policy.ingress]
    if policy.egress is not None:
        spec["egress"] = [_rule(rule, "to") for rule in policy.egress]
    return spec


def _rule(rule: Rule, peers: str) -> dict[str, Value]:
    written: dict[str, Value] = {}
    if rule.peers is not None:
        written[peers] = [_peer(peer) for peer in rule.peers]
    if rule.ports is not None:
        written["ports"] = [_port(port) for port in rule.ports]
    return written


def _peer(peer: Peer) -> dict[str, Value]:
    written: dict[str, Value] = {}
    match peer:
        case SelectorPeer():
            if peer.namespace_selector is not None:
                written["namespaceSelector"] = label_selector.emit(peer.namespace_selector)
            if peer.pod_selector is not None:
                written["podSelector"] = label_selector.emit(peer.pod_selector)
        case IPBlock():
            block: dict[str, Value] = {"cidr": peer.cidr}
            if peer.except_ is not None:
                block["except"] = list(peer.except_)
            written["ipBlock"] = block
        case _:
            assert_never(peer)
    return written


def _port(port: Port) -> dict[str, Value]:
    written: dict[str, Value] = {}
    if port.protocol is not None:
        written["protocol"] = port.protocol
    if port.port is not None:
        written["port"] = port.port
    if port.end_port is not None:
        written["endPort"] = port.end_port
    return written
