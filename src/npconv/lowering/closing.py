"""Denies that win would take flows from Allows before them -> isolation and Allows of the rest, where that loses less.

`Deny everything` after some Allows is how people close pods where nothing isolates by itself (Calico's tiers that pass,
the policy API). In a target in which denies win, that is isolation, and no deny at all.
"""

from __future__ import annotations

from npconv.lowering.denies import Unordered, without_order
from npconv.lowering.isolate import isolated
from npconv.lowering.tiers import Bounds, Ordered


def settled(joined: Ordered, bounds: Bounds) -> tuple[Ordered, Unordered]:
    """The list without order, and the list that this was made from: the given one, or one that isolates more."""
    found = without_order(joined.clauses, joined.isolations, bounds)
    overriding = {id(deny.rule) for deny, _ in found.overriding}
    if not overriding:
        return joined, found
    closed = isolated(joined, bounds, overriding)
    instead = without_order(closed.clauses, closed.isolations, bounds)
    if _harm(closed, instead) < _harm(joined, found):
        return closed, instead
    return joined, found


def _harm(joined: Ordered, found: Unordered) -> tuple[int, int]:
    """How many policies are left out, and how often flows are lost."""
    lost = len(found.overriding) + len(found.unsaid) + len(found.too_many) + len(joined.unsaid) + len(joined.too_many)
    return len(joined.refused), lost
