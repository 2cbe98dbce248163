"""Clauses of one rule -> entries of `ingress`, `ingressDeny`, `egress` and `egressDeny`.

A rule of the source becomes one entry where it can: entries name one kind of peer and either ports or ICMP types
(facts/cilium.md 1.5), so a rule with several of them becomes several entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from npconv.dialects.cilium.lower_ports import Traffic, chunked_ports, traffic
from npconv.dialects.cilium.lower_requests import EVERY_NAME, NOTHING, Asked, asked
from npconv.dialects.cilium.lower_selectors import Peers, Writing, peers
from npconv.dialects.cilium.model import (
    Authentication,
    EgressDenyRule,
    EgressRule,
    IngressDenyRule,
    IngressRule,
)
from npconv.dialects.cilium.model_peers import CIDRRule
from npconv.dialects.cilium.model_ports import PortDenyRule, PortRule
from npconv.lowering.cube import Cube, covers

_MOST_COMPARED = 100
"""How many clauses of a rule are compared with one another."""

Meant: TypeAlias = tuple[Cube, Cube, Cube]
"""The peer, traffic and request of a clause."""

Said: TypeAlias = tuple[Peers, Traffic, Asked]
"""What an entry says."""


def ingress(found: Iterable[Said]) -> tuple[IngressRule, ...]:
    """What Allows say, as entries of `ingress`."""
    return tuple(
        IngressRule(
            from_endpoints=one.endpoints or None,
            from_entities=one.entities or None,
            from_cidr=_plain(one.cidrs),
            from_cidr_set=_with_exceptions(one.cidrs),
            to_ports=_port_rules(said, requests),
            icmps=said.icmps or None,
            authentication=_authentication(requests),
        )
        for one, said, requests in found
    )


def ingress_deny(found: Iterable[Said]) -> tuple[IngressDenyRule, ...]:
    """What Denies say, as entries of `ingressDeny`."""
    return tuple(
        IngressDenyRule(
            from_endpoints=one.endpoints or None,
            from_entities=one.entities or None,
            from_cidr=_plain(one.cidrs),
            from_cidr_set=_with_exceptions(one.cidrs),
            to_ports=_port_deny_rules(said),
            icmps=said.icmps or None,
        )
        for one, said, _ in found
    )


def egress(found: Iterable[Said]) -> tuple[EgressRule, ...]:
    """What Allows say, as entries of `egress`."""
    return _egress(found)


def egress_beside_names(found: Iterable[Said]) -> tuple[EgressRule, ...]:
    """The same, where an entry of the same rule names DNS names.

    Cilium learns what names stand for from the answers that pass its DNS proxy, and sends there what a rule with
    `dns` is about (facts/cilium.md 2.8). Beside names, plain Allows of port 53 get such a rule for every name: the
    two are one filter, which lets pass what the plain one does (oracle case 60).
    """
    return _egress(found, EVERY_NAME)


def _egress(found: Iterable[Said], *of_dns: Asked) -> tuple[EgressRule, ...]:
    return tuple(
        EgressRule(
            to_endpoints=one.endpoints or None,
            to_entities=one.entities or None,
            to_cidr=_plain(one.cidrs),
            to_cidr_set=_with_exceptions(one.cidrs),
            to_fqdns=one.names or None,
            to_ports=_port_rules(said, requests, *(of_dns if _is_dns(said, requests) else ())),
            icmps=said.icmps or None,
            authentication=_authentication(requests),
        )
        for one, said, requests in found
    )


def egress_deny(found: Iterable[Said]) -> tuple[EgressDenyRule, ...]:
    """What Denies say, as entries of `egressDeny`."""
    return tuple(
        EgressDenyRule(
            to_endpoints=one.endpoints or None,
            to_entities=one.entities or None,
            to_cidr=_plain(one.cidrs),
            to_cidr_set=_with_exceptions(one.cidrs),
            to_ports=_port_deny_rules(said),
            icmps=said.icmps or None,
        )
        for one, said, _ in found
    )


def said_of(clauses: Sequence[Meant], writing: Writing) -> Iterator[Said]:
    """What the clauses of one rule of the source say: a peer of one kind, its traffic, and what is asked of that."""
    for cubes, said in _by_peer(_widest(clauses)):
        for traffics, requests in said:
            for one in peers(cubes, writing):
                for entry in traffic(traffics):
                    yield one, entry, requests


def _widest(clauses: Sequence[Meant]) -> Sequence[Meant]:
    """A rule's clauses without those that another one holds: nobody writes `app: web` beside every pod."""
    if len(clauses) == 1 or len(clauses) > _MOST_COMPARED:
        return clauses
    kept = list(clauses)
    for one in clauses:
        if any(other is not one and all(map(covers, other, one)) for other in kept):
            kept.remove(one)
    return kept


def _by_peer(clauses: Iterable[Meant]) -> Iterator[tuple[tuple[Cube, ...], list[tuple[tuple[Cube, ...], Asked]]]]:
    """A rule's clauses as products of peers and traffic: peers that may do the same stand together."""
    by_peer: dict[Cube, list[tuple[Cube, Cube]]] = {}
    for peer, what, request in clauses:
        by_peer.setdefault(peer, []).append((what, request))
    alike: dict[tuple[tuple[Cube, Cube], ...], list[Cube]] = {}
    for peer, together in by_peer.items():
        alike.setdefault(tuple(dict.fromkeys(together)), []).append(peer)
    for said, those in alike.items():
        yield tuple(those), list(_by_request(said))


def _by_request(said: Iterable[tuple[Cube, Cube]]) -> Iterator[tuple[tuple[Cube, ...], Asked]]:
    requests: dict[Cube, list[Cube]] = {}
    for traffic_cube, request in said:
        requests.setdefault(traffic_cube, []).append(request)
    alike: dict[tuple[Asked, ...], list[Cube]] = {}
    for traffic_cube, found in requests.items():
        alike.setdefault(asked(found), []).append(traffic_cube)
    for what, traffics in alike.items():
        yield from ((tuple(traffics), one) for one in what)


def _plain(cidrs: tuple[CIDRRule, ...]) -> tuple[str, ...] | None:
    """`fromCIDR` and `toCIDR` serve where every CIDR stands for itself: no exceptions, no groups."""
    if not cidrs or any(rule.except_ or rule.cidr is None for rule in cidrs):
        return None
    return tuple(rule.cidr for rule in cidrs if rule.cidr is not None)


def _with_exceptions(cidrs: tuple[CIDRRule, ...]) -> tuple[CIDRRule, ...] | None:
    return cidrs if cidrs and _plain(cidrs) is None else None


def _authentication(requests: Asked) -> Authentication | None:
    return Authentication(mode=requests.authentication) if requests.authentication else None


def _is_dns(said: Traffic, requests: Asked) -> bool:
    """Whether an entry is how pods reach a DNS server: port 53 alone, and nothing asked of what is sent there."""
    return requests == NOTHING and bool(said.ports) and all(one.port == "53" and not one.end_port for one in said.ports)


def _port_rules(said: Traffic, *requests: Asked) -> tuple[PortRule, ...] | None:
    return (
        tuple(
            PortRule(ports=chunk, rules=one.rules, server_names=one.server_names or None)
            for one in requests
            for chunk in chunked_ports(_numbered(said, one).ports)
        )
        or None
    )


def _numbered(said: Traffic, requests: Asked) -> Traffic:
    """Port 0 (every port) is not allowed beside layer 7 rules: the range of all ports is."""
    if requests.rules is None:
        return said
    ports = tuple(replace(port, port="1", end_port=65535) if port.port == "0" else port for port in said.ports)
    return Traffic(ports=ports, icmps=said.icmps)


def _port_deny_rules(said: Traffic) -> tuple[PortDenyRule, ...] | None:
    return tuple(PortDenyRule(ports=chunk) for chunk in chunked_ports(said.ports)) or None
