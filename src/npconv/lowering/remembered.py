"""A cut of clauses -> the same, worked out once for each peer, traffic and request.

Rules of many policies differ in their subject alone, which a cut leaves as it is unless it asks for addresses.
"""

from __future__ import annotations

from npconv.ir.condition import Condition
from npconv.ir.dimensions import Axis
from npconv.ir.policy import Action
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import FULL, Cube
from npconv.lowering.tiers import Split


def remembered(split: Split) -> Split:
    """A cut that looks at nothing but the box, what its rule does and asks of the peer, and the clause's action.

    Of the subject it looks at the address, and else gives it back; a subject with an address is cut afresh.
    """
    known: dict[tuple[Cube, Cube, Cube, Action, tuple[Action, Condition] | None], tuple[Box, ...]] = {}

    def cut(clause: Clause) -> tuple[Clause, ...]:
        box, rule = clause.box, clause.rule
        subject = box.subject
        if subject.members(Axis.ADDRESS) is not None:
            return split(clause)
        of_rule = None if rule is None else (rule.action, rule.peer)
        key = (box.peer, box.traffic, box.request, clause.action, of_rule)
        found = known.get(key)
        if found is None:
            pieces = split(clause.over(Box(FULL, box.peer, box.traffic, box.request)))
            found = known[key] = tuple([one.box for one in pieces])
        return tuple([clause.over(Box(subject, one.peer, one.traffic, one.request)) for one in found])

    return cut
