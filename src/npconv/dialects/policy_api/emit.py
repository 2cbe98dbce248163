"""Policy API object -> the data of its manifest, fields in the order people write them."""

from __future__ import annotations

from typing import assert_never

from npconv.dialects.policy_api.forms import CLUSTER, Form, form_of
from npconv.dialects.policy_api.model import (
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    DomainNames,
    NamedPort,
    Namespaces,
    Networks,
    Nodes,
    Peer,
    Pods,
    Policy,
    Port,
    PortNumber,
    PortRange,
    Rule,
)
from npconv.source import label_selector, object_meta
from npconv.source.fields import Value


def emit(policy: Policy) -> dict[str, Value]:
    """The manifest. What was not written is not written here, and `emit(parse(x))` is `x` but for nulls."""
    form = form_of(policy)
    return {
        "apiVersion": form.api_version,
        "kind": form.kind,
        "metadata": object_meta.emit(policy.metadata),
        "spec": emit_spec(policy),
    }


def emit_spec(policy: Policy) -> dict[str, Value]:
    """The `spec` alone."""
    form = form_of(policy)
    spec: dict[str, Value] = {}
    if isinstance(policy, ClusterNetworkPolicy):
        spec["tier"] = policy.tier.value
    if not isinstance(policy, BaselineAdminNetworkPolicy):
        spec["priority"] = policy.priority
    spec["subject"] = _peer(policy.subject)
    if policy.ingress is not None:
        spec["ingress"] = [_rule(rule, "from", form) for rule in policy.ingress]
    if policy.egress is not None:
        spec["egress"] = [_rule(rule, "to", form) for rule in policy.egress]
    return spec


def _rule(rule: Rule, peers: str, form: Form) -> dict[str, Value]:
    written: dict[str, Value] = {}
    if rule.name is not None:
        written["name"] = rule.name
    written["action"] = form.word(rule.action)
    written[peers] = [_peer(peer) for peer in rule.peers]
    if rule.ports is not None:
        written[form.ports] = [_port(port, form) for port in rule.ports]
    return written


def _peer(peer: Peer) -> dict[str, Value]:
    match peer:
        case Namespaces(selector=selector):
            return {"namespaces": label_selector.emit(selector)}
        case Pods(namespace_selector=namespaces, pod_selector=pods):
            anywhere: dict[str, Value] = {"podSelector": label_selector.emit(pods)}
            if namespaces is None:
                return {"pods": anywhere}
            return {"pods": {"namespaceSelector": label_selector.emit(namespaces), **anywhere}}
        case Networks(cidrs=cidrs):
            return {"networks": list(cidrs)}
        case Nodes(selector=selector):
            return {"nodes": label_selector.emit(selector)}
        case DomainNames(names=names):
            return {"domainNames": list(names)}
        case _:
            assert_never(peer)


def _port(port: Port, form: Form) -> dict[str, Value]:
    match port:
        case NamedPort(name=name):
            return {"destinationNamedPort" if form is CLUSTER else "namedPort": name}
        case PortNumber(protocol=protocol, number=number):
            if form is CLUSTER:
                return {_transport(protocol): {"destinationPort": {"number": number}}}
            return {"portNumber": _protocol(protocol) | {"port": number}}
        case PortRange(protocol=protocol, start=start, end=end):
            if form is CLUSTER:
                return {_transport(protocol): {"destinationPort": {"range": {"start": start, "end": end}}}}
            return {"portRange": _protocol(protocol) | {"start": start, "end": end}}
        case _:
            assert_never(port)


def _transport(protocol: str | None) -> str:
    """v1alpha2's field for a protocol; it stores no port without one."""
    return (protocol or "TCP").lower()


def _protocol(protocol: str | None) -> dict[str, Value]:
    return {} if protocol is None else {"protocol": protocol}
