"""A Pod's fields -> Pod."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.cluster.metadata import labels
from npconv.dialects.cluster.model import ContainerPort, HostPort, Pod
from npconv.source.fields import Fields


def read(fields: Fields, namespace: str, name: str) -> Pod:
    """The pod; a field of the wrong type has been reported."""
    spec = fields.mapping("spec") or Fields({}, fields.at("spec"), fields.sink)
    status = fields.mapping("status") or Fields({}, fields.at("status"), fields.sink)
    return Pod(
        namespace=namespace,
        name=name,
        labels=labels(fields),
        service_account=spec.text("serviceAccountName") or spec.text("serviceAccount") or "default",
        node=spec.text("nodeName") or "",
        ips=_ips(status),
        host_network=spec.boolean("hostNetwork") or False,
        ports=tuple(_ports(spec)),
        host_ports=tuple(_host_ports(spec)),
        phase=status.text("phase") or "",
        origin=fields.origin,
    )


def _ips(status: Fields) -> tuple[str, ...]:
    several = [item.text("ip") or "" for item in status.mappings("podIPs") or ()]
    one = status.text("podIP")
    return tuple(ip for ip in several if ip) or ((one,) if one else ())


def _ports(spec: Fields) -> Iterator[ContainerPort]:
    """Ports with names, of containers that run beside each other."""
    for container, is_sidecar in _containers(spec):
        for port in container.mappings("ports") or ():
            name, number = port.text("name"), port.integer("containerPort")
            if name and number is not None:
                protocol = port.text("protocol") or "TCP"
                yield ContainerPort(name=name, port=number, protocol=protocol, sidecar=is_sidecar)


def _host_ports(spec: Fields) -> Iterator[HostPort]:
    for container, _ in _containers(spec):
        for port in container.mappings("ports") or ():
            at = port.integer("hostPort") if port.raw("hostPort") else None
            number = port.integer("containerPort") if at else None
            if at and number is not None:
                yield HostPort(host_port=at, port=number, protocol=port.text("protocol") or "TCP")


def _containers(spec: Fields) -> Iterator[tuple[Fields, bool]]:
    """Those that run beside each other, and whether one is a sidecar: an init container that restarts always."""
    for container in spec.mappings("initContainers") or ():
        if container.text("restartPolicy") == "Always":
            yield container, True
    for container in spec.mappings("containers") or ():
        yield container, False
