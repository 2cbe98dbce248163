"""Everything that a snapshot reads, and what gets less certain without it.

A total table: the role of docs/rbac.yaml and the lines of `--print-commands` follow it.
"""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of objects of one API group.

    `versions` are those that npconv reads, the best one first. With `names`, only these objects are read, in
    `namespaces` if the kind has such. `twin` has the same objects: if it was read, this one says nothing new.
    """

    plural: str
    kind: str
    group: str = ""
    versions: tuple[str, ...] = ("v1",)
    namespaced: bool = True
    costs: str
    """What gets less certain when it cannot be read."""
    names: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    twin: str = ""

    @property
    def title(self) -> str:
        """As kubectl takes it: `pods`, `tiers.projectcalico.org`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def file(self) -> str:
        """Where the objects of a snapshot stand."""
        return f"{self.title}.yaml"


_POLICIES: Final = "what these policies allow and deny is missing"
_SETS: Final = "rules that name one of these sets match nothing that is known"
_CALICO_POLICIES: Final = (
    ("networkpolicies", "NetworkPolicy", True),
    ("globalnetworkpolicies", "GlobalNetworkPolicy", False),
    ("stagednetworkpolicies", "StagedNetworkPolicy", True),
    ("stagedglobalnetworkpolicies", "StagedGlobalNetworkPolicy", False),
    ("stagedkubernetesnetworkpolicies", "StagedKubernetesNetworkPolicy", True),
)
_CALICO: Final = (
    ("tiers", "Tier", False, "the order of Calico's policies is not known"),
    ("networksets", "NetworkSet", True, _SETS),
    ("globalnetworksets", "GlobalNetworkSet", False, _SETS),
    ("hostendpoints", "HostEndpoint", False, "whether nodes are policed is not known"),
    ("ippools", "IPPool", False, "where pods have their addresses is taken from the nodes, or assumed"),
    (
        "felixconfigurations",
        "FelixConfiguration",
        False,
        "what pods may send to their own node, and whether HTTP rules are enforced, is assumed",
    ),
    ("clusterinformations", "ClusterInformation", False, "the version of Calico is taken from its image, or assumed"),
)
_STAGED: Final = "what these policies would do is not known; today they do nothing"

STORED: Final = "crd.projectcalico.org"
SHOWN: Final = "projectcalico.org"


def _calico() -> tuple[Resource, ...]:
    """Each kind as Calico's API server shows it (or as a CRD of its own, from 3.32), and as it is stored."""
    kinds = (
        *(
            (plural, kind, namespaced, _STAGED if kind.startswith("Staged") else _POLICIES)
            for plural, kind, namespaced in _CALICO_POLICIES
        ),
        *_CALICO,
    )
    shown = (
        Resource(
            plural=plural,
            kind=kind,
            group=SHOWN,
            versions=("v3",),
            namespaced=namespaced,
            costs=costs,
            twin=f"{plural}.{STORED}",
        )
        for plural, kind, namespaced, costs in kinds
    )
    stored = (
        Resource(plural=plural, kind=kind, group=STORED, namespaced=namespaced, costs=costs, twin=f"{plural}.{SHOWN}")
        for plural, kind, namespaced, costs in kinds
    )
    profiles = Resource(
        plural="profiles",
        kind="Profile",
        group=SHOWN,
        versions=("v3",),
        namespaced=False,
        costs="labels that profiles give to endpoints are not known",
    )
    return (*shown, profiles, *stored)


RESOURCES: Final[tuple[Resource, ...]] = (
    Resource(plural="networkpolicies", kind="NetworkPolicy", group="networking.k8s.io", costs=_POLICIES),
    Resource(
        plural="clusternetworkpolicies",
        kind="ClusterNetworkPolicy",
        group="policy.networking.k8s.io",
        versions=("v1alpha2",),
        namespaced=False,
        costs=_POLICIES,
    ),
    Resource(
        plural="adminnetworkpolicies",
        kind="AdminNetworkPolicy",
        group="policy.networking.k8s.io",
        versions=("v1alpha1",),
        namespaced=False,
        costs=_POLICIES,
    ),
    Resource(
        plural="baselineadminnetworkpolicies",
        kind="BaselineAdminNetworkPolicy",
        group="policy.networking.k8s.io",
        versions=("v1alpha1",),
        namespaced=False,
        costs=_POLICIES,
    ),
    *_calico(),
    Resource(
        plural="ciliumnetworkpolicies",
        kind="CiliumNetworkPolicy",
        group="cilium.io",
        versions=("v2",),
        costs=_POLICIES,
    ),
    Resource(
        plural="ciliumclusterwidenetworkpolicies",
        kind="CiliumClusterwideNetworkPolicy",
        group="cilium.io",
        versions=("v2",),
        namespaced=False,
        costs=_POLICIES,
    ),
    Resource(
        plural="ciliumcidrgroups",
        kind="CiliumCIDRGroup",
        group="cilium.io",
        versions=("v2", "v2alpha1"),
        namespaced=False,
        costs=_SETS,
    ),
    Resource(
        plural="ciliumnodes",
        kind="CiliumNode",
        group="cilium.io",
        versions=("v2",),
        namespaced=False,
        costs="where Cilium's nodes have their pods' addresses is taken from its pools, or assumed",
    ),
    Resource(
        plural="ciliumpodippools",
        kind="CiliumPodIPPool",
        group="cilium.io",
        versions=("v2", "v2alpha1"),
        namespaced=False,
        costs="where pods have their addresses is taken from the nodes, or assumed",
    ),
    Resource(
        plural="namespaces",
        kind="Namespace",
        namespaced=False,
        costs="which namespaces there are, and which of them a namespace selector means, is not known",
    ),
    Resource(plural="pods", kind="Pod", costs="which pods a policy means, and their port names, is not known"),
    Resource(plural="services", kind="Service", costs="rules that name a service lead nowhere that is known"),
    Resource(
        plural="endpointslices",
        kind="EndpointSlice",
        group="discovery.k8s.io",
        costs="where services without a selector lead is not known",
    ),
    Resource(
        plural="serviceaccounts",
        kind="ServiceAccount",
        costs="which pods a selector of service accounts by labels means is not known",
    ),
    Resource(
        plural="nodes",
        kind="Node",
        namespaced=False,
        costs="addresses, labels and systems of the nodes, and who manages them, are not known",
    ),
    Resource(
        plural="servicecidrs",
        kind="ServiceCIDR",
        group="networking.k8s.io",
        namespaced=False,
        costs="where services have their addresses is not known",
    ),
    Resource(
        plural="nodenetworkconfigs",
        kind="NodeNetworkConfig",
        group="acn.azure.com",
        versions=("v1alpha",),
        costs="where AKS gives pods their addresses is taken from the nodes, or assumed",
        namespaces=("kube-system",),
    ),
    Resource(
        plural="configmaps",
        kind="ConfigMap",
        costs="the settings of Cilium and Azure NPM, and the cluster's DNS domain, are assumed",
        names=("azure-npm-config", "cilium-config", "coredns"),
        namespaces=("kube-system",),
    ),
    Resource(
        plural="daemonsets",
        kind="DaemonSet",
        group="apps",
        costs="which engines run, and in which version, is not known",
        names=("anetd", "azure-npm", "azure-npm-win", "calico-node", "cilium"),
        namespaces=("kube-system", "calico-system"),
    ),
    Resource(
        plural="customresourcedefinitions",
        kind="CustomResourceDefinition",
        group="apiextensions.k8s.io",
        namespaced=False,
        costs="the channel of the policy API, and who checks Calico's objects, is assumed",
        names=("clusternetworkpolicies.policy.networking.k8s.io", "networkpolicies.projectcalico.org"),
    ),
    Resource(
        plural="apiservices",
        kind="APIService",
        group="apiregistration.k8s.io",
        namespaced=False,
        costs="if Calico's API server is down, and its objects are in etcd, nothing says so",
        names=("v3.projectcalico.org",),
    ),
    Resource(
        plural="installations",
        kind="Installation",
        group="operator.tigera.io",
        namespaced=False,
        costs="what Calico's operator was asked for is not known",
    ),
)
"""In the order in which they are read: policies first."""
