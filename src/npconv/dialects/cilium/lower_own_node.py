"""Denies that keep a pod's own node out -> denies of their own: Cilium lets the node in wherever none forbids it.

What is denied anyway needs no Deny where isolation does the same. It does not for the own node, which an Allow that is
built in lets reach its pods whoever isolates them (`allow-localhost`, facts/cilium.md 2.2; cases 24b, 24f).
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.ir.dimensions import Axis, Kind, Kinds
from npconv.ir.policy import Action
from npconv.lowering.box import Clause, overlaps, subtract_all
from npconv.lowering.crowds import Boxes
from npconv.lowering.cube import Cube, TooManyError, meet, touches
from npconv.lowering.denies import Unordered
from npconv.lowering.sayable import Target, narrow_deny
from npconv.lowering.tiers import Ordered

_OWN_NODE = Cube(((Axis.KIND, Kinds(frozenset({Kind.HOST}))),))


def keep_out(joined: Ordered, found: Unordered, target: Target, pieces: int) -> None:
    """Add to the denies what the list denies the own node and these do not."""
    left = list(_denied(joined, pieces))
    if not left:
        return
    denied = Boxes()
    denied.add(one.box for one in found.denies)
    for piece in left:
        if denied.hold(piece.box):
            continue
        said, lost = narrow_deny(piece, target)
        denied.add((said.box,))
        found.denies.append(said)
        found.unsaid += lost


def _denied(joined: Ordered, pieces: int) -> Iterator[Clause]:
    """What is left of each Deny of the own node behind the Allows before it."""
    if not any(_denies_own_node(one) for one in joined.clauses):
        return
    allowed = Boxes()
    for clause in joined.clauses:
        peer = meet(clause.box.peer, _OWN_NODE)
        if peer is None:
            continue
        box = clause.box.having("peer", peer)
        if clause.action is Action.ALLOW:
            allowed.add((box,))
        elif clause.action is Action.DENY and clause.rule is not None:
            before = tuple(one for one in allowed.near(box) if overlaps(one, box))
            try:
                yield from (clause.over(left) for left in subtract_all((box,), before, pieces))
            except TooManyError:
                yield clause.over(box)  # narrower than the source, which the comparison finds


def _denies_own_node(clause: Clause) -> bool:
    return clause.action is Action.DENY and clause.rule is not None and touches(clause.box.peer, _OWN_NODE)
