"""Addresses -> addresses that are nobody's: of documentation (RFC 5737, 3849), then of benchmarks (RFC 2544).

What contains what stays as it is, so that a redacted plan can still be read; lengths of prefixes do not, for the ranges
that are nobody's are small. Addresses that are the same everywhere (any, loopback, the clouds' metadata) stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from npconv.dataclass import dataclass
from npconv.pattern import pattern

Network = IPv4Network | IPv6Network

_V4: Final = r"(?:\d{1,3}\.){3}\d{1,3}"
_V6: Final = r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:" + _V4 + r"|[0-9A-Fa-f]{1,4})?"
ADDRESS: Final = pattern(
    rf"(?:(?<![\w.:])({_V6})(?![\w:])|(?<![\w.])({_V4})(?!\w|\.\w))(?:/(\d{{1,3}})(?!\w))?", re.ASCII
)

_RANGES: Final = {
    4: ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "240.0.0.0/4"),
    6: ("2001:db8::/32",),
}
_EVERYWHERE: Final = frozenset(
    ip_network(one)
    for one in (
        "0.0.0.0/0",
        "::/0",
        "0.0.0.0/32",
        "::/128",
        "127.0.0.0/8",
        "127.0.0.1/32",
        "::1/128",
        "169.254.169.254/32",  # metadata of AWS, Azure, Google, OpenStack
        "168.63.129.16/32",  # Azure's platform (learn.microsoft.com: what-is-ip-address-168-63-129-16)
    )
)


@dataclass(slots=True)
class _Block:
    """An address or a network, with those that it contains. `size` is how many addresses stand for it."""

    network: Network
    inside: list[_Block] = field(default_factory=list)
    size: int = 0


def addresses(text: str) -> Iterator[str]:
    """The addresses and networks in a text, as they are written."""
    yield from (match[0] for match in ADDRESS.finditer(text) if _network(match[0]) is not None)


def substituted(found: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each address with its substitute, in its form: with a prefix if it has one."""
    spelled = {text: network for text in found if (network := _network(text)) is not None}
    places = moved(spelled.values())
    for text, network in spelled.items():
        place = places.get(network)
        if place is None:
            yield text, "an address"
        elif place != network:
            yield text, str(place) if "/" in text else str(place.network_address)


def moved(found: Iterable[Network]) -> Mapping[Network, Network]:
    """A substitute for each address and network."""
    result: dict[Network, Network] = {one: one for one in _EVERYWHERE}
    wanted = set(found) - _EVERYWHERE
    for version, ranges in _RANGES.items():
        roots = _forest(one for one in wanted if one.version == version)
        for root in roots:
            _measure(root)
        free = [ip_network(one) for one in ranges]
        at = [int(one.network_address) for one in free]
        for root in sorted(roots, key=lambda one: (-one.size, one.network)):
            for number, home in enumerate(free):
                start = -(-at[number] // root.size) * root.size
                if start + root.size <= int(home.network_address) + home.num_addresses:
                    at[number] = start + root.size
                    _place(root, start, result)
                    break
    return result


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _forest(found: Iterable[Network]) -> list[_Block]:
    """Networks below those that contain them."""
    roots: list[_Block] = []
    above: list[_Block] = []
    for network in sorted(found, key=lambda one: (int(one.network_address), one.prefixlen)):
        block = _Block(network)
        while above and int(network.broadcast_address) > int(above[-1].network.broadcast_address):
            above.pop()
        (above[-1].inside if above else roots).append(block)
        above.append(block)
    return roots


def _measure(block: _Block) -> None:
    """How many addresses a block needs: a power of two, more than any that it contains, and no more than it has."""
    for one in block.inside:
        _measure(one)
    needed = sum(one.size for one in block.inside) + 1 if block.inside else min(4, block.network.num_addresses)
    block.size = 1 << (needed - 1).bit_length()


def _place(block: _Block, start: int, result: dict[Network, Network]) -> None:
    bits = block.network.max_prefixlen
    result[block.network] = ip_network((start, bits - block.size.bit_length() + 1))
    for one in sorted(block.inside, key=lambda one: (-one.size, one.network)):
        _place(one, start, result)
        start += one.size
