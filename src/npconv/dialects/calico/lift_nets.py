"""Texts of addresses -> sets of addresses, read as Calico reads stored ones.

A single address is a range of one, bits beyond a prefix are masked off, and an IPv4 address in IPv6 form is IPv4
(libcalico-go/lib/net, libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go; facts 1.7 and 3.8).
"""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dialects.calico.validate_entity import parse_cidr
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Family
from npconv.source import cidr
from npconv.source.cidr import Interface


def addresses_of(nets: Iterable[str]) -> Addresses:
    """All addresses of these ranges. Raises ValueError for what is no range: callers validate first."""
    return Addresses.of(cidr.usual_form(_range(net)) for net in nets)


def family_of(net: str) -> Family:
    """The family of a range."""
    return Family.V6 if ":" in cidr.usual_form(_range(net)) else Family.V4


def is_everything(net: str) -> bool:
    """Whether the range holds every address of its family."""
    return cidr.usual_form(_range(net)).endswith("/0")


def _range(net: str) -> Interface:
    found = parse_cidr(net) or parse_cidr(cidr.single(net))
    if found is None:
        raise ValueError(f"`{net}` is no address range")
    return found
