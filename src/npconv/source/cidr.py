"""CIDR text to an address with its prefix length, read as Go reads it; knows no policy.

Two readings exist in Kubernetes. *Lenient*: `netutils.ParseCIDRSloppy` (k8s.io/utils/net), which takes leading
zeros for decimal (`010.0.0.0/08` is `10.0.0.0/8`); old clusters store what it accepts. *Strict*: `netip.ParsePrefix`,
which refuses them. Neither takes a zone or spaces.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_interface
from typing import Final, TypeAlias

from npconv.pattern import pattern

Interface: TypeAlias = IPv4Interface | IPv6Interface
"""An address and a prefix length; `.network` has the bits beyond the prefix cleared."""

_REMEMBERED: Final = 1 << 12
"""How many answers are kept: policies name the same ranges again and again."""

_PLAIN: Final = pattern(r"[0-9a-fA-F:.]+/[0-9]+")
_ZEROS: Final = pattern(r"(?<![0-9a-fA-F])0+(?=[0-9a-fA-F])")


@lru_cache(maxsize=_REMEMBERED)
def strict(text: str) -> Interface | None:
    """The CIDR as `netip.ParsePrefix` reads it, None if it is none. Bits beyond the prefix are allowed."""
    if not _PLAIN.fullmatch(text) or re.search(r"/0[0-9]", text):
        return None
    return _interface(text)


@lru_cache(maxsize=_REMEMBERED)
def lenient(text: str) -> Interface | None:
    """The CIDR as `netutils.ParseCIDRSloppy` reads it (leading zeros are decimal), None if it is none."""
    return _interface(_ZEROS.sub("", text)) if _PLAIN.fullmatch(text) else None


@lru_cache(maxsize=_REMEMBERED)
def usual_form(value: Interface) -> str:
    """The range as it is best written: no host bits, RFC 5952, and IPv4 as IPv4."""
    if isinstance(value, IPv6Interface) and value.network.prefixlen >= 96:
        mapped = value.network.network_address.ipv4_mapped
        if mapped is not None:
            return f"{mapped}/{value.network.prefixlen - 96}"
    return str(value.network)


def single(address: str | IPv4Address | IPv6Address) -> str:
    """The CIDR of one address, empty if the text is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    found = found if mapped is None else mapped
    return f"{found}/{found.max_prefixlen}"


def in_ipv4_mapped(value: Interface) -> bool:
    """Whether the address is IPv4 in IPv6 clothing (`::ffff:10.0.0.0`)."""
    return isinstance(value, IPv6Interface) and value.ip.ipv4_mapped is not None


@lru_cache(maxsize=_REMEMBERED)
def has_host_bits(value: Interface) -> bool:
    """Whether bits are set beyond the prefix, as in `10.0.0.5/24`."""
    return value.ip != value.network.network_address


def is_inside(inner: Interface, outer: Interface) -> bool:
    """Whether `inner` is a strict subset of `outer`: the same family, inside it, and smaller."""
    if isinstance(inner, IPv4Interface) and isinstance(outer, IPv4Interface):
        return inner.network != outer.network and inner.network.subnet_of(outer.network)
    if isinstance(inner, IPv6Interface) and isinstance(outer, IPv6Interface):
        return inner.network != outer.network and inner.network.subnet_of(outer.network)
    return False


def _interface(text: str) -> Interface | None:
    try:
        return ip_interface(text)
    except ValueError:
        return None
