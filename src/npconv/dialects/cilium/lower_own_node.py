"""Denies that keep a pod's own node out -> denies of their own: Cilium lets the node in wherever none forbids it.

What is denied anyway needs no Deny where isolation does the same. It does not for the own node, which an Allow that is
built in lets reach its pods whoever isolates them (`allow-localhost`, facts/cilium.md 2.2; cases 24b, 24f).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from npconv.ir.dimensions import Axis, Kind, Kinds
from npconv.ir.policy import Action
from npconv.lowering.box import Box, Clause, contains, overlaps, subtract_all
from npconv.lowering.cube import Cube, TooManyError, meet
from npconv.lowering.denies import Unordered
from npconv.lowering.sayable import Target, narrow_deny
from npconv.lowering.tiers import Ordered

_OWN_NODE = Cube(((Axis.KIND, Kinds(frozenset({Kind.HOST}))),))


def keep_out(joined: Ordered, found: Unordered, target: Target, pieces: int) -> None:
    """Add to the denies what the list denies the own node and these do not."""
    added: list[Clause] = []
    for piece in _denied(joined, pieces):
        if any(contains(one.box, piece.box) for one in chain(found.denies, added)):
            continue
        said, lost = narrow_deny(piece, target)
        added.append(said)
        found.unsaid += lost
    found.denies += added


def _denied(joined: Ordered, pieces: int) -> Iterator[Clause]:
    """What is left of each Deny of the own node behind the Allows before it."""
    allowed: list[Box] = []
    for clause in joined.clauses:
        peer = meet(clause.box.peer, _OWN_NODE)
        if peer is None:
            continue
        box = clause.box.having("peer", peer)
        if clause.action is Action.ALLOW:
            allowed.append(box)
        elif clause.action is Action.DENY and clause.rule is not None:
            before = tuple(one for one in allowed if overlaps(one, box))
            try:
                yield from (clause.over(left) for left in subtract_all((box,), before, pieces))
            except TooManyError:
                yield clause.over(box)  # narrower than the source, which the comparison finds
