"""Sets of IP addresses of both families."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from npconv.dataclass import dataclass
from npconv.hashed import Hashed
from npconv.ir.cidrs import Ranges, ranges
from npconv.ir.intervals import Intervals

V4_TOP = (1 << 32) - 1
V6_TOP = (1 << 128) - 1


@dataclass(frozen=True, slots=True)
class Addresses(Hashed):
    """A set of IPv4 and IPv6 addresses, as numbers."""

    v4: Intervals
    v6: Intervals

    @classmethod
    def of(cls, cidrs: Iterable[str]) -> Addresses:
        """The union of CIDRs (or bare addresses); host bits are masked off.

        Raises ValueError if one of them is no address at all: callers validate first.
        """
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for text in cidrs:
            network = ipaddress.ip_network(text, strict=False)
            spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
        return cls(Intervals.of(V4_TOP, spans[4]), Intervals.of(V6_TOP, spans[6]))

    @property
    def is_empty(self) -> bool:
        """Whether no address is in it."""
        return self.v4.is_empty and self.v6.is_empty

    @property
    def is_full(self) -> bool:
        """Whether every address of both families is in it."""
        return self.v4.is_full and self.v6.is_full

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address):
            return False
        return int(address) in (self.v4 if address.version == 4 else self.v6)

    def __and__(self, other: Addresses) -> Addresses:
        return Addresses(self.v4 & other.v4, self.v6 & other.v6)

    def __or__(self, other: Addresses) -> Addresses:
        return Addresses(self.v4 | other.v4, self.v6 | other.v6)

    def __invert__(self) -> Addresses:
        return Addresses(~self.v4, ~self.v6)

    @lru_cache(maxsize=1 << 12)  # noqa: B019 - sets of addresses are values, and the cache is bounded
    def cidrs(self) -> tuple[str, ...]:
        """The fewest CIDRs that cover exactly this set, IPv4 first, ascending."""
        found: list[str] = []
        for low, high in self.v4.spans:
            first4, last4 = ipaddress.IPv4Address(low), ipaddress.IPv4Address(high)
            found += [str(net) for net in ipaddress.summarize_address_range(first4, last4)]
        for low, high in self.v6.spans:
            first6, last6 = ipaddress.IPv6Address(low), ipaddress.IPv6Address(high)
            found += [str(net) for net in ipaddress.summarize_address_range(first6, last6)]
        return tuple(found)

    @lru_cache(maxsize=1 << 12)  # noqa: B019 - the same
    def ranges(self) -> Ranges:
        """The set as few CIDRs with exceptions, as a person would write it; IPv4 first, ascending."""
        return (*ranges(self.v4, 32), *ranges(self.v6, 128))

    def __str__(self) -> str:
        if self.is_full:
            return "any"
        listed = (cidr + (f" except {', '.join(without)}" if without else "") for cidr, without in self.ranges())
        return "{" + ", ".join(listed) + "}"


ALL_V4 = Addresses(Intervals.all(V4_TOP), Intervals.none(V6_TOP))
ALL_V6 = Addresses(Intervals.none(V4_TOP), Intervals.all(V6_TOP))
EVERY_ADDRESS = ALL_V4 | ALL_V6
NO_ADDRESS = ~EVERY_ADDRESS
