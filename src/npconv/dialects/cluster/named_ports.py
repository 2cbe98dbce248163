"""Pods -> what is known of them where a rule asks for a port by name."""

from __future__ import annotations

from typing import Final

from npconv.dialects.cluster.model import Cluster
from npconv.ir.dimensions import NAMESPACE_NAME, SERVICE_ACCOUNT, Attribute, Scope
from npconv.lowering.pods_apart import KnownPod, KnownPort

_NUMBERS: Final = {"TCP": 6, "UDP": 17, "SCTP": 132}


def known_pods(cluster: Cluster, *, sidecars: bool = True) -> tuple[KnownPod, ...]:
    """The pods that hold an address of their own. Without `sidecars`, ports of init containers do not count.

    Pods of the host network are their node, and pods that have ended have no ports any more.
    """
    namespaces = {one.name: one.labels for one in cluster.namespaces}
    return tuple(
        KnownPod(
            title=f"{pod.namespace}/{pod.name}",
            attributes={
                SERVICE_ACCOUNT: pod.service_account,
                **{
                    Attribute.of(Scope.NAMESPACE, key): value
                    for key, value in namespaces.get(pod.namespace, {}).items()
                },
                Attribute.of(Scope.NAMESPACE, NAMESPACE_NAME): pod.namespace,
                **{Attribute.of(Scope.POD, key): value for key, value in pod.labels.items()},
            },
            ports=tuple(
                KnownPort(port.name, _NUMBERS[port.protocol], port.port)
                for port in pod.ports
                if port.protocol in _NUMBERS and (sidecars or not port.sidecar)
            ),
            complete=frozenset({Scope.POD, Scope.NAMESPACE} if pod.namespace in namespaces else {Scope.POD}),
        )
        for pod in cluster.pods
        if not pod.host_network and not pod.has_ended
    )
