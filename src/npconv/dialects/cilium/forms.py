"""Cuts clauses to the forms that Cilium has: the general ones, and ICMP types listed one by one."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.cilium.icmp_types import LISTED
from npconv.dialects.cilium.lift_ports import EXTENDED
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate_ports import protocols as known_protocols
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import Intervals, icmp, protocols
from npconv.ir.policy import Direction
from npconv.lowering import addresses, forms
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.tiers import Split

EVERY_TYPE = ~icmp()
NO_PROTOCOL = protocols()


def extended(profile: CiliumProfile) -> Intervals:
    """The protocols without ports that this Cilium has words for (facts/cilium.md 1.4: from 1.19, with a flag)."""
    names = known_protocols(profile.version) if profile.extended_protocols else ()
    return protocols(*(EXTENDED[name] for name in names if name in EXTENDED))


def splitter(plan: AddressPlan, direction: Direction, others: Intervals = NO_PROTOCOL) -> Split:
    """How a clause of a direction is cut for Cilium, where pods and nodes have these addresses.

    `others` are the protocols without ports that have words of their own.
    """

    def split(clause: Clause) -> tuple[Clause, ...]:
        return tuple(
            settled.over(settled.box.having("traffic", traffic))
            for piece in forms.cut(clause, direction)
            for settled in addresses.split(piece, plan)
            for by_type in _by_type(settled.box.traffic)
            for traffic in _by_word(by_type, others)
        )

    return split


def _by_word(traffic: Cube, others: Intervals) -> Iterator[Cube]:
    """Cut protocols that have words apart from those that have none."""
    numbers = traffic.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals) or (numbers & others).is_empty or (numbers & ~others).is_empty:
        yield traffic
        return
    yield traffic.having(Axis.PROTOCOL, numbers & others)
    yield traffic.having(Axis.PROTOCOL, numbers & ~others)


def _by_type(traffic: Cube) -> Iterator[Cube]:
    """Cut ICMP into the types that are listed and the rest, for which there are no words."""
    numbers = traffic.members(Axis.PROTOCOL)
    family = {forms.ICMP_V4: "IPv4", forms.ICMP_V6: "IPv6"}.get(numbers) if isinstance(numbers, Intervals) else None
    if family is None:
        yield traffic
        return
    asked = traffic.members(Axis.ICMP_TYPE)
    types = asked if isinstance(asked, Intervals) else EVERY_TYPE
    for part in (types & LISTED[family], types & ~LISTED[family]):
        if not part.is_empty:
            yield traffic.having(Axis.ICMP_TYPE, part)
