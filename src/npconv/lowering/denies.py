"""An ordered list of Allow and Deny clauses -> allows and denies without order, where deny wins. Exact.

What an earlier Allow takes out of a later Deny is subtracted from the Deny, or the Deny is subtracted from the
Allows after it, whichever needs fewer pieces. A Deny that no later Allow reaches does what isolation does anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from npconv.ir.policy import Action
from npconv.lowering.box import Clause, overlaps, subtract, subtract_all
from npconv.lowering.cube import Cube, TooManyError, minus
from npconv.lowering.sayable import Unsaid, narrow_allow, narrow_deny
from npconv.lowering.tiers import Bounds, Isolation


@dataclass(slots=True)
class Unordered:
    """A flow passes if no deny has it, and an allow has it or nothing isolates its subject.

    `idle` are Deny clauses that change nothing beyond isolation; `overriding` are denies that could not be cut
    around an earlier Allow and so take flows from it; `unreached` are Allow clauses that earlier denies empty;
    `unsaid` is what was left out because it could not be said once cut.
    """

    allows: list[Clause] = field(default_factory=list)
    denies: list[Clause] = field(default_factory=list)
    idle: list[Clause] = field(default_factory=list)
    overriding: list[tuple[Clause, Clause]] = field(default_factory=list)
    unreached: list[Clause] = field(default_factory=list)
    unsaid: list[Unsaid] = field(default_factory=list)


def without_order(ordered: Sequence[Clause], isolations: Sequence[Isolation], bounds: Bounds) -> Unordered:
    """Take the order out of a first-match list of Allow and Deny clauses."""
    isolated = tuple(dict.fromkeys(one.subject for one in isolations))
    slots: list[tuple[Clause, ...]] = [(clause,) for clause in ordered]
    found = Unordered()
    for index, deny in enumerate(ordered):
        if deny.action is not Action.DENY:
            continue
        later = [place for place in range(index + 1, len(ordered)) if _meets(slots[place], deny)]
        is_open = deny.rule is not None and not _inside(deny.box.subject, isolated)
        if not later and not is_open:
            found.idle.append(deny)
            continue
        earlier = [one for slot in slots[:index] for one in slot if _allows(one) and overlaps(one.box, deny.box)]
        native = _native(deny, earlier, bounds)
        cost = None if is_open else _cost(slots, later, deny, bounds)
        if native is not None and (cost is None or len(native) <= cost):
            found.denies += native
        elif not is_open:
            _cut(slots, later, deny, bounds, found)
        else:
            said, lost = narrow_deny(deny, bounds.target)
            found.unsaid += lost
            narrower = _native(said, earlier, bounds)
            found.denies += [said] if narrower is None else narrower
            found.overriding += [(said, one) for one in earlier] if narrower is None else []
    found.allows = [one for slot in slots for one in slot if _allows(one)]
    return found


def _allows(clause: Clause) -> bool:
    return clause.action is Action.ALLOW


def _meets(slot: tuple[Clause, ...], deny: Clause) -> bool:
    return any(_allows(one) and overlaps(one.box, deny.box) for one in slot)


def _inside(subject: Cube, isolated: tuple[Cube, ...]) -> bool:
    left: tuple[Cube, ...] = (subject,)
    for cube in isolated:
        left = tuple(piece for one in left for piece in minus(one, cube))
        if not left:
            return True
    return False


def _native(deny: Clause, earlier: list[Clause], bounds: Bounds) -> list[Clause] | None:
    """The Deny as denies that win, cut around the Allows before it; None if that cannot be said."""
    try:
        boxes = subtract_all((deny.box,), tuple(one.box for one in earlier), bounds.pieces)
    except TooManyError:
        return None
    pieces = [piece for box in boxes for piece in bounds.split(deny.over(box))]
    return None if any(bounds.target(one) for one in pieces) else pieces


def _cost(slots: list[tuple[Clause, ...]], later: list[int], deny: Clause, bounds: Bounds) -> int | None:
    """How many pieces more the later Allows have once the Deny is cut out of them; None if that cannot be said."""
    cost = 0
    for place in later:
        pieces = _pieces(slots[place], deny, bounds)
        if len(pieces) > bounds.pieces or any(bounds.target(one) for one in pieces):
            return None
        cost += max(0, len(pieces) - len(slots[place]))
    return cost


def _cut(slots: list[tuple[Clause, ...]], later: list[int], deny: Clause, bounds: Bounds, found: Unordered) -> None:
    """Cut the Deny out of the later Allows, leaving out pieces that cannot be said."""
    for place in later:
        kept: list[Clause] = []
        for piece in _pieces(slots[place], deny, bounds):
            said, lost = narrow_allow(piece, bounds.target)
            kept += said
            found.unsaid += lost
        if not kept:
            found.unreached += slots[place]
        slots[place] = tuple(kept[: bounds.pieces])


def _pieces(slot: tuple[Clause, ...], deny: Clause, bounds: Bounds) -> tuple[Clause, ...]:
    return tuple(piece for one in slot for box in subtract(one.box, deny.box) for piece in bounds.split(one.over(box)))
