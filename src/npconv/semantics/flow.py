"""One concrete flow: two endpoints, a direction, and what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Attribute, Fact, Family, Kind
from npconv.ir.policy import Direction

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

Address: TypeAlias = "IPv4Address | IPv6Address"

TCP, UDP, SCTP, ICMP, ICMPV6, UDPLITE = 6, 17, 132, 1, 58, 136


@dataclass(frozen=True, slots=True)
class NamedPort:
    """A port that an endpoint declares by name."""

    name: str
    protocol: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One end of a flow. Attributes that are not listed are absent."""

    kind: Kind
    attributes: Mapping[Attribute, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    named_ports: tuple[NamedPort, ...] = ()
    facts: frozenset[Fact] = frozenset()
    """What else is true of it, such as being a backend of a service, or reached by a name."""
    title: str = ""
    """How to call it in messages."""

    def address(self, family: Family) -> Address | None:
        """Its first address of a family, if it has one."""
        return next((one for one in self.addresses if one.version == family.value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow as one side sees it: `subject` is the side whose policies are asked.

    `port` and `source_port` are 0 for protocols without ports; `icmp_type` and `icmp_code` are 0 for others
    than ICMP. `request` is None for the connection itself, before any request is known; otherwise it lists
    the layer 7 facts that are true of the request.
    """

    direction: Direction
    subject: Endpoint
    peer: Endpoint
    protocol: int = TCP
    port: int = 0
    source_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0
    family: Family = Family.V4
    request: frozenset[Fact] | None = None

    @property
    def source(self) -> Endpoint:
        """The endpoint that opens the connection."""
        return self.peer if self.direction is Direction.INGRESS else self.subject

    @property
    def destination(self) -> Endpoint:
        """The endpoint that is connected to."""
        return self.subject if self.direction is Direction.INGRESS else self.peer
