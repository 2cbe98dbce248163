"""Policies, pods, nodes and the outside -> the flows to ask both engines about."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from npconv.dialects.k8s.model import Port, SelectorPeer
from npconv.dialects.k8s.placed import rules
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import PROTOCOLS
from npconv.pipeline.existing import Traffic
from npconv.report.aks.party import Party, sorts, together
from npconv.report.aks.world import Asked, OnePolicy, World
from npconv.semantics.flow import TCP, UDP, Address, Endpoint, Flow
from npconv.semantics.verdict import meets
from npconv.source.label_selector import LabelSelector, Operator

_SOURCE_PORT: Final = 50_000
ANY_PORT: Final = 65_000
"""A port that no rule is likely to ask for by number: it stands for all others."""
_OUTSIDE: Final = "203.0.113.10"
"""An address for documentation: nobody's (RFC 5737)."""
_NAMES: Final = {**{number: name for name, number in PROTOCOLS.items()}, 47: "other protocols"}
OTHER: Final = "other"
"""A value that labels of made-up pods have."""
NOBODY: Final = "another-namespace"
"""The namespace of a made-up pod that no policy is about."""


def nobody(world: World, address: Address | None = None) -> Party:
    """A pod without labels in a namespace that no policy is about."""
    return world.pods.made_up(NOBODY, {}, address)


def strangers(world: World, one: OnePolicy, labels: Mapping[str, str] | None = None) -> tuple[Party, ...]:
    """Pods of another namespace: without labels, and with every label that the policy's peers ask for, otherwise.

    `labels` are those that both have.
    """
    having = dict(labels or {})
    keys = {
        asked.key
        for rule in rules(one.stored)
        for peer, _ in rule.peers()
        if isinstance(peer, SelectorPeer) and peer.pod_selector is not None
        for asked in peer.pod_selector.requirements
    }
    others = {**dict.fromkeys(sorted(keys), OTHER), **having}
    made = [having] if others == having else [having, others]
    return tuple(world.pods.made_up(NOBODY, each, None) for each in made)


def selected(world: World, one: OnePolicy) -> tuple[Party, ...]:
    """The pods that a policy selects, each sort once; if there is none, what it would select, made up.

    Made-up pods have no other labels, or all that policies of the namespace ask for, with other values.
    """
    known = world.selected.get(one.name)
    if known is None:
        known = world.selected[one.name] = tuple(_selected(world, one)) or tuple(_imagined(world, one))
    return known


def _imagined(world: World, one: OnePolicy) -> Iterator[Party]:
    namespace = one.name.namespace
    least = example(one.stored.pod_selector or LabelSelector())
    yield world.pods.made_up(namespace, least, None)
    most = {**dict.fromkeys(sorted(world.subject_keys(namespace)), OTHER), **least}
    party = world.pods.made_up(namespace, most, None)
    if most != least and meets(one.tomorrow.subject, _probe(party), party.tomorrow):
        yield party


def _selected(world: World, one: OnePolicy) -> Iterator[Party]:
    for several in sorts(world.pods.of(one.name.namespace)):
        party = together(several)
        if meets(one.tomorrow.subject, _probe(party), party.tomorrow):
            yield party


def _probe(party: Party) -> Flow:
    return Flow(direction=Direction.INGRESS, subject=party.tomorrow, peer=party.tomorrow)


def example(selector: LabelSelector) -> dict[str, str]:
    """Labels that a selector selects, as few as there can be."""
    found: dict[str, str] = {}
    excluded: dict[str, set[str]] = {}
    for one in selector.requirements:
        if one.operator is Operator.NOT_IN:
            excluded.setdefault(one.key, set()).update(one.values or ())
    for one in selector.requirements:
        if one.operator is Operator.IN and one.key not in found:
            allowed = [value for value in one.values or () if value not in excluded.get(one.key, ())]
            found[one.key] = (allowed or list(one.values or ("",)))[0]
    for one in selector.requirements:
        if one.operator is Operator.EXISTS and one.key not in found:
            taken = excluded.get(one.key, set())
            candidates = ("x", *(f"x{number}" for number in range(len(taken))))
            found[one.key] = next(text for text in candidates if text not in taken)
    return found


def outside(address: str = _OUTSIDE) -> Party:
    """An address outside the cluster."""
    at = ipaddress.ip_address(address)
    return Party.of(Endpoint(kind=Kind.OUTSIDE, addresses=(at,), title=f"outside address {address}"))


def remote_node(address: Address | None = None, name: str = "") -> Party:
    """A node that the other end does not run on."""
    addresses = () if address is None else (address,)
    title = f"node {name}" if name else "another node"
    end = Party.of(Endpoint(kind=Kind.REMOTE_NODE, addresses=addresses, title=title))
    return replace(end, nodes=frozenset({name})) if name else end


def own_node(address: Address | None = None) -> Party:
    """The node that the other end runs on."""
    addresses = () if address is None else (address,)
    return Party.of(Endpoint(kind=Kind.HOST, addresses=addresses, title="its own node"))


def first_address(addresses: Addresses) -> Address | None:
    """The second IPv4 address of a set (the first is the network's own), or its only one."""
    if addresses.v4.is_empty:
        return None
    low, high = addresses.v4.spans[0]
    return ipaddress.IPv4Address(min(low + 1, high))


def ask(world: World, direction: Direction, subject: Party, peer: Party, sent: Traffic) -> Asked:
    """What both engines say of a flow between two parties."""

    def flow(one: Endpoint, other: Endpoint) -> Flow:
        return Flow(
            direction=direction,
            subject=one,
            peer=other,
            protocol=sent.protocol,
            port=sent.port,
            source_port=sent.source_port,
        )

    return world.ask(flow(subject.today, peer.today), flow(subject.tomorrow, peer.tomorrow))


def traffic_of(ports: Sequence[Port] | None, destination: Party) -> Iterator[tuple[Traffic, Party]]:
    """One sort of traffic for each item of `ports`, with its destination.

    Without any, it is TCP, and a protocol without ports. A port by name is what the destination declares; a made-up
    pod declares it.
    """
    if not ports:
        yield ANYTHING, destination
        yield OTHER_PROTOCOL, destination
    for one in ports or ():
        protocol = PROTOCOLS.get(one.protocol or "TCP", TCP)
        if isinstance(one.port, int):
            yield at_port(protocol, one.port), destination
        elif one.port is None:
            yield at_port(protocol, ANY_PORT), destination
        else:
            named = destination.declaring(one.port, protocol)
            for declared in named.tomorrow.named_ports:
                if (declared.name, declared.protocol) == (one.port, protocol):
                    yield at_port(protocol, declared.number), named


def flows(
    ports: Sequence[Port] | None, direction: Direction, subject: Party, peer: Party
) -> Iterator[tuple[Traffic, Party, Party]]:
    """The traffic of a rule between two parties, with both ends: the destination is the one that declares names."""
    if direction is Direction.INGRESS:
        for sent, own in traffic_of(ports, subject):
            yield sent, own, peer
    else:
        for sent, other in traffic_of(ports, peer):
            yield sent, subject, other


def at_port(protocol: int, number: int) -> Traffic:
    """Traffic to a port."""
    return Traffic(protocol, port=number, source_port=_SOURCE_PORT)


ANYTHING: Final = at_port(TCP, ANY_PORT)
"""Traffic that stands for all that no rule asks for by its port."""


OTHER_PROTOCOL: Final = Traffic(47)
"""GRE, which stands for the protocols that no rule asks for."""

EVERYTHING: Final = (ANYTHING, at_port(UDP, ANY_PORT), OTHER_PROTOCOL)
"""Traffic of each sort that a rule for all ports of a protocol may leave out."""


def traffic_text(sent: Traffic) -> str:
    """`8443/TCP`; `any port/TCP` for one that stands for all."""
    name = _NAMES.get(sent.protocol, f"protocol {sent.protocol}")
    return f"any port/{name}" if sent.port == ANY_PORT else f"{sent.port}/{name}" if sent.port else name


def titles(parties: Iterable[Party]) -> tuple[str, ...]:
    """The pods of some parties, each once, sorted."""
    return tuple(sorted({name for one in parties for name in one.pods}))
