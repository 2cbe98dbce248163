"""Policies of a namespace -> addresses outside that stand for all: one for each part that they tell apart."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.k8s.model import IPBlock
from npconv.ir.addresses import V4_TOP, Addresses
from npconv.report.aks.parties import outside
from npconv.report.aks.party import Party
from npconv.report.aks.places import addresses_of
from npconv.report.aks.world import World

_USUAL: Final = ("203.0.113.10", "198.51.100.10", "192.0.2.10", "20.1.2.3", "10.0.0.10")
"""Addresses to show where a part has one of them: three are for documentation (RFC 5737)."""
_MOST: Final = 500
"""How many sorts of clients are asked about, the usual addresses and the largest parts first."""
_NOBODY: Final = Addresses.of(["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"])
"""What no client has (RFC 6890)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """A client, and all those that it stands for."""

    party: Party
    of: Addresses


def outsiders(world: World, namespace: str) -> tuple[Outsider, ...]:
    """The clients to ask about for pods of a namespace, those with a usual address first."""
    starts = {0}
    for one in world.policies:
        if one.name.namespace == namespace:
            for rule in one.stored.ingress or ():
                for peer in rule.peers or ():
                    if isinstance(peer, IPBlock):
                        for low, high in addresses_of(peer).v4.spans:
                            starts |= {low, high + 1}
    inside = world.places.pods.told | world.places.nodes.told | world.places.pods.seen | world.places.nodes.seen
    ordered = sorted(one for one in starts if one <= V4_TOP)
    found: list[Outsider] = []
    for start, end in zip(ordered, [*ordered[1:], V4_TOP + 1], strict=True):
        left = _part(start, end) & ~inside & ~_NOBODY
        if not left.v4.is_empty:
            found.append(Outsider(party=outside(_shown(left)), of=_part(start, end)))
    return tuple(sorted(found, key=lambda one: (_rank(one.party), -len(one.of.v4)))[:_MOST])


def _rank(party: Party) -> int:
    text = str(party.today.addresses[0])
    return _USUAL.index(text) if text in _USUAL else len(_USUAL)


def _shown(part: Addresses) -> str:
    usual = next((text for text in _USUAL if ipaddress.ip_address(text) in part), None)
    if usual is not None:
        return usual
    low, high = max(part.v4.spans, key=lambda span: span[1] - span[0])
    return str(ipaddress.IPv4Address(min(low + 1, high)))


@lru_cache(maxsize=256)
def _part(start: int, end: int) -> Addresses:
    first, last = ipaddress.IPv4Address(start), ipaddress.IPv4Address(end - 1)
    return Addresses.of(str(net) for net in ipaddress.summarize_address_range(first, last))
