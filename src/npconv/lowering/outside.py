"""What an address means, crossed from engines that match identities to engines that match IPs.

The mirror image of `addresses`: Cilium's CIDRs mean endpoints outside of the cluster, whereas an engine of IP
addresses (Calico, Azure NPM) also matches the pods and nodes that hold such an address. So the addresses of the pods
and nodes that are not meant are cut out: exactly where they are known; where a range is apart from them, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dataclass import dataclass
from npconv.ir.addresses import ALL_V6, Addresses
from npconv.ir.dimensions import Kinds
from npconv.lowering.addresses import AddressPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The addresses to write. `exact`: they mean the same endpoints, under what the plan knows or assumes."""

    addresses: Addresses
    exact: bool


def without(asked: Addresses, others: Iterable[Kinds], plan: AddressPlan, *, widest: bool) -> Cut:
    """The addresses of endpoints that are none of `others`, for an engine that matches whoever holds one.

    Where it is only assumed where the others have their addresses, nothing exact can be written for what they share
    with `asked`: it is left out, or left in if the `widest` reading is wanted.
    """
    left, exact = asked, True
    for kinds in others:
        region = plan.region(kinds)
        taken, known = region.addresses, not region.assumed
        if not plan.only_v4 and taken.v6.is_empty:
            taken, known = (taken | ALL_V6, False) if not (left & ALL_V6).is_empty else (taken, known)
        if (left & taken).is_empty:
            continue
        exact = exact and known
        if known or not widest:
            left &= ~taken
    return Cut(addresses=left, exact=exact)
