"""Text such as `shop/app=web@builder` or `8.8.8.8:53/udp` -> an endpoint, and what is sent to it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.cluster.model import Cluster
from npconv.ir.dimensions import Fact, Kind
from npconv.lowering.addresses import AddressPlan, Region
from npconv.pattern import pattern
from npconv.pipeline.endpoints import PROTOCOLS, Existing, as_existing, existing, find_pod, parsed, pod_attributes
from npconv.pipeline.existing import Traffic
from npconv.pipeline.requests import names_of
from npconv.semantics.flow import ICMP, ICMPV6, TCP, Address, Endpoint, NamedPort
from npconv.source import names

_POD: Final = pattern(
    r"(?P<namespace>[^/{@]+)(\{(?P<namespace_labels>[^}]*)\})?/(?P<what>[^@]*)(@(?P<account>[^{]+)(\{(?P<account_labels>[^}]*)\})?)?"
)
_OUTSIDE: Final = ("203.0.113.10", "2001:db8::10")
_SOURCE_PORT: Final = 50_000


class EndpointError(Exception):
    """Why a text names no endpoint; the text is for users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known where an endpoint is looked up. `facts` are those that the policies ask for."""

    cluster: Cluster | None
    plan: AddressPlan
    facts: frozenset[Fact]
    cluster_name: str = "default"
    hosts: tuple[HostEndpoint, ...] = ()


def split(text: str) -> tuple[str, str]:
    """An endpoint and, behind the last colon, what is sent to it; an IPv6 address with a port is in brackets."""
    if _ip(text) is not None:
        return text, ""
    if text.startswith("["):
        inside, _, rest = text[1:].partition("]")
        return inside, rest.removeprefix(":")
    endpoint, colon, traffic = text.rpartition(":")
    return (endpoint, traffic) if colon else (text, "")


def endpoint(text: str, known: Surroundings, offset: int = 5) -> Existing:
    """The endpoint that a text names. Raises EndpointError.

    Where nothing says its address, it gets the one at `offset` of where its kind has them.
    """
    address = _ip(text)
    if address is not None:
        return _of_address(address, known)
    match text:
        case "host" | "node":
            return _node(Kind.HOST, "the other end's own node", known)
        case "remote-node":
            return _node(Kind.REMOTE_NODE, "another node", known)
        case "world":
            return _outside((), "outside address")
        case _:
            pass
    found = _POD.fullmatch(text)
    if found is not None:
        return _of_pod(found, known, offset)
    if "." in text and not names.dns_subdomain(text.lower().rstrip(".")):
        return _outside(names_of(known.facts, text), text)
    raise EndpointError(
        f"expected `namespace/pod`, `namespace/label=value`, an address, a DNS name, `host`, `remote-node` or `world` "
        f"(found `{text}`)"
    )


def traffic(text: str, destination: Endpoint) -> tuple[Traffic, Endpoint]:
    """What is sent, and the destination with the port name that was given to it. Raises EndpointError.

    `5432/tcp`, `5432`, `http` (as the pod calls it), `http=8080`, `icmp`, `icmp/8/0`.
    """
    head, *rest = text.split("/")
    if head in ("icmp", "icmpv6"):
        numbers = [_number(one, 255, text) for one in rest] + [0, 0]
        echo = 8 if head == "icmp" else 128
        sent = Traffic(ICMP if head == "icmp" else ICMPV6, icmp_type=numbers[0] if rest else echo, icmp_code=numbers[1])
        return sent, destination
    protocol = PROTOCOLS.get((rest[0] if rest else "tcp").upper())
    if protocol is None or len(rest) > 1:
        listed = ", ".join(f"`{one.lower()}`" for one in PROTOCOLS)
        raise EndpointError(f"expected `port/protocol` with {listed}, or `icmp` (found `{text}`)")
    name, equals, number = head.partition("=")
    if equals:
        port = NamedPort(name, protocol, _port(number, text))
        destination = replace(destination, named_ports=(*destination.named_ports, port))
        return Traffic(protocol, port=port.number, source_port=_SOURCE_PORT), destination
    if head.isdigit():
        return Traffic(protocol, port=_port(head, text), source_port=_SOURCE_PORT), destination
    for port in destination.named_ports:
        if (port.name, port.protocol) == (head, protocol):
            return Traffic(protocol, port=port.number, source_port=_SOURCE_PORT), destination
    raise EndpointError(f"{destination.title} declares no port `{head}`: say its number, as `{head}=8080`")


USUAL: Final = Traffic(TCP, port=80, source_port=_SOURCE_PORT)
"""What is asked for where nothing was said."""


def _of_pod(found: re.Match[str], known: Surroundings, offset: int) -> Existing:
    namespace, what = found["namespace"], found["what"]
    if what and "=" not in what:
        node = _named_node(what, known) if namespace == "node" else None
        if node is not None:
            return node
        pod = find_pod(known.cluster, namespace, what) if known.cluster is not None else None
        if pod is None:
            where = "in the cluster file" if known.cluster is not None else "known without a cluster file (`--cluster`)"
            raise EndpointError(f"no pod `{namespace}/{what}` is {where}")
        listed = as_existing(pod, known.cluster or Cluster(), known.cluster_name)
        if listed.endpoint.addresses:
            return listed
        region = known.plan.nodes if pod.host_network else known.plan.pods
        return replace(listed, endpoint=replace(listed.endpoint, addresses=_addresses(region, offset)))
    world = known.cluster or Cluster()
    account = found["account"] or "default"
    namespaces = {one.name: one.labels for one in world.namespaces}
    accounts = {(one.namespace, one.name): one.labels for one in world.service_accounts}
    labels = _labels(what)
    given = _labels(found["namespace_labels"]) if found["namespace_labels"] is not None else None
    account_given = _labels(found["account_labels"]) if found["account_labels"] is not None else None
    attributes = pod_attributes(
        namespace=namespace,
        namespace_labels=given if given is not None else namespaces.get(namespace, {}),
        labels=labels,
        account=account,
        account_labels=account_given if account_given is not None else accounts.get((namespace, account), {}),
        cluster_name=known.cluster_name,
    )
    said = " and ".join(f"{key}={value}" for key, value in labels.items()) or "no labels"
    title = f"pod with {said} in namespace {namespace}"
    addresses = _addresses(known.plan.pods, offset)
    return Existing(endpoint=Endpoint(kind=Kind.POD, attributes=attributes, addresses=addresses, title=title))


def _of_address(address: Address, known: Surroundings) -> Existing:
    """Whoever has an address in the cluster; else it is outside."""
    world = known.cluster or Cluster()
    for one in existing(world, known.cluster_name):
        if address in one.endpoint.addresses:
            return one
    for host in known.hosts:
        if address in parsed(host.expected_ips or ()):
            return _of_host(host)
    for service in world.services:
        if str(address) in service.cluster_ips:
            raise EndpointError(
                f"`{address}` is the address of service `{service.namespace}/{service.name}`: "
                f"policies see the pods behind it, so name one of them"
            )
    return Existing(endpoint=Endpoint(kind=Kind.OUTSIDE, addresses=(address,), title="outside address"))


def _named_node(name: str, known: Surroundings) -> Existing | None:
    """A node of the cluster file, or of a host endpoint."""
    for one in existing(known.cluster or Cluster(), known.cluster_name):
        if one.endpoint.kind is Kind.HOST and one.node == name:
            return one
    host = next((one for one in known.hosts if one.node == name), None)
    if host is None:
        return None
    found = _of_host(host)
    addresses = found.endpoint.addresses or _addresses(known.plan.nodes, 1)
    return replace(found, endpoint=replace(found.endpoint, addresses=addresses))


def _of_host(host: HostEndpoint) -> Existing:
    name = host.node or ""
    endpoint = Endpoint(kind=Kind.HOST, addresses=parsed(host.expected_ips or ()), title=f"node {name}")
    return Existing(endpoint=endpoint, node=name)


def _outside(facts: frozenset[Fact] | tuple[()], title: str) -> Existing:
    addresses = tuple(ipaddress.ip_address(text) for text in _OUTSIDE)
    return Existing(endpoint=Endpoint(kind=Kind.OUTSIDE, addresses=addresses, facts=frozenset(facts), title=title))


def _node(kind: Kind, title: str, known: Surroundings) -> Existing:
    addresses = _addresses(known.plan.nodes, 1)
    return Existing(endpoint=Endpoint(kind=kind, addresses=addresses, title=title))


def _addresses(region: Region, offset: int) -> tuple[Address, ...]:
    """An address of each family that a region has; of both, where nobody said what it has."""
    found: list[Address] = []
    v4, v6 = region.addresses.v4, region.addresses.v6
    if not v4.is_empty:
        low, high = v4.spans[0]
        found.append(ipaddress.IPv4Address(min(low + offset, high)))
    if region.assumed:
        found.append(ipaddress.IPv6Address("fd00:10::") + offset)
    elif not v6.is_empty:
        low, high = v6.spans[0]
        found.append(ipaddress.IPv6Address(min(low + offset, high)))
    return tuple(found)


def _labels(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = one.partition("=")
        problem = names.label_key(key) or names.label_value(value)
        if not equals or problem:
            raise EndpointError(f"expected `label=value` (found `{one}`)")
        found[key] = value
    return found


def _port(text: str, whole: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 65535:
        return int(text)
    raise EndpointError(f"expected a port from 1 to 65535 (found `{text}` in `{whole}`)")


def _number(text: str, top: int, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= top):
        raise EndpointError(f"expected a number of at most {top} (found `{text}` in `{whole}`)")
    return int(text)


def _ip(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
