"""Cilium's policy objects as data, in Cilium's words. An absent list is None, an empty one is `()`: they differ.

Facts: pkg/policy/api/{rule,ingress,egress}.go and pkg/k8s/apis/cilium.io/v2 of Cilium 1.16 to 1.20.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model_node import Node, Placed
from npconv.dialects.cilium.model_peers import CIDRRule, FQDNSelector, Groups, Service
from npconv.dialects.cilium.model_ports import ICMPRule, PortDenyRule, PortRule
from npconv.source.fields import Value
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication(Node):
    """Mutual authentication; `mode` is disabled, required or test-always-fail."""

    mode: str


@dataclass(frozen=True, slots=True)
class CommonPeers:
    """The peers that entries of either direction may have; their keys begin with `side`, which is `from` or `to`."""

    side: str
    endpoints: tuple[LabelSelector, ...] | None
    requires: tuple[LabelSelector, ...] | None
    cidr: tuple[str, ...] | None
    cidr_set: tuple[CIDRRule, ...] | None
    entities: tuple[str, ...] | None
    groups: tuple[Groups, ...] | None
    nodes: tuple[LabelSelector, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressCommonRule(Node):
    """The peers of an ingress entry; at most one kind of peer may be non-empty."""

    from_endpoints: tuple[LabelSelector, ...] | None = None
    from_requires: tuple[LabelSelector, ...] | None = None
    from_cidr: tuple[str, ...] | None = None
    from_cidr_set: tuple[CIDRRule, ...] | None = None
    from_entities: tuple[str, ...] | None = None
    from_groups: tuple[Groups, ...] | None = None
    from_nodes: tuple[LabelSelector, ...] | None = None

    @property
    def peers(self) -> CommonPeers:
        """Its peers, in words for both directions."""
        return CommonPeers(
            "from",
            self.from_endpoints,
            self.from_requires,
            self.from_cidr,
            self.from_cidr_set,
            self.from_entities,
            self.from_groups,
            self.from_nodes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressRule(IngressCommonRule):
    """An entry of `ingress`: an allow. Empty, it allows nothing but puts the endpoint in default deny."""

    to_ports: tuple[PortRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None
    authentication: Authentication | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressDenyRule(IngressCommonRule):
    """An entry of `ingressDeny`: it wins over every allow of any policy."""

    to_ports: tuple[PortDenyRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressCommonRule(Node):
    """The peers of an egress entry; at most one kind of peer may be non-empty."""

    to_endpoints: tuple[LabelSelector, ...] | None = None
    to_requires: tuple[LabelSelector, ...] | None = None
    to_cidr: tuple[str, ...] | None = None
    to_cidr_set: tuple[CIDRRule, ...] | None = None
    to_entities: tuple[str, ...] | None = None
    to_services: tuple[Service, ...] | None = None
    to_groups: tuple[Groups, ...] | None = None
    to_nodes: tuple[LabelSelector, ...] | None = None

    @property
    def peers(self) -> CommonPeers:
        """Its peers, in words for both directions; services are for this one alone."""
        return CommonPeers(
            "to",
            self.to_endpoints,
            self.to_requires,
            self.to_cidr,
            self.to_cidr_set,
            self.to_entities,
            self.to_groups,
            self.to_nodes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressRule(EgressCommonRule):
    """An entry of `egress`: an allow. Empty, it allows nothing but puts the endpoint in default deny."""

    to_fqdns: tuple[FQDNSelector, ...] | None = None
    to_ports: tuple[PortRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None
    authentication: Authentication | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressDenyRule(EgressCommonRule):
    """An entry of `egressDeny`: it wins over every allow of any policy."""

    to_ports: tuple[PortDenyRule, ...] | None = None
    icmps: tuple[ICMPRule, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableDefaultDeny(Node):
    """Whether the rule's entries of a direction deny what no rule allows. Absent: yes, where there are entries."""

    ingress: bool | None = None
    egress: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLabel(Node):
    """Bookkeeping; no meaning for traffic."""

    key: str
    value: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Node):
    """What Hubble is to show beside flows of this rule (since 1.18)."""

    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Placed):
    """One rule: a subject and what it may exchange (pkg/policy/api/rule.go). All rules of all objects are united."""

    description: str | None = None
    endpoint_selector: LabelSelector | None = None
    node_selector: LabelSelector | None = None
    enable_default_deny: EnableDefaultDeny | None = None
    ingress: tuple[IngressRule, ...] | None = None
    ingress_deny: tuple[IngressDenyRule, ...] | None = None
    egress: tuple[EgressRule, ...] | None = None
    egress_deny: tuple[EgressDenyRule, ...] | None = None
    labels: tuple[RuleLabel, ...] | None = None
    log: Log | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, whichever list holds them."""
        return (self.ingress or ()) + (self.ingress_deny or ()) + (self.egress or ()) + (self.egress_deny or ())

    def placed(self) -> Iterator[tuple[Entry, Path]]:
        """All entries, each with the way to it from the rule."""
        lists: tuple[tuple[str, tuple[Entry, ...] | None], ...] = (
            ("ingress", self.ingress),
            ("ingressDeny", self.ingress_deny),
            ("egress", self.egress),
            ("egressDeny", self.egress_deny),
        )
        for key, entries in lists:
            for index, entry in enumerate(entries or ()):
                yield entry, (key, index)

    def endpoints(self) -> Iterator[tuple[LabelSelector, Path]]:
        """The selectors of `fromEndpoints` and `toEndpoints`, each with the way to it from the rule."""
        for entry, path in self.placed():
            peers = entry.peers
            for number, one in enumerate(peers.endpoints or ()):
                yield one, (*path, f"{peers.side}Endpoints", number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Policy(Placed):
    metadata: ObjectMeta
    spec: Rule | None = None
    specs: tuple[Rule, ...] | None = None
    status: Value = field(default=None, hash=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the object, whichever key holds it."""
        return ((self.spec,) if self.spec is not None else ()) + (self.specs or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class CiliumNetworkPolicy(_Policy):
    """Rules whose subjects are the pods of one namespace."""

    api_version: str = "cilium.io/v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiliumClusterwideNetworkPolicy(_Policy):
    """Rules whose subjects are endpoints of the whole cluster, or nodes."""

    api_version: str = "cilium.io/v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class CIDRGroupSpec(Node):
    """The addresses of a group; the list is required, and may be empty."""

    external_cidrs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CiliumCIDRGroup(Placed):
    """A named list of CIDRs outside the cluster, picked by name or by the group's own labels."""

    api_version: str = "cilium.io/v2"
    metadata: ObjectMeta
    spec: CIDRGroupSpec | None = None
    status: Value = field(default=None, hash=False)


Entry: TypeAlias = IngressRule | IngressDenyRule | EgressRule | EgressDenyRule
"""What the lists of a rule hold."""

CiliumPolicy: TypeAlias = CiliumNetworkPolicy | CiliumClusterwideNetworkPolicy
"""Either kind of policy; both hold the same rules."""

CiliumObject: TypeAlias = CiliumPolicy | CiliumCIDRGroup
"""Everything of Cilium that npconv reads and writes."""
