"""Service -> the pods behind it, each with what is sent to it: by its selector, or by its EndpointSlices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Endpoint, EndpointSlice, Service, ServicePort
from npconv.ir.addresses import Addresses
from npconv.pipeline.endpoints import PROTOCOLS, parsed
from npconv.pipeline.existing import Traffic
from npconv.report.aks.parties import at_port
from npconv.report.aks.party import OnePod, Party, sorts, together
from npconv.report.aks.places import Cover
from npconv.report.aks.selectors import own_labels
from npconv.report.aks.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Pods that are alike, what is sent to them, and labels by which a policy can select them."""

    party: Party
    namespace: str
    labels: dict[str, str]
    sent: tuple[tuple[ServicePort, Traffic], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """What is behind a service. `assumed` says what was taken for granted, `unknown` what could not be found out."""

    found: tuple[Backend, ...] = ()
    assumed: str = ""
    unknown: str = ""


def backends(service: Service, world: World) -> Backends:
    """The pods behind a service. Those of the host network are nodes, whom no policy of pods is about."""
    if service.type == "ExternalName":
        return Backends()
    return _by_selector(service, world) if service.selector else _by_slices(service, world)


def _by_selector(service: Service, world: World) -> Backends:
    chosen = [one for one in world.pods.of(service.namespace) if service.selector.items() <= one.pod.labels.items()]
    wanted = dict(sorted(service.selector.items()))
    if chosen:
        return Backends(found=tuple(_sorts(chosen, service.ports, wanted)))
    if any(
        pod.host_network and pod.namespace == service.namespace and service.selector.items() <= pod.labels.items()
        for pod in world.cluster.pods
    ):
        return Backends()
    party = world.pods.made_up(service.namespace, wanted, None)
    sent = []
    for port in service.ports:
        protocol = PROTOCOLS.get(port.protocol)
        if protocol is None:
            continue
        if isinstance(port.target, str):
            party = party.declaring(port.target, protocol)
        sent += list(_sent(port, party))
    labels = ", ".join(f"{key}={value}" for key, value in wanted.items())
    why = "no pod of the input has them" if world.pods_known else "the input has no pods"
    backend = Backend(party=party, namespace=service.namespace, labels=wanted, sent=tuple(sent))
    return Backends(found=(backend,), assumed=f"its pods are taken to have the labels {labels} alone: {why}")


def _by_slices(service: Service, world: World) -> Backends:
    """A service without a selector leads where its slices say, also to pods of other namespaces."""
    if not service.slices:
        return Backends(
            unknown=f"service {service.namespace}/{service.name} has no selector, and the input none of its "
            "EndpointSlices: where it leads to is not known"
        )
    found: list[Backend] = []
    unknown: list[str] = []
    for one in service.slices:
        ports = tuple(
            ServicePort(port=port.port, target=port.port, name=port.name, protocol=port.protocol)
            for port in one.ports
            if port.port is not None
        )
        for endpoint in one.endpoints:
            pod = _pod(service, endpoint, world)
            if pod is not None:
                found += _sorts([pod], ports, dict(sorted(own_labels(pod.pod).items())))
            elif _may_be_pod(one, endpoint, world):
                unknown += endpoint.addresses
    listed = ", ".join(unknown)
    return Backends(
        found=tuple(found),
        unknown=f"service {service.namespace}/{service.name} leads to {listed}, and no pod of the input has that "
        "address"
        if unknown
        else "",
    )


def _pod(service: Service, endpoint: Endpoint, world: World) -> OnePod | None:
    """The pod that an endpoint names, or that has its address, wherever it is."""
    for one in world.pods.of(service.namespace):
        if one.pod.name == endpoint.pod:
            return one
    at = set(parsed(endpoint.addresses))
    return next((one for one in world.pods if not at.isdisjoint(one.addresses)), None)


def _may_be_pod(one: EndpointSlice, endpoint: Endpoint, world: World) -> bool:
    if one.address_type != "IPv4":
        return False
    at = Addresses.of(str(address) for address in parsed(endpoint.addresses))
    nodes = world.places.nodes
    on_node = nodes.is_known and nodes.cover(at) is not Cover.NONE
    return not on_node and world.places.pods.cover(at) is not Cover.NONE


def _sorts(pods: Sequence[OnePod], ports: tuple[ServicePort, ...], labels: dict[str, str]) -> Iterator[Backend]:
    for several in sorts(tuple(pods)):
        party = together(several)
        sent = tuple(one for port in ports for one in _sent(port, party))
        yield Backend(party=party, namespace=several[0].pod.namespace, labels=labels, sent=sent)


def _sent(port: ServicePort, party: Party) -> Iterator[tuple[ServicePort, Traffic]]:
    protocol = PROTOCOLS.get(port.protocol)
    if protocol is None:
        return
    if isinstance(port.target, int):
        yield port, at_port(protocol, port.target)
        return
    for one in party.tomorrow.named_ports:
        if (one.name, one.protocol) == (port.target, protocol):
            yield port, at_port(protocol, one.number)
