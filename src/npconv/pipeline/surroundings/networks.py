"""IP pools, cilium-config, nodes and ServiceCIDRs -> where a cluster's pods and services have their addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.cluster.model import Cluster
from npconv.pipeline.surroundings.calico import GROUPS
from npconv.pipeline.surroundings.model import Networks
from npconv.pipeline.surroundings.objects import Objects, below, strings, text, texts

_POOLS: Final = ("cluster-pool-ipv4-cidr", "cluster-pool-ipv6-cidr")
_OF_CLUSTER: Final = ("cluster-pool", "cluster-pool-v2beta")


def pods(objects: Objects, cluster: Cluster) -> Networks:
    """Where pods get their addresses from: by the pools of whatever hands them out, or else by the nodes' ranges.

    Nothing where neither is known, as on clouds whose pods share the network of the nodes.
    """
    by_pool = _calico_pools(objects) or _cilium_pools(objects) or _azure_subnets(objects)
    if by_pool:
        return _networks(by_pool)
    by_cilium = [
        (cidr, one.origin)
        for one in objects.of("CiliumNode", "cilium.io")
        for cidr in texts(one, "spec", "ipam", "podCIDRs")
    ]
    by_node = [(cidr, node.origin) for node in cluster.nodes for cidr in node.pod_cidrs]
    return _networks(by_node or by_cilium, by_node=True)


def services(objects: Objects) -> Networks:
    """Where services get their cluster IPs from (ServiceCIDR, Kubernetes 1.33)."""
    return _networks(
        [
            (cidr, one.origin)
            for one in objects.of("ServiceCIDR", "networking.k8s.io")
            for cidr in texts(one, "spec", "cidrs")
        ]
    )


def is_dual_stack(cluster: Cluster, *networks: Networks) -> bool:
    """Whether pods have IPv6 addresses beside IPv4 ones, or may get some."""
    families = {ipaddress.ip_network(cidr).version for one in networks for cidr in one.cidrs}
    return len(families) > 1 or any(
        len({":" in ip for ip in pod.ips}) > 1 for pod in cluster.pods if not pod.host_network
    )


def _calico_pools(objects: Objects) -> list[tuple[str, Origin | None]]:
    """The pools that Calico gives pods addresses from (`allowedUses` is new in 3.21: without it, to all)."""
    found: list[tuple[str, Origin | None]] = []
    for one in objects.of("IPPool", *GROUPS):
        uses = texts(one, "spec", "allowedUses")
        if below(one.data, "spec", "disabled") is not True and (not uses or "Workload" in uses):
            found.append((text(one, "spec", "cidr"), one.origin))
    return found


def _cilium_pools(objects: Objects) -> list[tuple[str, Origin | None]]:
    """The pools of Cilium's own address management (`ipam`: `cluster-pool` or `multi-pool`)."""
    for one in objects.named("ConfigMap", "cilium-config"):
        data = strings(one, "data")
        if data.get("ipam", "cluster-pool") in _OF_CLUSTER:
            return [(cidr, one.origin) for key in _POOLS for cidr in data.get(key, "").replace(",", " ").split()]
        if data.get("ipam") == "multi-pool":
            return [
                (cidr, pool.origin)
                for pool in objects.of("CiliumPodIPPool", "cilium.io")
                for family in ("ipv4", "ipv6")
                for cidr in texts(pool, "spec", family, "cidrs")
            ]
    return []


def _azure_subnets(objects: Objects) -> list[tuple[str, Origin | None]]:
    """Where AKS takes the addresses of pods from: the overlay's network, or a subnet.

    Source: Azure/azure-container-networking, crd/nodenetworkconfig/api/v1alpha (`SubnetAddressSpace`).
    """
    found: list[tuple[str, Origin | None]] = []
    for one in objects.of("NodeNetworkConfig", "acn.azure.com"):
        several = below(one.data, "status", "networkContainers")
        for index, _ in enumerate(several if isinstance(several, list) else ()):
            found.append((text(one, "status", "networkContainers", index, "subnetAddressSpace"), one.origin))
    return found


def _networks(found: Iterable[tuple[str, Origin | None]], *, by_node: bool = False) -> Networks:
    """Those that are networks, neighbours joined, IPv4 first."""
    v4: list[ipaddress.IPv4Network] = []
    v6: list[ipaddress.IPv6Network] = []
    origins: list[Origin] = []
    for cidr, origin in found:
        try:
            network = ipaddress.ip_network(cidr, strict=False)
        except ValueError:
            continue
        if isinstance(network, ipaddress.IPv4Network):
            v4.append(network)
        else:
            v6.append(network)
        if origin is not None:
            origins.append(origin)
    joined = [*ipaddress.collapse_addresses(v4), *ipaddress.collapse_addresses(v6)]
    return Networks(cidrs=tuple(map(str, joined)), origins=tuple(origins), by_node=by_node and bool(joined))
