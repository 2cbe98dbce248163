"""Cilium ports and ICMP types -> conditions on traffic. Decides what ANY, port 0 and odd numbers mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cilium.model_ports import ICMPField, ICMPRule, PortDenyRule, PortProtocol
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, within
from npconv.ir.dimensions import Axis, DstPortNamed
from npconv.ir.intervals import PORT_TOP, icmp, ports, protocols
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP

PROTOCOLS: Final[Mapping[str, int]] = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}
PORTED: Final = frozenset(PROTOCOLS.values())
EXTENDED: Final[Mapping[str, int]] = {
    "IGMP": 2,
    "IPIP": 4,
    "IPV6": 41,
    "GRE": 47,
    "ESP": 50,
    "AH": 51,
    "VRRP": 112,
}
"""Protocols without ports, enforced with `enable-extended-ip-protocols` only (facts 2.6)."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What Cilium merges rules by: a protocol with a range of ports, or with a port's name.

    `protocol` is -1 for every protocol; `first` and `last` are 0 for a whole protocol. ICMP types stand for ports.
    """

    protocol: int
    first: int = 0
    last: int = 0
    name: str = ""

    @property
    def condition(self) -> Condition:
        """The traffic that it covers."""
        if self.protocol < 0:
            return ALWAYS
        over = within(Axis.PROTOCOL, protocols(self.protocol))
        if self.name:
            return both(over, holds(DstPortNamed(self.name)))
        if self.first == 0:
            return over
        if self.protocol in (ICMP, ICMPV6):
            return both(over, within(Axis.ICMP_TYPE, icmp(self.first)))
        return both(over, within(Axis.DST_PORT, ports((self.first, self.last))))

    def __str__(self) -> str:
        """How messages call it: `53/TCP`."""
        if self.protocol < 0:
            return "every port"
        known = {number: name for name, number in (*PROTOCOLS.items(), *EXTENDED.items())}
        protocol = known.get(self.protocol, str(self.protocol))
        if self.name or self.first == 0:
            return f"{self.name or 'every port'}/{protocol}"
        span = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{span}/{protocol}"


EVERYTHING: Final = Key(-1)


def port_keys(rule: PortDenyRule, profile: CiliumProfile) -> tuple[Key, ...]:
    """What a port rule covers; no ports cover nothing (oracle case 09)."""
    return tuple(key for port in rule.ports or () for key in _keys(port, profile))


def icmp_keys(rules: tuple[ICMPRule, ...]) -> tuple[Key, ...]:
    """What ICMP rules cover; no fields cover nothing."""
    return tuple(_icmp(one) for rule in rules for one in rule.fields or () if one.number is not None)


def traffic(keys: tuple[Key, ...]) -> Condition:
    """Any of the keys, said briefly: protocols of the same ports together, and ports of the same protocols."""
    by_span: dict[tuple[int, int], set[int]] = {}
    by_name: dict[str, set[int]] = {}
    parts = []
    for key in keys:
        if key.name:
            by_name.setdefault(key.name, set()).add(key.protocol)
        elif key.first and key.protocol in PORTED:
            by_span.setdefault((key.first, key.last), set()).add(key.protocol)
        else:
            parts.append(key.condition)
    spans: dict[frozenset[int], list[tuple[int, int]]] = {}
    for span, numbers in by_span.items():
        spans.setdefault(frozenset(numbers), []).append(span)
    for members, listed in spans.items():
        parts.append(both(within(Axis.PROTOCOL, protocols(*members)), within(Axis.DST_PORT, ports(*listed))))
    for name, numbers in by_name.items():
        parts.append(both(within(Axis.PROTOCOL, protocols(*numbers)), holds(DstPortNamed(name))))
    return parts[0] if len(parts) == 1 else either(*parts)


def _keys(port: PortProtocol, profile: CiliumProfile) -> Iterator[Key]:
    for protocol in _protocols(port.protocol, profile):
        if port.name is not None:
            yield Key(protocol, name=port.name)
        elif protocol not in PORTED or not port.number:
            # Port 0 is the whole protocol, whatever `endPort` says (oracle cases 11, 59c), as is no port (13b).
            yield Key(protocol)
        else:
            last = port.end_port or 0
            # An `endPort` below the port does not count (oracle case 59b).
            yield Key(protocol, port.number, min(last, PORT_TOP) if last > port.number else port.number)


def _protocols(text: str | None, profile: CiliumProfile) -> tuple[int, ...]:
    """None and ANY are TCP, UDP and SCTP, not ICMP (pkg/u8proto SupportedProtocols; oracle case 11)."""
    name = (text or "ANY").upper()
    if name == "ANY":
        return tuple(PROTOCOLS.values())
    if name in PROTOCOLS:
        return (PROTOCOLS[name],)
    return (EXTENDED[name],) if name in EXTENDED and profile.extended_protocols else ()


def _icmp(field: ICMPField) -> Key:
    """A type, all codes. Type 0 becomes port 0, and with it every type (oracle case 71b)."""
    number = field.number or 0
    return Key(ICMPV6 if field.family == "IPv6" else ICMP, number, number)
