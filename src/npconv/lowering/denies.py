"""An ordered list of Allow and Deny clauses -> allows and denies without order, where deny wins. Exact.

What an earlier Allow takes out of a later Deny is subtracted from the Deny, or the Deny is subtracted from the
Allows after it, whichever needs fewer pieces. A Deny that no later Allow reaches does what isolation does anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from npconv.ir.dimensions import Axis
from npconv.ir.policy import Action, Policy, Rule
from npconv.lowering.box import Clause, overlaps, subtract, subtract_all
from npconv.lowering.cube import Cube, TooManyError, minus
from npconv.lowering.sayable import Unsaid, narrow_allow, narrow_deny
from npconv.lowering.tiers import Bounds, Isolation


@dataclass(slots=True)
class Unordered:
    """A flow passes if no deny has it, and an allow has it or nothing isolates its subject.

    `idle` are Deny clauses that change nothing beyond isolation; `overriding` are denies that could not be cut
    around an earlier Allow and so take flows from it; `unreached` are Allow clauses that earlier denies empty;
    `unsaid` is what was left out because it could not be said once cut; `too_many` are Allow rules that were left out
    because they would need more pieces than the bound.
    """

    allows: list[Clause] = field(default_factory=list)
    denies: list[Clause] = field(default_factory=list)
    idle: list[Clause] = field(default_factory=list)
    overriding: list[tuple[Clause, Clause]] = field(default_factory=list)
    unreached: list[Clause] = field(default_factory=list)
    unsaid: list[Unsaid] = field(default_factory=list)
    too_many: list[tuple[Policy, Rule]] = field(default_factory=list)


def without_order(ordered: Sequence[Clause], isolations: Sequence[Isolation], bounds: Bounds) -> Unordered:
    """Take the order out of a first-match list of Allow and Deny clauses."""
    isolated = tuple(dict.fromkeys(one.subject for one in isolations))
    slots: list[tuple[Clause, ...]] = [(clause,) for clause in ordered]
    found = Unordered()
    denies = [index for index, one in enumerate(ordered) if one.action is Action.DENY]
    forced = [index for index in denies if _must_cut(slots, index, isolated, bounds)]
    for index in forced:  # first: what these leave of the Allows may be simpler to cut than to deny
        wider = _wider(slots, index, bounds)
        if wider is None:
            _cut(slots, _later(slots, index), ordered[index], bounds, found)
        else:
            found.denies += wider[0]
            found.unsaid += wider[1]
    for index in sorted(set(denies) - set(forced)):
        deny = ordered[index]
        later = _later(slots, index)
        is_open = _is_open(deny, isolated)
        if not later and not is_open:
            found.idle.append(deny)
            continue
        earlier = _earlier(slots, index)
        native = _native(deny, earlier, bounds)
        cost = None if is_open else _cost(slots, later, deny, bounds)
        if native is not None and (cost is None or len(native) <= cost):
            found.denies += native
        elif not is_open:
            _cut(slots, later, deny, bounds, found)
        else:
            said, lost = narrow_deny(deny, bounds.target)
            found.unsaid += lost
            pieces, overridden = _around(said, earlier, bounds)
            found.denies += pieces
            found.overriding += [(said, one) for one in overridden]
    for slot in slots:
        for clause in slot:
            if _allows(clause):
                allows, lost = narrow_allow(clause, bounds.target)
                found.allows += allows
                found.unsaid += lost
    return found


def _must_cut(slots: Sequence[tuple[Clause, ...]], index: int, isolated: tuple[Cube, ...], bounds: Bounds) -> bool:
    """Whether a Deny has work to do that no deny of the target can do."""
    deny = slots[index][0]
    if _is_open(deny, isolated) or not _later(slots, index):
        return False
    return _native(deny, _earlier(slots, index), bounds) is None


def _wider(
    slots: list[tuple[Clause, ...]], index: int, bounds: Bounds
) -> tuple[list[Clause], tuple[Unsaid, ...]] | None:
    """A Deny without the conditions that have no words (law 4), where to cut it out of Allows would lose more of them.

    A protocol is no such condition: without it the Deny would take everything.
    """
    deny = slots[index][0]
    reasons = bounds.target(deny)
    if not reasons or any(one.what in (Axis.PROTOCOL, Axis.ICMP_TYPE) for one in reasons):
        return None
    if _cost(slots, _later(slots, index), deny, bounds) is not None:
        return None
    said, lost = narrow_deny(deny, bounds.target)
    native = _native(said, _earlier(slots, index), bounds)
    return None if native is None else (native, lost)


def _is_open(deny: Clause, isolated: tuple[Cube, ...]) -> bool:
    """Whether a Deny holds for subjects that nothing isolates, so that no Allow can be cut instead."""
    return deny.rule is not None and not _inside(deny.box.subject, isolated)


def _later(slots: Sequence[tuple[Clause, ...]], index: int) -> list[int]:
    """The places of the Allows after a Deny that it takes flows from."""
    return [place for place in range(index + 1, len(slots)) if _meets(slots[place], slots[index][0])]


def _earlier(slots: Sequence[tuple[Clause, ...]], index: int) -> list[Clause]:
    """The Allows before a Deny that take flows from it."""
    deny = slots[index][0]
    return [one for slot in slots[:index] for one in slot if _allows(one) and overlaps(one.box, deny.box)]


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


def _around(deny: Clause, earlier: list[Clause], bounds: Bounds) -> tuple[list[Clause], list[Clause]]:
    """The Deny cut around every earlier Allow that leaves something sayable, and the Allows that it takes from."""
    kept: list[Clause] = []
    overridden: list[Clause] = []
    for one in earlier:
        (overridden if _native(deny, [*kept, one], bounds) is None else kept).append(one)
    pieces = _native(deny, kept, bounds)
    return [deny] if pieces is None else pieces, overridden


def _cost(slots: list[tuple[Clause, ...]], later: list[int], deny: Clause, bounds: Bounds) -> int | None:
    """How many pieces more the later Allows have once the Deny is cut out of them; None if that cannot be said."""
    cost = 0
    for place in later:
        pieces = _pieces(slots[place], deny, bounds)
        if len(pieces) > bounds.pieces or _unsayable(pieces, bounds) > _unsayable(slots[place], bounds):
            return None
        cost += max(0, len(pieces) - len(slots[place]))
    return cost


def _unsayable(pieces: Sequence[Clause], bounds: Bounds) -> int:
    return sum(1 for one in pieces if bounds.target(one))


def _cut(slots: list[tuple[Clause, ...]], later: list[int], deny: Clause, bounds: Bounds, found: Unordered) -> None:
    """Cut the Deny out of the later Allows. Pieces that cannot be said stay: another Deny may take them away."""
    for place in later:
        pieces = _pieces(slots[place], deny, bounds)
        if not pieces:
            found.unreached += slots[place]
        if len(pieces) > bounds.pieces:
            found.too_many += [(one.policy, one.rule) for one in slots[place][:1] if one.rule is not None]
            pieces = ()
        slots[place] = pieces


def _pieces(slot: tuple[Clause, ...], deny: Clause, bounds: Bounds) -> tuple[Clause, ...]:
    return tuple(piece for one in slot for box in subtract(one.box, deny.box) for piece in bounds.split(one.over(box)))
