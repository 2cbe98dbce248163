"""Services -> the pods and ports behind them, as conditions."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dialects.cluster.model import Service, ServicePort
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Condition, both, holds, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.values import one_of
from npconv.lowering.services import Backend, Backends

_NUMBERS = {"TCP": 6, "UDP": 17, "SCTP": 132}


def backends(services: Iterable[Service]) -> Backends:
    """What stands behind each service: the pods that it selects, or the addresses of its slices.

    Calico takes (address, protocol, port) from the EndpointSlices (facts/calico.md 3.9), which Kubernetes fills
    with the selected pods at the target ports. ExternalName services have none.
    """
    return {(one.namespace, one.name): tuple(_backends(one)) for one in services}


def _backends(service: Service) -> Iterable[Backend]:
    if service.selector:
        peer = both(
            kind(Kind.POD),
            within(NAMESPACE, one_of(service.namespace)),
            *(within(Attribute.of(Scope.POD, key), one_of(value)) for key, value in service.selector.items()),
        )
        for port in service.ports:
            yield Backend(peer, _target(port))
        return
    for one in service.slices:
        addresses = [address for endpoint in one.endpoints for address in endpoint.addresses]
        if one.address_type not in ("IPv4", "IPv6") or not addresses:
            continue
        for slice_port in one.ports:
            traffic = within(Axis.PROTOCOL, protocols(_NUMBERS[slice_port.protocol]))
            if slice_port.port is not None:
                traffic = both(traffic, within(Axis.DST_PORT, ports((slice_port.port, slice_port.port))))
            yield Backend(within(Axis.ADDRESS, Addresses.of(addresses)), traffic)


def _target(port: ServicePort) -> Condition:
    protocol = within(Axis.PROTOCOL, protocols(_NUMBERS[port.protocol]))
    if isinstance(port.target, int):
        return both(protocol, within(Axis.DST_PORT, ports((port.target, port.target))))
    return both(protocol, holds(DstPortNamed(port.target)))
