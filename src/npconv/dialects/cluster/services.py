"""The fields of a Service or an EndpointSlice -> Service, EndpointSlice."""

from __future__ import annotations

from typing import Final

from npconv.dialects.cluster.metadata import labels
from npconv.dialects.cluster.model import Endpoint, EndpointPort, EndpointSlice, Service, ServicePort
from npconv.source.fields import Fields, wrong_type

SERVICE_LABEL: Final = "kubernetes.io/service-name"
"""The label of an EndpointSlice that names its service."""


def read(fields: Fields, namespace: str, name: str) -> Service:
    """The service, without its slices; a field of the wrong type has been reported."""
    spec = fields.mapping("spec") or Fields({}, fields.at("spec"), fields.sink)
    return Service(
        namespace=namespace,
        name=name,
        labels=labels(fields),
        type=spec.text("type") or "ClusterIP",
        selector=spec.strings("selector") or {},
        ports=tuple(_port(port) for port in spec.mappings("ports") or ()),
        cluster_ips=_cluster_ips(spec),
        external_ips=spec.words("externalIPs") or (),
        load_balancer_ips=_load_balancer_ips(fields),
        external_name=spec.text("externalName") or "",
        external_traffic_policy=spec.text("externalTrafficPolicy") or "Cluster",
        origin=fields.origin,
    )


def read_slice(fields: Fields, name: str) -> EndpointSlice:
    """The slice; a field of the wrong type has been reported."""
    return EndpointSlice(
        name=name,
        address_type=fields.text("addressType") or "",
        endpoints=tuple(_endpoint(endpoint) for endpoint in fields.mappings("endpoints") or ()),
        ports=tuple(
            EndpointPort(
                name=port.text("name") or "",
                port=port.integer("port"),
                protocol=port.text("protocol") or "TCP",
            )
            for port in fields.mappings("ports") or ()
        ),
        origin=fields.origin,
    )


def _port(fields: Fields) -> ServicePort:
    number = fields.integer("port") if fields.required("port") else None
    target = fields.raw("targetPort")
    if isinstance(target, float) and target.is_integer():
        target = int(target)
    if target is not None and (isinstance(target, bool) or not isinstance(target, int | str)):
        wrong_type(fields.sink, fields.at("targetPort"), target, "integer or text")
        target = None
    return ServicePort(
        port=number or 0,
        # Absent, empty and 0 all mean "the same as port" (k8s.io/api/core/v1 ServicePort, and its defaulting).
        target=target if isinstance(target, int | str) and target not in (0, "") else number or 0,
        name=fields.text("name") or "",
        protocol=fields.text("protocol") or "TCP",
        node_port=fields.integer("nodePort") or None,
    )


def _cluster_ips(spec: Fields) -> tuple[str, ...]:
    """The virtual IPs; none for a headless service (`None`)."""
    several = spec.words("clusterIPs") or ()
    one = spec.text("clusterIP")
    return tuple(ip for ip in several or ((one,) if one else ()) if ip not in ("", "None"))


def _load_balancer_ips(fields: Fields) -> tuple[str, ...]:
    status = fields.mapping("status")
    balancer = status.mapping("loadBalancer") if status else None
    found = (item.text("ip") for item in (balancer.mappings("ingress") if balancer else None) or ())
    return tuple(ip for ip in found if ip)


def _endpoint(fields: Fields) -> Endpoint:
    conditions, target = fields.mapping("conditions"), fields.mapping("targetRef")
    ready = conditions.boolean("ready") if conditions else None
    is_pod = target is not None and target.text("kind") == "Pod"
    return Endpoint(
        addresses=fields.words("addresses") or (),
        ready=True if ready is None else ready,
        pod=(target.text("name") or "") if target is not None and is_pod else "",
        node=fields.text("nodeName") or "",
    )
