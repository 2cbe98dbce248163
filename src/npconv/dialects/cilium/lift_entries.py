"""Entries of `ingress`, `egress` and their denies -> peers and ports. Decides what absent and empty lists mean.

An absent list of peers is anybody, an empty one nobody, and some empty ones count as absent (facts 2.1, 2.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium import (
    labels,
    lift_addresses,
    lift_entities,
    lift_ports,
    lift_requests,
    lift_selectors,
    lift_services,
)
from npconv.dialects.cilium.lift_addresses import CIDRGroups
from npconv.dialects.cilium.lift_ports import EVERYTHING, Key
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.model import (
    EgressCommonRule,
    EgressDenyRule,
    EgressRule,
    IngressCommonRule,
    IngressDenyRule,
    IngressRule,
)
from npconv.dialects.cilium.model_ports import ICMPRule, PortDenyRule, PortRule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, Condition, both
from npconv.ir.policy import Direction
from npconv.source.label_selector import LabelSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an entry's meaning depends on besides the entry. `namespace` is empty for clusterwide policies."""

    namespace: str
    subject_has_init: bool
    profile: CiliumProfile
    groups: CIDRGroups
    services: Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A port rule of an entry, or its ICMP types, or everything. `rule` is what may ride on the ports."""

    keys: tuple[Key, ...]
    rule: PortRule | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, settled: it is about any of the peers, and any of the parts. No peers: about nothing."""

    direction: Direction
    peers: tuple[Condition, ...]
    parts: tuple[Part, ...]
    authentication: str = ""
    origin: Origin | None = None

    def request(self, part: Part, profile: CiliumProfile) -> Condition:
        """What a part asks of requests and connections beyond layers 3 and 4."""
        asked = ALWAYS if part.rule is None else lift_requests.condition(part.rule, profile)
        return both(asked, lift_requests.authentication(self.authentication))


def ingress(entry: IngressRule | IngressDenyRule, context: Context) -> Entry:
    """An ingress entry."""
    return Entry(
        direction=Direction.INGRESS,
        peers=_sources(entry, context, with_ports=bool(entry.to_ports or entry.icmps)),
        parts=_parts(entry.to_ports, entry.icmps, context.profile),
        authentication=_authentication(entry),
        origin=entry.origin,
    )


def egress(entry: EgressRule | EgressDenyRule, context: Context) -> Entry:
    """An egress entry. Services in a deny are never looked up, so that it is as if none were named (facts 2.9)."""
    extra: tuple[Condition, ...] = ()
    if isinstance(entry, EgressRule):
        extra = (
            *lift_services.peers(entry.to_services or (), context.profile, context.services),
            *(lift_addresses.dns_name(name, context.profile) for name in entry.to_fqdns or ()),
        )
    return Entry(
        direction=Direction.EGRESS,
        peers=_destinations(entry, extra, context, with_ports=bool(entry.to_ports or entry.icmps)),
        parts=_parts(entry.to_ports, entry.icmps, context.profile),
        authentication=_authentication(entry),
        origin=entry.origin,
    )


def _sources(entry: IngressCommonRule, context: Context, *, with_ports: bool) -> tuple[Condition, ...]:
    closing = (entry.from_endpoints, entry.from_nodes, entry.from_entities, entry.from_cidr, entry.from_cidr_set)
    found = [
        *_endpoints(entry.from_endpoints, context),
        *_nodes(entry.from_nodes, context.profile),
        *(lift_entities.condition(one, context.profile) for one in entry.from_entities or ()),
        *(lift_addresses.cidr(one, context.profile) for one in entry.from_cidr or ()),
        *(lift_addresses.cidr_rule(one, context.profile, context.groups) for one in entry.from_cidr_set or ()),
        *(lift_addresses.cloud_group(one) for one in entry.from_groups or ()),
    ]
    return _settled(closing, found, with_ports=with_ports)


def _destinations(
    entry: EgressCommonRule, extra: Sequence[Condition], context: Context, *, with_ports: bool
) -> tuple[Condition, ...]:
    closing = (entry.to_endpoints, entry.to_nodes, entry.to_entities, entry.to_cidr, entry.to_cidr_set)
    found = [
        *_endpoints(entry.to_endpoints, context),
        *_nodes(entry.to_nodes, context.profile),
        *(lift_entities.condition(one, context.profile) for one in entry.to_entities or ()),
        *(lift_addresses.cidr(one, context.profile) for one in entry.to_cidr or ()),
        *(lift_addresses.cidr_rule(one, context.profile, context.groups) for one in entry.to_cidr_set or ()),
        *(lift_addresses.cloud_group(one) for one in entry.to_groups or ()),
        *extra,
    ]
    return _settled(closing, found, with_ports=with_ports)


def _settled(
    closing: Iterable[tuple[object, ...] | None], found: Sequence[Condition], *, with_ports: bool
) -> tuple[Condition, ...]:
    """Nobody, if a list that closes is empty (oracle cases 04, 19, 23b); anybody, if no peer is said but ports are.

    An entry that says neither is about nothing (02), as is one whose ports are an empty list (G12).
    """
    if any(one is not None and not one for one in closing):
        return ()
    if found:
        return tuple(dict.fromkeys(found))
    return (ALWAYS,) if with_ports else ()


def _endpoints(selectors: tuple[LabelSelector, ...] | None, context: Context) -> list[Condition]:
    scoped = (
        labels.inject_peer(one, context.namespace, context.profile, subject_has_init=context.subject_has_init)
        for one in selectors or ()
    )
    return [lift_selectors.condition(one, context.profile) for one in scoped]


def _nodes(selectors: tuple[LabelSelector, ...] | None, profile: CiliumProfile) -> list[Condition]:
    return [lift_selectors.on_nodes(labels.inject_node(one, profile), profile) for one in selectors or ()]


def _parts(
    to_ports: Sequence[PortDenyRule] | None, icmps: tuple[ICMPRule, ...] | None, profile: CiliumProfile
) -> tuple[Part, ...]:
    """Absent and empty `toPorts` and `icmps` are for every protocol (oracle cases 10, 12, F9)."""
    if to_ports:
        return tuple(
            Part(
                keys=lift_ports.port_keys(one, profile),
                rule=one if isinstance(one, PortRule) else None,
                origin=one.origin,
            )
            for one in to_ports
        )
    if icmps:
        return (Part(keys=lift_ports.icmp_keys(icmps)),)
    return (Part(keys=(EVERYTHING,)),)


def _authentication(entry: IngressRule | IngressDenyRule | EgressRule | EgressDenyRule) -> str:
    if isinstance(entry, IngressRule | EgressRule) and entry.authentication is not None:
        return entry.authentication.mode
    return ""
