"""What the Kubernetes policy APIs leave to the engine, as one value an engine."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, NEVER, Condition, kind, negate
from npconv.ir.dimensions import Kind, Kinds
from npconv.ir.policy import Direction
from npconv.source.label_selector import LabelSelector

ANY_KIND = Kinds(frozenset(Kind))
OUTSIDE = Kinds(frozenset({Kind.OUTSIDE}))
PODS = kind(Kind.POD)
NODES = kind(Kind.HOST, Kind.REMOTE_NODE)


class Support(Enum):
    """What an engine does with a part of the policy API that not every engine knows."""

    UNDERSTOOD = "understood"
    CLOSED = "closed"
    """The rule that has one fails closed: an Accept matches nothing, a Deny or Pass denies everything."""
    IGNORED = "ignored"
    """The rule is as if nothing were asked there."""
    REFUSED = "refused"
    """The engine drops the whole policy, and says so only in its log."""


def _every_label(_: str) -> bool:
    return True


def _nothing_else(_: LabelSelector) -> Condition:
    return NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineMeaning:
    """How one engine reads NetworkPolicy and ClusterNetworkPolicy, where the APIs leave it open or it departs.

    That a rule without ports is for every protocol, ICMP too, is no field: the API promises it for TCP, UDP and
    SCTP only, but every engine does so (facts/k8s_np.md 5.4, facts/calico.md 4.1, facts/cilium.md 2.6).
    """

    name: str
    policy_kind: str = "NetworkPolicy"
    """What a NetworkPolicy is called in `PolicyName.kind`."""
    block_kinds: Kinds = OUTSIDE
    """What an `ipBlock` matches, if its address fits."""
    zero_block_kinds: Kinds = OUTSIDE
    """The same for `0.0.0.0/0` and `::/0`."""
    whole_zero_blocks: frozenset[int] = frozenset()
    """The IP versions whose `/0` is every address of the other version, too."""
    network_kinds: Kinds = OUTSIDE
    """What `networks` of the policy API match."""
    pod_peers: Condition = PODS
    """What a peer selected by pod labels must be besides."""
    namespace_peers: Condition = PODS
    """What a peer of the policy API selected by `namespaces` alone must be besides."""
    namespace_others: Callable[[LabelSelector], Condition] = _nothing_else
    """What else such a peer matches: objects of the engine's own that have the labels of namespaces, too."""
    node_peers: Condition = NODES
    """What a peer of the policy API selected by `nodes` must be besides."""
    subjects: Condition = PODS
    """What a subject of the policy API must be besides."""
    undeclared_directions: bool = False
    """Whether rules of a direction that `policyTypes` does not list are enforced, and isolate."""
    own_node: frozenset[Direction] = frozenset()
    """The directions in which a pod's own node always passes."""
    ties_deny_first: bool = False
    """Whether among policies of one priority the denies come first; else they come by name."""
    nodes: Support = Support.UNDERSTOOD
    domain_names: Support = Support.UNDERSTOOD
    named_ports: Support = Support.UNDERSTOOD
    """What it makes of a port by name in the policy API."""
    reversed_ranges: Support = Support.UNDERSTOOD
    """What it makes of a range of ports that ends before it starts: no port at all, where it understands it."""
    names_need_dns: bool = False
    """Whether accepting `domainNames` also accepts asking the cluster's DNS server for them."""
    takes_label: Callable[[str], bool] = _every_label
    """Whether a pod label of this key counts. One that does not is absent on every pod."""


KUBERNETES = EngineMeaning(
    name="Kubernetes",
    network_kinds=ANY_KIND,
    own_node=frozenset({Direction.INGRESS}),
)
"""What the APIs promise, and no more (facts/k8s_np.md 5.4, 6.2).

`ipBlock` is promised for addresses outside the cluster only, `networks` for pods, too. Traffic from a pod's own node
always passes (types.go). The documentation says so of traffic to it as well; of the engines, Azure NPM does that,
Calico and Cilium do not, so nothing is promised: a policy counts there, and translations say that (NPC828).
"""

CALICO = EngineMeaning(
    name="Calico",
    policy_kind="KubernetesNetworkPolicy",
    block_kinds=ANY_KIND,
    zero_block_kinds=ANY_KIND,
    network_kinds=ANY_KIND,
    nodes=Support.CLOSED,
    domain_names=Support.CLOSED,
    reversed_ranges=Support.CLOSED,
)
"""Calico matches addresses, whoever holds them (facts/calico.md 4.1, 4.2). Node traffic is up to its own lift.

For a certain set of objects ask `npconv.dialects.calico.lift_policy_api.meaning`.
"""

AZURE_NPM_LINUX = EngineMeaning(
    name="Azure NPM",
    block_kinds=ANY_KIND,
    zero_block_kinds=ANY_KIND,
    network_kinds=ANY_KIND,
    own_node=frozenset(Direction),
)
"""What Azure NPM means to enforce on Linux: Kubernetes, where an `ipBlock` is for whoever has the address.

Own-node traffic is never forwarded, and NPM judges forwarded packets only (facts/azure_npm.md 2.1). Policies that it
drops or gets wrong are in `npconv.dialects.azure_npm.lift`.
"""

AZURE_NPM_WINDOWS = EngineMeaning(
    name="Azure NPM",
    block_kinds=ANY_KIND,
    zero_block_kinds=ANY_KIND,
    network_kinds=ANY_KIND,
    own_node=frozenset({Direction.INGRESS}),
)
"""The same on Windows, whose base rules let the own node in, and say nothing of the way out (facts 2.2)."""

CILIUM = EngineMeaning(
    name="Cilium",
    pod_peers=ALWAYS,
    namespace_peers=ALWAYS,
    node_peers=kind(Kind.REMOTE_NODE),
    subjects=negate(kind(Kind.HOST)),
    undeclared_directions=True,
    ties_deny_first=True,
    nodes=Support.REFUSED,
    names_need_dns=True,
)
"""Cilium with every flag at its default and no scoping to the own cluster (facts/cilium.md 3.1, 3.3).

Peers match by labels alone: a negative namespace selector also matches nodes and the outside (2.11). For a certain
installation ask `npconv.dialects.cilium.lift_kubernetes.meaning`.
"""
