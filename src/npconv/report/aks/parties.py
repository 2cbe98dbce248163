"""Pods, nodes and the outside as the two ends of a flow, as either engine sees them; made up where none is known."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Cluster, Pod
from npconv.dialects.k8s.model import NetworkPolicy, Port
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction, Policy
from npconv.pipeline.endpoints import PROTOCOLS, as_existing, find_pod, pod_attributes
from npconv.pipeline.existing import Traffic
from npconv.report.aks.world import Asked, World
from npconv.semantics.flow import TCP, Address, Endpoint, Flow, NamedPort
from npconv.semantics.verdict import meets
from npconv.source.label_selector import LabelSelector, Operator

_SOURCE_PORT: Final = 50_000
_ANY_PORT: Final = 65_000
"""A port that no rule is likely to ask for by number."""
_NAMED_PORT: Final = 8080
_OUTSIDE: Final = "203.0.113.10"
"""An address for documentation: nobody's (RFC 5737)."""
_NAMES: Final = {number: name for name, number in PROTOCOLS.items()}
NOBODY: Final = "another-namespace"
"""The namespace of a made-up pod that no policy is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a flow: as Azure NPM sees it, which knows no ports of sidecars, and as Cilium does."""

    today: Endpoint
    tomorrow: Endpoint
    title: str
    pods: tuple[str, ...] = ()
    """The pods that are like it, `namespace/name`; empty if it is made up."""
    node: str = ""

    @classmethod
    def of(cls, endpoint: Endpoint) -> Party:
        """An end that both engines see alike."""
        return cls(today=endpoint, tomorrow=endpoint, title=endpoint.title)

    def declaring(self, name: str, protocol: int) -> Party:
        """The same with a port of this name, if it has none."""
        if any(one.name == name for one in self.tomorrow.named_ports) or self.pods:
            return self
        port = NamedPort(name, protocol, _NAMED_PORT)
        return replace(self, today=_with_port(self.today, port), tomorrow=_with_port(self.tomorrow, port))


def of_pod(pod: Pod, world: World) -> Party:
    """A pod of the cluster."""
    seen = replace(pod, ports=tuple(one for one in pod.ports if not one.sidecar))
    name = world.cilium.cluster_name
    today = as_existing(seen, world.cluster, name)
    return Party(
        today=today.endpoint,
        tomorrow=as_existing(pod, world.cluster, name).endpoint,
        title=today.endpoint.title,
        pods=(f"{pod.namespace}/{pod.name}",),
        node=pod.node,
    )


def made_up(world: World, namespace: str, labels: dict[str, str], address: Address | None = None) -> Party:
    """A pod that is not there, with these labels and no others."""
    known = {one.name: one.labels for one in world.cluster.namespaces}
    attributes = pod_attributes(
        namespace=namespace,
        namespace_labels=known.get(namespace, {}),
        labels=labels,
        account="default",
        account_labels={},
        cluster_name=world.cilium.cluster_name,
    )
    said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    title = f"a pod of {namespace} with {said}" if labels else f"a pod of {namespace} without labels"
    addresses = () if address is None else (address,)
    return Party.of(Endpoint(kind=Kind.POD, attributes=attributes, addresses=addresses, title=title))


def running(cluster: Cluster) -> Iterator[Pod]:
    """The pods that have an address of their own."""
    return (pod for pod in cluster.pods if not pod.host_network and not pod.has_ended)


def selected(world: World, policy: Policy, written: NetworkPolicy) -> tuple[Party, ...]:
    """The pods that a policy selects, each sort once; if there is none, one that it would select."""
    sorts: dict[tuple[object, ...], list[Party]] = {}
    for pod in running(world.cluster):
        if pod.namespace != policy.name.namespace:
            continue
        one = of_pod(pod, world)
        probe = Flow(direction=Direction.INGRESS, subject=one.tomorrow, peer=one.tomorrow)
        if meets(policy.subject, probe, one.tomorrow):
            key = (tuple(sorted(pod.labels.items())), pod.ports)
            sorts.setdefault(key, []).append(one)
    if not sorts:
        return (made_up(world, policy.name.namespace, example(written.pod_selector or LabelSelector())),)
    return tuple(
        replace(several[0], pods=tuple(name for one in several for name in one.pods)) for several in sorts.values()
    )


def example(selector: LabelSelector) -> dict[str, str]:
    """Labels that a selector selects, as few as there can be."""
    found: dict[str, str] = {}
    excluded: dict[str, set[str]] = {}
    for one in selector.requirements:
        if one.operator is Operator.NOT_IN:
            excluded.setdefault(one.key, set()).update(one.values or ())
    for one in selector.requirements:
        if one.operator is Operator.IN and one.key not in found:
            allowed = [value for value in one.values or () if value not in excluded.get(one.key, ())]
            found[one.key] = (allowed or list(one.values or ("",)))[0]
    for one in selector.requirements:
        if one.operator is Operator.EXISTS and one.key not in found:
            found[one.key] = next(text for text in ("x", "y", "z", "w") if text not in excluded.get(one.key, ()))
    return found


def outside(address: str = _OUTSIDE) -> Party:
    """An address outside the cluster."""
    at = ipaddress.ip_address(address)
    return Party.of(Endpoint(kind=Kind.OUTSIDE, addresses=(at,), title=f"outside address {address}"))


def remote_node(address: Address | None = None, title: str = "another node") -> Party:
    """A node that the other end does not run on."""
    addresses = () if address is None else (address,)
    return Party.of(Endpoint(kind=Kind.REMOTE_NODE, addresses=addresses, title=title))


def own_node(address: Address | None = None) -> Party:
    """The node that the other end runs on."""
    addresses = () if address is None else (address,)
    return Party.of(Endpoint(kind=Kind.HOST, addresses=addresses, title="its own node"))


def first_address(addresses: Addresses) -> Address | None:
    """The second IPv4 address of a set (the first is the network's own), or its only one."""
    if addresses.v4.is_empty:
        return None
    low, high = addresses.v4.spans[0]
    return ipaddress.IPv4Address(min(low + 1, high))


def ask(world: World, direction: Direction, subject: Party, peer: Party, sent: Traffic) -> Asked:
    """What both engines say of a flow between two parties."""

    def flow(one: Endpoint, other: Endpoint) -> Flow:
        return Flow(
            direction=direction,
            subject=one,
            peer=other,
            protocol=sent.protocol,
            port=sent.port,
            source_port=sent.source_port,
        )

    return world.ask(flow(subject.today, peer.today), flow(subject.tomorrow, peer.tomorrow))


def traffic_of(ports: Sequence[Port] | None, destination: Party) -> Iterator[tuple[Traffic, Party]]:
    """One sort of traffic for each item of `ports` (TCP to any port, without any), with its destination.

    A port by name is what the destination declares; a made-up pod declares it.
    """
    for one in ports or (Port(protocol="TCP"),):
        protocol = PROTOCOLS.get(one.protocol or "TCP", TCP)
        if isinstance(one.port, int):
            yield Traffic(protocol, port=one.port, source_port=_SOURCE_PORT), destination
        elif one.port is None:
            yield Traffic(protocol, port=_ANY_PORT, source_port=_SOURCE_PORT), destination
        else:
            named = destination.declaring(one.port, protocol)
            for declared in named.tomorrow.named_ports:
                if (declared.name, declared.protocol) == (one.port, protocol):
                    yield Traffic(protocol, port=declared.number, source_port=_SOURCE_PORT), named


def at_port(protocol: int, number: int) -> Traffic:
    """Traffic to a port."""
    return Traffic(protocol, port=number, source_port=_SOURCE_PORT)


def traffic_text(sent: Traffic) -> str:
    """`8443/TCP`; `any port/TCP` for one that stands for all."""
    name = _NAMES.get(sent.protocol, str(sent.protocol))
    return f"any port/{name}" if sent.port == _ANY_PORT else f"{sent.port}/{name}"


def pod_by_address(cluster: Cluster, text: str) -> Pod | None:
    """The pod that has an address of its own, wherever it is."""
    return next((pod for pod in running(cluster) if text in pod.ips), None)


def pod_named(cluster: Cluster, namespace: str, name: str) -> Pod | None:
    """A pod by name."""
    return find_pod(cluster, namespace, name) if name else None


def titles(parties: Iterable[Party]) -> tuple[str, ...]:
    """The pods of some parties, each once, sorted."""
    return tuple(sorted({name for one in parties for name in one.pods}))


def _with_port(endpoint: Endpoint, port: NamedPort) -> Endpoint:
    return replace(endpoint, named_ports=(*endpoint.named_ports, port))
