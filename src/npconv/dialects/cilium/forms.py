"""Cuts clauses to the forms that Cilium has: the general ones, and ICMP types listed one by one."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.cilium.icmp_types import LISTED
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import Intervals, icmp
from npconv.ir.policy import Direction
from npconv.lowering import addresses, forms
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.tiers import Split

EVERY_TYPE = ~icmp()


def splitter(plan: AddressPlan, direction: Direction) -> Split:
    """How a clause of a direction is cut for Cilium, where pods and nodes have these addresses."""

    def split(clause: Clause) -> tuple[Clause, ...]:
        return tuple(
            settled.over(settled.box.having("traffic", traffic))
            for piece in forms.cut(clause, direction)
            for settled in addresses.split(piece, plan)
            for traffic in _by_type(settled.box.traffic)
        )

    return split


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
