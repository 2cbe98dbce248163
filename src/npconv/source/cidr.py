"""CIDR text to an address with its prefix length, read as Go reads it; knows no policy.

Two readings exist in Kubernetes. *Lenient*: `netutils.ParseCIDRSloppy` (k8s.io/utils/net), which takes leading
zeros for decimal (`010.0.0.0/08` is `10.0.0.0/8`); old clusters store what it accepts. *Strict*: `netip.ParsePrefix`,
which refuses them. Neither takes a zone or spaces.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from npconv.pattern import pattern

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

Interface: TypeAlias = "IPv4Interface | IPv6Interface"
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
    mapped = _mapped(value.network.network_address) if value.network.prefixlen >= 96 else None
    return str(value.network) if mapped is None else f"{mapped}/{value.network.prefixlen - 96}"


def single(address: str | IPv4Address | IPv6Address) -> str:
    """The CIDR of one address, empty if the text is none."""
    from ipaddress import ip_address  # noqa: PLC0415 - many policies name no address, and it is large

    try:
        found = ip_address(address)
    except ValueError:
        return ""
    found = _mapped(found) or found
    return f"{found}/{found.max_prefixlen}"


def in_ipv4_mapped(value: Interface) -> bool:
    """Whether the address is IPv4 in IPv6 clothing (`::ffff:10.0.0.0`)."""
    return _mapped(value.ip) is not None


@lru_cache(maxsize=_REMEMBERED)
def has_host_bits(value: Interface) -> bool:
    """Whether bits are set beyond the prefix, as in `10.0.0.5/24`."""
    return value.ip != value.network.network_address


def is_inside(inner: Interface, outer: Interface) -> bool:
    """Whether `inner` is a strict subset of `outer`: the same family, inside it, and smaller."""
    small, large = inner.network, outer.network
    return small.version == large.version and small != large and small.subnet_of(large)  # type: ignore[arg-type]


def _mapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside of one that is IPv4 in IPv6 clothing."""
    return getattr(address, "ipv4_mapped", None)


def _interface(text: str) -> Interface | None:
    from ipaddress import ip_interface  # noqa: PLC0415 - as above

    try:
        return ip_interface(text)
    except ValueError:
        return None
