"""The worlds of the recorded engine answers -> endpoints and flows: identity labels become what they stand for."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from npconv.ir.dimensions import API_SERVER, NAME, Attribute, Fact, Family, Kind, Named, Scope
from npconv.ir.policy import Direction
from npconv.semantics.flow import (
    ICMP,
    ICMPV6,
    SCTP,
    TCP,
    UDP,
    Address,
    Endpoint,
    Flow,
    NamedPort,
)

PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP, "ICMP": ICMP, "ICMPv6": ICMPV6, "GRE": 47, "VRRP": 112}
PORTED = ("TCP", "UDP", "SCTP")

KINDS = {
    "reserved:host": Kind.HOST,
    "reserved:remote-node": Kind.REMOTE_NODE,
    "reserved:unmanaged": Kind.UNMANAGED,
    "reserved:health": Kind.HEALTH,
    "reserved:init": Kind.INIT,
    "reserved:ingress": Kind.INGRESS,
    "reserved:world": Kind.OUTSIDE,
    "reserved:world-ipv4": Kind.OUTSIDE,
    "reserved:world-ipv6": Kind.OUTSIDE,
}
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
OUTSIDE_V4 = "198.51.100.7"
OUTSIDE_V6 = "2001:db8:77::7"


def endpoints(world: Sequence[Mapping[str, Any]], *, pods_have_addresses: bool = True) -> dict[int, Endpoint]:
    """Every identity of a world as an endpoint.

    A `cidr:` identity gets an address of its CIDR that no narrower CIDR of the world has. Pods get addresses of
    10.0.0.0/8 although the record gives them none, for no CIDR may match them; where the engine was told to match
    pods by address, only those that the record gives an address have one.
    """
    every = [ipaddress.ip_network(cidr) for one in world for cidr in _cidrs(one["labels"])]
    return {one["id"]: _endpoint(one, every, pods_have_addresses) for one in world}


def flow(recorded: Mapping[str, Any], world: Mapping[int, Endpoint]) -> Flow:
    """A recorded flow. What the record calls a port is the type of ICMP, and nothing for other protocols."""
    subject, peer = world[recorded["self"]], world[recorded["peer"]]
    protocol, number = recorded["proto"], recorded["port"]
    is_v6 = protocol == "ICMPv6" or (bool(peer.addresses) and peer.addresses[0].version == 6)
    return Flow(
        direction=Direction(recorded["dir"]),
        subject=subject,
        peer=peer,
        protocol=PROTOCOLS[protocol],
        port=number if protocol in PORTED else 0,
        icmp_type=number if protocol in ("ICMP", "ICMPv6") else 0,
        family=Family.V6 if is_v6 else Family.V4,
    )


def _endpoint(identity: Mapping[str, Any], every: Sequence[Any], pods_have_addresses: bool) -> Endpoint:
    labels: list[str] = identity["labels"]
    kind = next((KINDS[label] for label in labels if label in KINDS), Kind.POD)
    return Endpoint(
        kind=kind,
        attributes=dict(found for label in labels if (found := _attribute(label)) is not None),
        addresses=_addresses(identity["id"], kind, labels, every, pods_have_addresses),
        named_ports=tuple(NamedPort(name, TCP, port) for name, port in (identity.get("tcp") or {}).items()),
        facts=frozenset(_facts(labels)),
        title=str(identity["id"]),
    )


def _attribute(label: str) -> tuple[Attribute, str] | None:
    source, _, rest = label.partition(":")
    key, _, value = rest.partition("=")
    if label == "reserved:kube-apiserver":
        return API_SERVER, ""
    if source == "cidrgroup":
        return Attribute.of(Scope.CIDR_GROUP, key), value
    if source != "k8s":
        return None
    if key == "io.kubernetes.pod.namespace":
        return Attribute.of(Scope.NAMESPACE, "kubernetes.io/metadata.name"), value
    if key == "io.cilium.k8s.policy.cluster":
        return Attribute.of(Scope.CLUSTER, NAME), value
    if key == "io.cilium.k8s.policy.serviceaccount":
        return Attribute.of(Scope.SERVICE_ACCOUNT, NAME), value
    if key.startswith(NAMESPACE_LABELS):
        return Attribute.of(Scope.NAMESPACE, key.removeprefix(NAMESPACE_LABELS)), value
    return Attribute.of(Scope.POD, key), value


def _facts(labels: Sequence[str]) -> list[Fact]:
    return [Named(label.removeprefix("fqdn:")) for label in labels if label.startswith("fqdn:")]


def _addresses(
    number: int, kind: Kind, labels: Sequence[str], every: Sequence[Any], pods_have_addresses: bool
) -> tuple[Address, ...]:
    for cidr in _cidrs(labels):
        own = ipaddress.ip_network(cidr)
        narrower = [other for other in every if other != own and other.subnet_of(own)]
        return (next(address for address in own if not any(address in other for other in narrower)),)
    if kind is Kind.OUTSIDE:
        return (ipaddress.ip_address(OUTSIDE_V6 if "reserved:world-ipv6" in labels else OUTSIDE_V4),)
    if kind in (Kind.HOST, Kind.REMOTE_NODE):
        return (ipaddress.ip_address(f"10.200.0.{number % 256}"),) if pods_have_addresses else ()
    return (ipaddress.ip_address(f"10.201.{number // 256 % 256}.{number % 256}"),) if pods_have_addresses else ()


def _cidrs(labels: Sequence[str]) -> list[str]:
    return [label.removeprefix("cidr:") for label in labels if label.startswith("cidr:")]
