"""Cluster -> endpoints: its pods and nodes as the ends of flows, as each other's policies see them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Cluster, ContainerPort, Node, Pod
from npconv.ir.dimensions import (
    NAMESPACE_NAME,
    SERVICE_ACCOUNT,
    Attribute,
    Kind,
    Scope,
)
from npconv.semantics.flow import SCTP, TCP, UDP, Address, Endpoint, NamedPort
from npconv.semantics.space import CLUSTER_NAME

PROTOCOLS: Final[Mapping[str, int]] = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """An endpoint of the cluster, and the node that it is on (its own name, if it is a node)."""

    endpoint: Endpoint
    node: str = ""


def existing(cluster: Cluster, cluster_name: str = "default") -> tuple[Existing, ...]:
    """The pods that run with an address of their own, then the nodes.

    Pods of the host network are their node; pods that have ended have no address any more.
    """
    return (*_pods(cluster, cluster_name), *(_node(one) for one in cluster.nodes))


def pod_addresses(cluster: Cluster) -> list[str]:
    """The addresses that pods have of their own."""
    running = (pod for pod in cluster.pods if not pod.host_network and not pod.has_ended)
    return [str(address) for pod in running for address in parsed(pod.ips)]


def node_addresses(cluster: Cluster) -> list[str]:
    """The addresses of the nodes."""
    return [str(address) for node in cluster.nodes for address in parsed(node.addresses)]


def find_pod(cluster: Cluster, namespace: str, name: str) -> Pod | None:
    """A pod by name."""
    return next((one for one in cluster.pods if (one.namespace, one.name) == (namespace, name)), None)


def as_existing(pod: Pod, cluster: Cluster, cluster_name: str) -> Existing:
    """A pod as an endpoint; its node, if it is of the host network."""
    if pod.host_network:
        node = next((one for one in cluster.nodes if one.name == pod.node), None)
        known = _node(node) if node is not None else Existing(endpoint=Endpoint(kind=Kind.HOST), node=pod.node)
        addresses = known.endpoint.addresses or parsed(pod.ips)
        title = f"node {pod.node} (pod {pod.namespace}/{pod.name} is of the host network)"
        return replace(known, endpoint=replace(known.endpoint, addresses=addresses, title=title))
    namespaces = {one.name: one.labels for one in cluster.namespaces}
    accounts = {(one.namespace, one.name): one.labels for one in cluster.service_accounts}
    attributes = pod_attributes(
        namespace=pod.namespace,
        namespace_labels=namespaces.get(pod.namespace, {}),
        labels=pod.labels,
        account=pod.service_account,
        account_labels=accounts.get((pod.namespace, pod.service_account), {}),
        cluster_name=cluster_name,
    )
    return Existing(
        endpoint=Endpoint(
            kind=Kind.POD,
            attributes=attributes,
            addresses=parsed(pod.ips),
            named_ports=tuple(named_ports(pod.ports)),
            title=f"pod {pod.namespace}/{pod.name}",
        ),
        node=pod.node,
    )


def pod_attributes(
    *,
    namespace: str,
    namespace_labels: Mapping[str, str],
    labels: Mapping[str, str],
    account: str,
    account_labels: Mapping[str, str],
    cluster_name: str,
) -> dict[Attribute, str]:
    """Everything that a policy can ask of a pod by text."""
    return {
        CLUSTER_NAME: cluster_name,
        SERVICE_ACCOUNT: account,
        **{Attribute.of(Scope.SERVICE_ACCOUNT, key): value for key, value in account_labels.items()},
        **{Attribute.of(Scope.NAMESPACE, key): value for key, value in namespace_labels.items()},
        Attribute.of(Scope.NAMESPACE, NAMESPACE_NAME): namespace,
        **{Attribute.of(Scope.POD, key): value for key, value in labels.items()},
    }


def as_seen_from(one: Existing, other: Existing) -> Endpoint:
    """An endpoint as a policy of the other one sees it: a node is the pod's own, or another one."""
    if one.endpoint.kind in (Kind.HOST, Kind.REMOTE_NODE) and one.node:
        own = one.node == other.node
        return replace(one.endpoint, kind=Kind.HOST if own else Kind.REMOTE_NODE)
    return one.endpoint


def parsed(addresses: Iterable[str]) -> tuple[Address, ...]:
    """The addresses among some texts."""
    found: list[Address] = []
    for text in addresses:
        try:
            found.append(ipaddress.ip_address(text))
        except ValueError:  # a host name, or nothing at all
            continue
    return tuple(found)


def named_ports(ports: Iterable[ContainerPort]) -> Iterator[NamedPort]:
    """The ports that a pod declares by name."""
    for port in ports:
        if port.protocol in PROTOCOLS:
            yield NamedPort(port.name, PROTOCOLS[port.protocol], port.port)


def _pods(cluster: Cluster, cluster_name: str) -> Iterator[Existing]:
    for pod in cluster.pods:
        if not pod.host_network and not pod.has_ended:
            yield as_existing(pod, cluster, cluster_name)


def _node(node: Node) -> Existing:
    return Existing(
        endpoint=Endpoint(
            kind=Kind.HOST,
            attributes={Attribute.of(Scope.NODE, key): value for key, value in node.labels.items()},
            addresses=parsed(node.addresses),
            title=f"node {node.name}",
        ),
        node=node.name,
    )
