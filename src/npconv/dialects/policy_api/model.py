"""Policy API objects in their own words, as they were written.

None stands for "not written". What the schema demands (one peer kind an item, one port kind an item, an action of the
list) is settled when reading, and is a type here.
Source: kubernetes-sigs/network-policy-api v0.2.0 (v1alpha2) and v0.1.8 (v1alpha1), apis/ and config/crd/.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta


class Tier(Enum):
    """Before the NetworkPolicies, or after them (for pods that none of them selects)."""

    ADMIN = "Admin"
    BASELINE = "Baseline"


class Action(Enum):
    """What a rule does. The value is v1alpha2's word; v1alpha1 says `Allow` for `Accept`."""

    ACCEPT = "Accept"
    DENY = "Deny"
    PASS = "Pass"
    """On to the next tier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespaces:
    """All pods of the namespaces that `selector` selects; `{}` selects every namespace."""

    selector: LabelSelector
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """Pods by label. Without `namespace_selector` (v1alpha2 only): of every namespace."""

    pod_selector: LabelSelector
    namespace_selector: LabelSelector | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Addresses outside and inside the cluster: `0.0.0.0/0` matches pods, too. Egress only."""

    cidrs: tuple[str, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Nodes by label. Egress only, experimental."""

    selector: LabelSelector
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNames:
    """DNS names, `*.` in front for any number of labels. Egress only, experimental; meant for Accept."""

    names: tuple[str, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)


Subject: TypeAlias = Namespaces | Pods
Peer: TypeAlias = Namespaces | Pods | Networks | Nodes | DomainNames


@dataclass(frozen=True, slots=True, kw_only=True)
class PortNumber:
    """One port. `protocol` is `TCP`, `UDP` or `SCTP`; v1alpha1 may leave it out (TCP), and stores any other text."""

    protocol: str | None
    number: int
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRange:
    """The ports from `start` to `end`, both included. v1alpha1 stores ranges that end before they start, too."""

    protocol: str | None
    start: int
    end: int
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPort:
    """The port that a pod calls so, whatever its protocol."""

    name: str
    origin: Origin | None = field(default=None, compare=False, repr=False)


Port: TypeAlias = PortNumber | PortRange | NamedPort


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule. `peers` (`from`, `to`) is never empty; without `ports` (`protocols`) it is for all traffic, ICMP too."""

    action: Action
    peers: tuple[Peer, ...]
    ports: tuple[Port, ...] | None = None
    name: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNetworkPolicy:
    """A ClusterNetworkPolicy (v1alpha2). Lower priorities come first within a tier."""

    metadata: ObjectMeta
    tier: Tier
    priority: int
    subject: Subject
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminNetworkPolicy:
    """An AdminNetworkPolicy (v1alpha1): what became tier `Admin`."""

    metadata: ObjectMeta
    priority: int
    subject: Subject
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineAdminNetworkPolicy:
    """The BaselineAdminNetworkPolicy (v1alpha1) of a cluster: what became tier `Baseline`. It cannot pass."""

    metadata: ObjectMeta
    subject: Subject
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


Policy: TypeAlias = ClusterNetworkPolicy | AdminNetworkPolicy | BaselineAdminNetworkPolicy
