"""Endpoints and flows -> the words in which referees are asked (conformance/README.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from npconv.ir.dimensions import API_SERVER, NAME, NAMESPACE, NAMESPACE_NAME, SERVICE_ACCOUNT, Family, Kind, Scope
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Endpoint, Flow

PROTOCOLS = {TCP: "TCP", UDP: "UDP", SCTP: "SCTP", ICMP: "ICMP", ICMPV6: "ICMPv6"}


def cluster(endpoints: Iterable[Endpoint], namespaces: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The world of a question. `namespaces` are those that are known, whether a pod is there or not."""
    known = {name: {**labels, NAMESPACE_NAME: name} for name, labels in sorted(namespaces.items())}
    pods = [one for one in endpoints if one.kind is Kind.POD]
    return {
        "namespaces": known | {one.attributes[NAMESPACE]: _labels(one, Scope.NAMESPACE) for one in pods},
        "endpoints": [_endpoint(one) for one in endpoints],
    }


def flow(one: Flow) -> dict[str, Any]:
    """A flow of a question."""
    found: dict[str, Any] = {
        "subject": one.subject.title,
        "direction": one.direction.value,
        "peer": one.peer.title,
        "protocol": PROTOCOLS[one.protocol],
    }
    if one.family is Family.V6:
        found["family"] = 6
    if one.protocol in (ICMP, ICMPV6):
        return {**found, "icmpType": one.icmp_type, "icmpCode": one.icmp_code}
    return {**found, "port": one.port, "sourcePort": one.source_port}


def _endpoint(one: Endpoint) -> dict[str, Any]:
    is_node = one.kind in (Kind.HOST, Kind.REMOTE_NODE)
    found: dict[str, Any] = {
        "name": one.title,
        "kind": "kube-apiserver" if API_SERVER in one.attributes else one.kind.value,
        "labels": dict(_labels(one, Scope.NODE if is_node else Scope.POD)),
        "ips": [str(address) for address in one.addresses],
        "node": one.title if is_node else "node-0",
    }
    if one.kind is Kind.POD:
        found["namespace"] = one.attributes[NAMESPACE]
        found["serviceAccount"] = one.attributes.get(SERVICE_ACCOUNT, "default")
        found["serviceAccountLabels"] = {
            key: value for key, value in _labels(one, Scope.SERVICE_ACCOUNT).items() if key != NAME
        }
        found["ports"] = [
            {"name": port.name, "protocol": PROTOCOLS[port.protocol], "port": port.number} for port in one.named_ports
        ]
    return found


def _labels(one: Endpoint, scope: Scope) -> Mapping[str, str]:
    found = {key.key: value for key, value in one.attributes.items() if key.scope is scope}
    if scope is Scope.NAMESPACE:
        found[NAMESPACE_NAME] = one.attributes[NAMESPACE]
    return dict(sorted(found.items()))
