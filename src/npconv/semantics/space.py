"""The flow space: which flows could exist at all, under the assumptions that a proof stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.ir.addresses import ALL_V6, NO_ADDRESS, Addresses
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    BackendOf,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    Named,
    Request,
    Scope,
)
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, UDPLITE, Endpoint, Flow

PORTED = frozenset({TCP, UDP, SCTP, UDPLITE})
"""The protocols with ports: Calico's list, the longest (`libcalico-go/lib/apis/v3/networkpolicy.go`)."""

DECLARABLE = frozenset({TCP, UDP, SCTP})
"""The protocols a container port can be declared with (Kubernetes `ContainerPort.protocol`)."""

NODES = frozenset({Kind.HOST, Kind.REMOTE_NODE})
PODS = frozenset({Kind.POD, Kind.INIT, Kind.UNMANAGED})
ELSEWHERE = frozenset({Kind.OUTSIDE})
ANYWHERE = frozenset({Kind.POD}) | NODES | ELSEWHERE

BEARERS: Mapping[Scope, frozenset[Kind]] = {
    Scope.POD: frozenset({Kind.POD}),
    Scope.NAMESPACE: frozenset({Kind.POD}),
    Scope.SERVICE_ACCOUNT: frozenset({Kind.POD}),
    Scope.CLUSTER: frozenset({Kind.POD}),
    Scope.OTHER: frozenset({Kind.POD}),
    Scope.NODE: NODES,
    Scope.HOST_ENDPOINT: NODES,
    Scope.CIDR_GROUP: ELSEWHERE,
    Scope.RESERVED: NODES | ELSEWHERE,
}
"""Which kinds of endpoint an attribute of each scope can be on."""

CLUSTER_NAME = Attribute.of(Scope.CLUSTER, NAME)

MANDATORY = (NAMESPACE, SERVICE_ACCOUNT)
"""What every pod has."""


HTTP_ANY = Request("http", "any")
"""The fact that the request is HTTP, whatever it asks for."""


def parser(fact: HttpMethod | HttpPath | Request) -> str:
    """The protocol of layer 7 that a fact is about, if a request of it cannot be one of another; else nothing."""
    if not isinstance(fact, Request):
        return "http"
    word = fact.protocol.partition(" ")[0]
    return word if word in ("http", "dns", "kafka") else ""


class Unknown(Enum):
    """Nothing is known about a set of addresses."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN
Known: TypeAlias = Addresses | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The flows that are compared. The defaults assume as little as possible."""

    subject_kinds: frozenset[Kind] = frozenset({Kind.POD})
    """Whose policies are asked; add HOST where the engine polices nodes."""
    peer_kinds: frozenset[Kind] = ANYWHERE
    families: frozenset[Family] = frozenset(Family)
    cluster_families: frozenset[Family] = frozenset(Family)
    """The families that pods and nodes have addresses of."""
    pod_addresses: Known = UNKNOWN
    """Where pods' addresses are, if the user said; then nothing outside the cluster has one of these."""
    node_addresses: Known = UNKNOWN
    exclusive: bool = True
    """Whether nothing outside the cluster has an address from where pods and nodes have theirs."""
    taken: Addresses = NO_ADDRESS
    """Addresses that nothing outside has even if it is not so: where pods, or nodes, are known to be."""
    cluster: str = "default"
    """The name of the one cluster that every pod is in (Cilium's default `cluster-name`)."""
    cross_family_icmp: bool = False
    """Whether ICMP can travel over IPv6, and ICMPv6 over IPv4."""
    named_port_kinds: frozenset[Kind] = frozenset({Kind.POD}) | NODES
    """What can declare ports by name: pods, and nodes as Calico HostEndpoints."""
    backend_kinds: frozenset[Kind] = ANYWHERE
    """What can be a backend of a service; hand-written EndpointSlices may list any address."""
    named_kinds: frozenset[Kind] = ANYWHERE
    """What a DNS answer can point to."""

    def addresses(self, kind: Kind) -> Addresses | Unknown:
        """Where endpoints of a kind have their addresses."""
        match kind:
            case Kind.POD | Kind.INIT | Kind.UNMANAGED:
                return self.pod_addresses
            case Kind.HOST | Kind.REMOTE_NODE:
                return self.node_addresses
            case Kind.OUTSIDE:
                known = (self.pod_addresses, self.node_addresses) if self.exclusive else ()
                inner = [one for one in known if isinstance(one, Addresses)]
                inner += [] if self.taken.is_empty else [self.taken]
                if not inner:
                    return UNKNOWN
                union = inner[0]
                for one in inner[1:]:
                    union = union | one
                # Where pods may have any address of a family, nothing is known of the others' addresses.
                return ~union | (ALL_V6 if union.v6.is_full else NO_ADDRESS)
            case Kind.HEALTH | Kind.INGRESS:
                return UNKNOWN
            case _:
                assert_never(kind)

    def families_of(self, kind: Kind) -> frozenset[Family]:
        """The families of a kind's addresses."""
        return self.families if kind is Kind.OUTSIDE else self.families & self.cluster_families

    def objections(self, flow: Flow) -> tuple[str, ...]:
        """Why a flow is not in the space; empty if it is. Written apart from the encoding, which it checks."""
        return (
            *_kind_objections(self, flow),
            *_traffic_objections(self, flow),
            *_endpoint_objections(self, flow, flow.subject, "subject"),
            *_endpoint_objections(self, flow, flow.peer, "peer"),
            *_namespace_objections(flow.subject, flow.peer),
        )


def _kind_objections(space: Space, flow: Flow) -> Iterator[str]:
    if flow.subject.kind not in space.subject_kinds:
        yield f"no subject is a {flow.subject.kind.value}"
    if flow.peer.kind not in space.peer_kinds:
        yield f"no peer is a {flow.peer.kind.value}"
    if flow.subject.kind is Kind.HOST and flow.peer.kind is Kind.HOST:
        yield "a node does not meet itself"


def _traffic_objections(space: Space, flow: Flow) -> Iterator[str]:
    for kind in (flow.subject.kind, flow.peer.kind):
        if flow.family not in space.families_of(kind):
            yield f"no {kind.value} has an IPv{flow.family.value} address"
    for port in (flow.port, flow.source_port):
        if (port > 0) != (flow.protocol in PORTED):
            yield f"port {port} of protocol {flow.protocol}"
    if flow.protocol not in (ICMP, ICMPV6) and (flow.icmp_type or flow.icmp_code):
        yield f"an ICMP type in protocol {flow.protocol}"
    if not space.cross_family_icmp and flow.protocol in (ICMP, ICMPV6):
        own = Family.V4 if flow.protocol == ICMP else Family.V6
        if flow.family is not own:
            yield "ICMP of the other family"
    if flow.request is not None and flow.protocol not in PORTED:
        yield "a request without a port"
    parsers = {parser(one) for one in flow.request or () if isinstance(one, HttpMethod | HttpPath | Request)} - {""}
    if len(parsers) > 1:
        yield f"one request of {' and '.join(sorted(parsers))}"
    if "http" in parsers and flow.protocol != TCP:
        yield "HTTP over another protocol than TCP"


def _endpoint_objections(space: Space, flow: Flow, endpoint: Endpoint, name: str) -> Iterator[str]:
    kind = endpoint.kind
    for attribute in endpoint.attributes:
        if kind not in BEARERS[attribute.scope]:
            yield f"{name}: {attribute} on a {kind.value}"
    if kind is Kind.POD:
        for attribute in MANDATORY:
            if attribute not in endpoint.attributes:
                yield f"{name}: no {attribute}"
        if endpoint.attributes.get(CLUSTER_NAME) != space.cluster:
            yield f"{name}: not in cluster {space.cluster}"
    address, allowed = endpoint.address(flow.family), space.addresses(kind)
    if address is None:
        yield f"{name}: no address of the flow's family"
    elif isinstance(allowed, Addresses) and address not in allowed:
        yield f"{name}: {address} is no address of a {kind.value}"
    if endpoint.named_ports and kind not in space.named_port_kinds:
        yield f"{name}: named ports on a {kind.value}"
    if any(port.protocol not in DECLARABLE or port.number == 0 for port in endpoint.named_ports):
        yield f"{name}: a named port without a port"
    for fact in endpoint.facts:
        if isinstance(fact, BackendOf):
            if kind not in space.backend_kinds:
                yield f"{name}: a {kind.value} as a backend"
            if fact.with_port and (
                BackendOf(fact.namespace, fact.name, False) not in endpoint.facts or flow.protocol not in DECLARABLE
            ):
                yield f"{name}: {fact}, but no backend"
        if isinstance(fact, Named) and kind not in space.named_kinds:
            yield f"{name}: a name for a {kind.value}"


def _namespace_objections(one: Endpoint, other: Endpoint) -> Iterator[str]:
    if one.kind is not Kind.POD or other.kind is not Kind.POD:
        return
    if one.attributes.get(NAMESPACE) != other.attributes.get(NAMESPACE):
        return
    if _scoped(one, Scope.NAMESPACE) != _scoped(other, Scope.NAMESPACE):
        yield "one namespace with two sets of labels"
    if one.attributes.get(SERVICE_ACCOUNT) == other.attributes.get(SERVICE_ACCOUNT) and _scoped(
        one, Scope.SERVICE_ACCOUNT
    ) != _scoped(other, Scope.SERVICE_ACCOUNT):
        yield "one service account with two sets of labels"


def _scoped(endpoint: Endpoint, scope: Scope) -> dict[str, str]:
    return {each.key: value for each, value in endpoint.attributes.items() if each.scope is scope}
