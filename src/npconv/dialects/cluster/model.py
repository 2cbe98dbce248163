"""The facts of a cluster that policies refer to, in Kubernetes' words; everything else about the objects is left out.

Unlike a policy, these are settled when they are read: what is absent has its default here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that every namespace carries since Kubernetes 1.21: its own name, unchangeable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A namespace. Its labels always include `kubernetes.io/metadata.name`."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPort:
    """A port that a container of a pod declares, by name."""

    name: str
    port: int
    protocol: str = "TCP"
    sidecar: bool = False
    """Whether it is of an init container that keeps running; Azure NPM does not look there (facts/azure_npm.md 1.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPort:
    """A port of a pod's node that leads to the pod."""

    host_port: int
    port: int
    protocol: str = "TCP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod. Names of `ports` may repeat: they are unique within a container only."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    service_account: str = "default"
    node: str = ""
    """Where it runs; empty if nowhere yet."""
    ips: tuple[str, ...] = ()
    host_network: bool = False
    """Whether its IPs are its node's: no engine polices such a pod as a pod."""
    ports: tuple[ContainerPort, ...] = ()
    host_ports: tuple[HostPort, ...] = ()
    phase: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def has_ended(self) -> bool:
        """Whether its containers are done, so that its IPs are no longer its own."""
        return self.phase in ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePort:
    """A port of a service. `target` is a number, or a name that each pod resolves for itself."""

    port: int
    target: int | str
    name: str = ""
    protocol: str = "TCP"
    node_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPort:
    """A port of an EndpointSlice. Without `port` the slice is for every port."""

    name: str = ""
    port: int | None = None
    protocol: str = "TCP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a service leads to. `pod` is empty for anything but a pod of the service's namespace."""

    addresses: tuple[str, ...]
    ready: bool = True
    pod: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSlice:
    """Some of the endpoints of a service; all of them have these ports."""

    name: str
    address_type: str
    endpoints: tuple[Endpoint, ...] = ()
    ports: tuple[EndpointPort, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service. An empty `selector` selects nothing: the slices are then all that says where it leads to."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    type: str = "ClusterIP"
    selector: Mapping[str, str] = field(default_factory=dict, hash=False)
    ports: tuple[ServicePort, ...] = ()
    cluster_ips: tuple[str, ...] = ()
    external_ips: tuple[str, ...] = ()
    load_balancer_ips: tuple[str, ...] = ()
    external_name: str = ""
    external_traffic_policy: str = "Cluster"
    slices: tuple[EndpointSlice, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A service account."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node. `addresses` are its IPs (internal first, then external); `pod_cidrs` what its pods get theirs from."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    addresses: tuple[str, ...] = ()
    pod_cidrs: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Everything that was given, each tuple sorted by namespace and name."""

    namespaces: tuple[Namespace, ...] = ()
    pods: tuple[Pod, ...] = ()
    services: tuple[Service, ...] = ()
    service_accounts: tuple[ServiceAccount, ...] = ()
    nodes: tuple[Node, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return self == Cluster()
