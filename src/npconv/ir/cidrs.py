"""Sets of addresses -> few CIDRs with exceptions, as a person would write them."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

from npconv.ir.intervals import Intervals

Ranges: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""CIDRs, each with the CIDRs inside it that are left out."""

_Prefix: TypeAlias = tuple[int, int]
"""First address and prefix length."""


def ranges(part: Intervals, bits: int) -> Ranges:
    """A set of addresses of one family (32 or 128 bits) as the fewest CIDRs and exceptions, ascending."""
    if part.is_empty:
        return ()
    return tuple(
        (_text(prefix, bits), tuple(_text(one, bits) for one in without))
        for prefix, without in _cover(part, _enclosing(part, bits), bits)
    )


def _enclosing(part: Intervals, bits: int) -> _Prefix:
    """The longest prefix that holds the whole set."""
    first, last = part.spans[0][0], part.spans[-1][1]
    size = (first ^ last).bit_length()
    return (first >> size << size, bits - size)


def _cover(part: Intervals, prefix: _Prefix, bits: int) -> list[tuple[_Prefix, list[_Prefix]]]:
    """The cheapest way to say what of `part` is under a prefix: halves apart, or the whole less what is missing."""
    whole = _span(prefix, bits)
    inside = part & whole
    if inside.is_empty:
        return []
    if inside == whole:
        return [(prefix, [])]
    halves = [one for half in _halves(prefix, bits) for one in _cover(inside, half, bits)]
    cost = sum(1 + len(without) for _, without in halves)
    missing = _exact(~inside & whole, bits)
    return [(prefix, missing)] if 1 + len(missing) < cost else halves


def _exact(part: Intervals, bits: int) -> list[_Prefix]:
    """The fewest prefixes that hold exactly these numbers."""
    found: list[_Prefix] = []
    for low, high in part.spans:
        first = low
        while first <= high:
            room = (high - first + 1).bit_length() - 1
            size = min(room, (first & -first).bit_length() - 1 if first else bits)
            found.append((first, bits - size))
            first += 1 << size
    return found


def _span(prefix: _Prefix, bits: int) -> Intervals:
    first, length = prefix
    return Intervals(((first, first + (1 << (bits - length)) - 1),), (1 << bits) - 1)


def _halves(prefix: _Prefix, bits: int) -> tuple[_Prefix, _Prefix]:
    first, length = prefix
    return (first, length + 1), (first + (1 << (bits - length - 1)), length + 1)


def _text(prefix: _Prefix, bits: int) -> str:
    first, length = prefix
    address = ipaddress.IPv4Address(first) if bits == 32 else ipaddress.IPv6Address(first)
    return f"{address}/{length}"
