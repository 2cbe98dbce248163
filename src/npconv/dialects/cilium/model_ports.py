"""Cilium ports as data: port rules with what may ride on them, and ICMP types."""

from __future__ import annotations

from functools import lru_cache

from npconv.dataclass import dataclass
from npconv.dialects.cilium.model_l7 import L7Rules, Secret
from npconv.dialects.cilium.model_node import Node
from npconv.pattern import pattern

_SERVICE_NAME = pattern(r"(?:[a-zA-Z0-9]-?)*[a-zA-Z](?:-?[a-zA-Z0-9])*")
_NUMBERS = (
    (pattern(r"0|[1-9](?:_?[0-9])*"), 10),
    (pattern(r"0[xX](?:_?[0-9a-fA-F])+"), 16),
    (pattern(r"0[bB](?:_?[01])+"), 2),
    (pattern(r"0[oO]?(?:_?[0-7])+"), 8),
)

ICMP_TYPES: dict[str, dict[str, int]] = {
    "IPv4": {
        "EchoReply": 0,
        "DestinationUnreachable": 3,
        "Redirect": 5,
        "Echo": 8,
        "EchoRequest": 8,
        "RouterAdvertisement": 9,
        "RouterSelection": 10,
        "TimeExceeded": 11,
        "ParameterProblem": 12,
        "Timestamp": 13,
        "TimestampReply": 14,
        "Photuris": 40,
        "ExtendedEchoRequest": 42,
        "ExtendedEchoReply": 43,
    },
    "IPv6": {
        "DestinationUnreachable": 1,
        "PacketTooBig": 2,
        "TimeExceeded": 3,
        "ParameterProblem": 4,
        "EchoRequest": 128,
        "EchoReply": 129,
        "MulticastListenerQuery": 130,
        "MulticastListenerReport": 131,
        "MulticastListenerDone": 132,
        "RouterSolicitation": 133,
        "RouterAdvertisement": 134,
        "NeighborSolicitation": 135,
        "NeighborAdvertisement": 136,
        "RedirectMessage": 137,
        "RouterRenumbering": 138,
        "ICMPNodeInformationQuery": 139,
        "ICMPNodeInformationResponse": 140,
        "InverseNeighborDiscoverySolicitation": 141,
        "InverseNeighborDiscoveryAdvertisement": 142,
        "HomeAgentAddressDiscoveryRequest": 144,
        "HomeAgentAddressDiscoveryReply": 145,
        "MobilePrefixSolicitation": 146,
        "MobilePrefixAdvertisement": 147,
        "DuplicateAddressRequestCodeSuffix": 157,
        "DuplicateAddressConfirmationCodeSuffix": 158,
        "ExtendedEchoRequest": 160,
        "ExtendedEchoReply": 161,
    },
}
"""The ICMP type names of each family, as Cilium numbers them (pkg/policy/api/icmp.go)."""


@lru_cache(maxsize=1 << 10)
def is_service_name(text: str) -> bool:
    """Whether Cilium takes this for a port name (pkg/iana), which it asks before numbers: `0x50` is a name."""
    return 0 < len(text) <= 15 and _SERVICE_NAME.fullmatch(text) is not None


@lru_cache(maxsize=1 << 10)
def port_number(text: str) -> int | None:
    """The number that Cilium reads: Go's `ParseUint(text, 0, 16)`, so `0100` is 64 and `080` none at all."""
    for form, base in _NUMBERS:
        if form.fullmatch(text):
            digits = text.replace("_", "").lower()
            digits = digits.removeprefix({16: "0x", 2: "0b", 8: "0o"}.get(base, ""))
            number = int(digits, base) if len(digits) <= 20 else 1 << 64
            return number if number <= 65535 else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortProtocol(Node):
    """A port, a range of ports, or a named port, of one protocol or of TCP, UDP and SCTP (absent or `ANY`)."""

    port: str | None = None
    end_port: int | None = None
    protocol: str | None = None

    @property
    def name(self) -> str | None:
        """The name, lower-cased as Cilium compares it, if `port` is one."""
        return self.port.lower() if self.port is not None and is_service_name(self.port) else None

    @property
    def number(self) -> int | None:
        """The number, if `port` is one; 0 stands for every port."""
        return port_number(self.port) if self.port is not None and self.name is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSContext(Node):
    """Where TLS is ended or begun anew, and with which secret."""

    secret: Secret
    trusted_ca: str | None = None
    certificate: str | None = None
    private_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvoyConfig(Node):
    """A CiliumEnvoyConfig or CiliumClusterwideEnvoyConfig, by name."""

    name: str
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener(Node):
    """An Envoy listener that traffic is sent through. `priority` only picks among listeners."""

    envoy_config: EnvoyConfig
    name: str
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortDenyRule(Node):
    """An entry of `toPorts` of a deny: ports only. No list, or an empty one, denies nothing."""

    ports: tuple[PortProtocol, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRule(PortDenyRule):
    """An entry of `toPorts` of an allow (pkg/policy/api/l4.go). No ports allow nothing."""

    terminating_tls: TLSContext | None = None
    originating_tls: TLSContext | None = None
    server_names: tuple[str, ...] | None = None
    listener: Listener | None = None
    rules: L7Rules | None = None

    @property
    def says_more(self) -> bool:
        """Whether it says anything but ports."""
        contexts = (self.terminating_tls, self.originating_tls, self.listener, self.rules)
        return bool(self.server_names) or any(one is not None for one in contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ICMPField(Node):
    """One ICMP type, by number or name; Cilium has no ICMP codes. Absent family means IPv4."""

    type: int | str
    family: str | None = None

    @property
    def number(self) -> int | None:
        """The type's number; None if it is a name that the family does not have."""
        text = str(self.type)
        if text.isascii() and text.lstrip("+-").isdigit():
            return int(text)
        return ICMP_TYPES["IPv6" if self.family == "IPv6" else "IPv4"].get(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ICMPRule(Node):
    """An entry of `icmps`; no fields match nothing."""

    fields: tuple[ICMPField, ...] | None = None
