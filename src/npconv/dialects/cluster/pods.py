"""A Pod's fields -> Pod."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.cluster.metadata import labels
from npconv.dialects.cluster.model import ContainerPort, Pod
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
        phase=status.text("phase") or "",
        origin=fields.origin,
    )


def _ips(status: Fields) -> tuple[str, ...]:
    several = [item.text("ip") or "" for item in status.mappings("podIPs") or ()]
    one = status.text("podIP")
    return tuple(ip for ip in several if ip) or ((one,) if one else ())


def _ports(spec: Fields) -> Iterator[ContainerPort]:
    """Ports with names, of containers that run beside each other: sidecars are init containers that restart always."""
    for container in spec.mappings("initContainers") or ():
        if container.text("restartPolicy") == "Always":
            yield from _ports_of(container, sidecar=True)
    for container in spec.mappings("containers") or ():
        yield from _ports_of(container, sidecar=False)


def _ports_of(container: Fields, *, sidecar: bool) -> Iterator[ContainerPort]:
    for port in container.mappings("ports") or ():
        name, number = port.text("name"), port.integer("containerPort")
        if name and number is not None:
            protocol = port.text("protocol") or "TCP"
            yield ContainerPort(name=name, port=number, protocol=protocol, sidecar=sidecar)
