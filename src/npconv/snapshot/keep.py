"""What of each kind a snapshot keeps, by key path; a path goes through lists. Whatever is not here is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALL: Final = ("spec", "specs")
"""Policies and sets: all that their author wrote. What engines note in `status` is dropped."""

_WORKLOAD: Final = "spec.template.spec.containers"

PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "APIService": ("spec.service", "status.conditions.type", "status.conditions.status", "status.conditions.reason"),
    "AdminNetworkPolicy": ALL,
    "BaselineAdminNetworkPolicy": ALL,
    "CiliumCIDRGroup": ALL,
    "CiliumClusterwideNetworkPolicy": ALL,
    "CiliumNetworkPolicy": ALL,
    "CiliumNode": ("spec.addresses", "spec.ipam.podCIDRs"),
    "CiliumPodIPPool": ALL,
    "ClusterInformation": ("spec.calicoVersion", "spec.clusterType", "spec.datastoreReady", "spec.variant"),
    "ClusterNetworkPolicy": ALL,
    "ConfigMap": ("data",),
    "CustomResourceDefinition": ("spec.group", "spec.versions.name", "spec.versions.served", "spec.versions.storage"),
    "DaemonSet": (f"{_WORKLOAD}.name", f"{_WORKLOAD}.image", f"{_WORKLOAD}.env"),
    "EndpointSlice": (
        "addressType",
        "endpoints.addresses",
        "endpoints.conditions",
        "endpoints.nodeName",
        "endpoints.targetRef.kind",
        "endpoints.targetRef.name",
        "endpoints.targetRef.namespace",
        "ports",
    ),
    "FelixConfiguration": (
        "spec.allowIPIPPacketsFromWorkloads",
        "spec.allowVXLANPacketsFromWorkloads",
        "spec.bpfEnabled",
        "spec.chainInsertMode",
        "spec.defaultEndpointToHostAction",
        "spec.dropActionOverride",
        "spec.failsafeInboundHostPorts",
        "spec.failsafeOutboundHostPorts",
        "spec.interfacePrefix",
        "spec.ipv6Support",
        "spec.nftablesMode",
        "spec.policySyncPathPrefix",
    ),
    "GlobalNetworkPolicy": ALL,
    "GlobalNetworkSet": ALL,
    "HostEndpoint": ALL,
    "IPPool": ALL,
    "Installation": (
        "spec.calicoNetwork.ipPools",
        "spec.calicoNetwork.linuxDataplane",
        "spec.cni",
        "spec.kubernetesProvider",
        "spec.variant",
        "status.calicoVersion",
        "status.variant",
    ),
    "Namespace": ("status.phase",),
    "NetworkPolicy": ALL,
    "NetworkSet": ALL,
    "Node": ("spec.podCIDR", "spec.podCIDRs", "status.addresses"),
    "NodeNetworkConfig": ("status.networkContainers.subnetAddressSpace", "status.networkContainers.type"),
    "Pod": (
        "spec.containers.name",
        "spec.containers.ports",
        "spec.hostNetwork",
        "spec.initContainers.name",
        "spec.initContainers.ports",
        "spec.initContainers.restartPolicy",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.phase",
        "status.podIP",
        "status.podIPs",
    ),
    "Profile": ALL,
    "Service": (
        "spec.clusterIP",
        "spec.clusterIPs",
        "spec.externalIPs",
        "spec.externalName",
        "spec.externalTrafficPolicy",
        "spec.internalTrafficPolicy",
        "spec.ipFamilies",
        "spec.loadBalancerSourceRanges",
        "spec.ports",
        "spec.selector",
        "spec.type",
        "status.loadBalancer.ingress.ip",
        "status.loadBalancer.ingress.hostname",
    ),
    "ServiceAccount": (),
    "ServiceCIDR": ALL,
    "StagedGlobalNetworkPolicy": ALL,
    "StagedKubernetesNetworkPolicy": ALL,
    "StagedNetworkPolicy": ALL,
    "Tier": ALL,
}

NOISE: Final = ("kubectl.kubernetes.io/last-applied-configuration",)
"""Annotations that are dropped from policies and sets; all others are their author's."""

ANNOTATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "CustomResourceDefinition": ("policy.networking.k8s.io/",),
    "Service": ("io.cilium/", "service.cilium.io/"),
}
"""Beginnings of the annotations that are kept of other kinds: those that policies depend on."""

SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "azure-npm-config": ("azure-npm.json",),
    "cilium-config": (
        "allow-localhost",
        "cluster-",
        "custom-cni-conf",
        "dnsproxy-",
        "enable-",
        "host-firewall",
        "identity-",
        "ipam",
        "ipv4-",
        "ipv6-",
        "kube-proxy-replacement",
        "labels",
        "node-labels",
        "policy-",
        "routing-mode",
        "tofqdns-",
        "tunnel-protocol",
    ),
    "coredns": ("Corefile",),
}
"""Beginnings of the keys that are kept of a ConfigMap."""

VARIABLES: Final = (
    "CALICO_IPV4POOL_CIDR",
    "CALICO_IPV6POOL_CIDR",
    "CALICO_NETWORKING_BACKEND",
    "FELIX_BPFENABLED",
    "FELIX_DEFAULTENDPOINTTOHOSTACTION",
    "FELIX_IPV6SUPPORT",
    "FELIX_POLICYSYNCPATHPREFIX",
)
"""The only environment variables that are kept, of calico-node alone: they overrule Felix's configuration objects
(Calico's reference, "Configuring Felix")."""
