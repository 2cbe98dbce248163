"""Entries of `ingress`, `egress` and their denies -> peers and ports. Decides what absent and empty lists mean.

An absent list of peers is anybody, an empty one nobody, and some empty ones count as absent (facts 2.1, 2.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from npconv.diagnostics.origin import Path
from npconv.dialects.cilium import (
    labels,
    lift_addresses,
    lift_entities,
    lift_ports,
    lift_requests,
    lift_selectors,
    lift_services,
)
from npconv.dialects.cilium.lift_context import Context, Installation
from npconv.dialects.cilium.lift_ports import EVERYTHING, Key
from npconv.dialects.cilium.lift_settled import Entry, Part, Said
from npconv.dialects.cilium.model import (
    EgressDenyRule,
    EgressRule,
    IngressDenyRule,
    IngressRule,
)
from npconv.dialects.cilium.model_ports import ICMPRule, PortDenyRule, PortRule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either
from npconv.ir.policy import Direction
from npconv.source.label_selector import LabelSelector


def ingress(entry: IngressRule | IngressDenyRule, context: Context) -> Entry:
    """An ingress entry."""
    return _known(Direction.INGRESS, entry, context)


def egress(entry: EgressRule | EgressDenyRule, context: Context) -> Entry:
    """An egress entry. Services in a deny are never looked up, so that it is as if none were named (facts 2.9)."""
    return _known(Direction.EGRESS, entry, context)


def _known(direction: Direction, entry: _AnyEntry, context: Context) -> Entry:
    known = context.entries.get(id(entry))
    if known is None:
        peers = _peers(entry, context, with_ports=bool(entry.to_ports or entry.icmps))
        known = context.entries[id(entry)] = _entry(direction, entry, peers, context)
    return known


def _entry(direction: Direction, entry: _AnyEntry, peers: tuple[Condition, ...], context: Context) -> Entry:
    parts = _parts(entry.to_ports, entry.icmps, context.where)
    mode = entry.authentication.mode if isinstance(entry, _ALLOWS) and entry.authentication is not None else ""
    peer = peers[0] if len(peers) == 1 else either(*peers)
    by_ports = bool(entry.to_ports)
    found = _said(parts, lift_requests.authentication(mode), by_ports=by_ports, allows=isinstance(entry, _ALLOWS))
    return Entry(
        direction=direction,
        peers=peers,
        parts=parts,
        by_ports=by_ports,
        authentication=mode,
        peer=peer,
        said=() if peer == NEVER else tuple(one for one in found if NEVER not in (one.traffic, one.request)),
    )


def _said(parts: tuple[Part, ...], asks: Condition, *, by_ports: bool, allows: bool) -> Iterator[Said]:
    """An allow's ports without layer 7 make one rule; its other port rules make their own. A deny is one rule."""
    plain: list[Key] = []
    for index, part in enumerate(parts):
        request = part.request if asks == ALWAYS else both(part.request, asks)
        if request == ALWAYS or not allows:
            plain += part.keys
        else:
            place: Path = ("toPorts", index) if by_ports else ()
            yield Said(traffic=part.traffic, request=request, place=place)
    if plain and len(parts) == 1:
        yield Said(traffic=parts[0].traffic, place=("toPorts", 0) if by_ports else ())
    elif plain:
        yield Said(traffic=lift_ports.traffic(tuple(plain)))


def _peers(entry: _AnyEntry, context: Context, *, with_ports: bool) -> tuple[Condition, ...]:
    given = entry.peers
    if () in (given.endpoints, given.nodes, given.entities, given.cidr, given.cidr_set):
        return ()
    where = context.where
    found = [context.peer(one) for one in given.endpoints or ()]
    if given.nodes:
        found += _nodes(given.nodes, where.profile)
    if given.entities:
        found += [lift_entities.condition(one, where.profile) for one in given.entities]
    if given.cidr:
        found += [lift_addresses.cidr(one, where.profile) for one in given.cidr]
    if given.cidr_set:
        found += [lift_addresses.cidr_rule(one, where.profile, where.groups) for one in given.cidr_set]
    if given.groups:
        found += [lift_addresses.cloud_group(one) for one in given.groups]
    if isinstance(entry, EgressRule):
        found += lift_services.peers(entry.to_services or (), where.profile, where.services)
        found += [lift_addresses.dns_name(name, where.profile) for name in entry.to_fqdns or ()]
    return _settled(found, with_ports=with_ports)


def _settled(found: Sequence[Condition], *, with_ports: bool) -> tuple[Condition, ...]:
    """Anybody, if no peer is said but ports are; an entry that says neither is about nothing (oracle case 02).

    So is one whose ports are an empty list (G12). An empty list of peers that closes is nobody (04, 19, 23b).
    """
    if found:
        return tuple(dict.fromkeys(found))
    return (ALWAYS,) if with_ports else ()


def _nodes(selectors: tuple[LabelSelector, ...] | None, profile: CiliumProfile) -> list[Condition]:
    return [lift_selectors.on_nodes(labels.inject_node(one, profile), profile) for one in selectors or ()]


def _parts(
    to_ports: Sequence[PortDenyRule] | None, icmps: tuple[ICMPRule, ...] | None, where: Installation
) -> tuple[Part, ...]:
    """Absent and empty `toPorts` and `icmps` are for every protocol (oracle cases 10, 12, F9)."""
    if to_ports:
        return tuple(_part(one, where) for one in to_ports)
    if icmps:
        keys = lift_ports.icmp_keys(icmps)
        return (Part(keys=keys, traffic=lift_ports.traffic(keys)),)
    return (_EVERYTHING,)


def _part(rule: PortDenyRule, where: Installation) -> Part:
    found = where.parts.get(id(rule))
    if found is None:
        keys = lift_ports.port_keys(rule, where.profile)
        said = rule if isinstance(rule, PortRule) and rule.says_more else None
        found = where.parts[id(rule)] = Part(
            keys=keys,
            traffic=lift_ports.traffic(keys),
            rule=said,
            request=ALWAYS if said is None else lift_requests.condition(said, where.profile),
        )
    return found


_AnyEntry: TypeAlias = IngressRule | IngressDenyRule | EgressRule | EgressDenyRule
_ALLOWS: Final = (IngressRule, EgressRule)
_EVERYTHING: Final = Part(keys=(EVERYTHING,), traffic=ALWAYS)
