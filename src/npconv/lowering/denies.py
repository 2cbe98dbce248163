"""An ordered list of Allow and Deny clauses -> allows and denies without order, where deny wins. Exact.

A Deny that no earlier Allow overlaps stays a deny. What an earlier Allow takes out of a Deny is subtracted from it,
or the Deny is subtracted from the Allows after it, whichever needs fewer pieces. A Deny that no later Allow reaches
does what isolation does anyway.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import field
from operator import is_

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Axis
from npconv.ir.policy import Action, Policy, Rule
from npconv.lowering.box import Clause, contains, overlaps, subtract, subtract_all
from npconv.lowering.crowds import Boxes, Crowds
from npconv.lowering.cube import Cube, TooManyError, covers, minus
from npconv.lowering.places import Places
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
    isolated = _Isolated(isolations)
    slots = _Slots(ordered)
    natives = _Natives(ordered, bounds)
    found = Unordered()
    denies = [index for index, one in enumerate(ordered) if one.action is Action.DENY]
    for index in denies:
        found.unreached += slots.drop_covered(index)
    forced = [index for index in denies if _must_cut(slots, index, isolated, natives)]
    denied = Boxes()
    cut: set[int] = set()  # rules of which a part was cut: the rest is cut, too, where that is simpler
    for index in forced:  # first: what these leave of the Allows may be simpler to cut than to deny
        wider = _wider(slots, index, bounds)
        if wider is None:
            _leave(slots, _cut(slots, slots.later(index), ordered[index], bounds), bounds, found)
            cut.add(id(ordered[index].rule))
        else:
            found.denies += wider[0]
            found.unsaid += wider[1]
            denied.add(one.box for one in wider[0])
    for index in sorted(set(denies) - set(forced)):
        deny = ordered[index]
        later = slots.later(index)
        is_open = isolated.is_open(deny)
        if (not later and not is_open) or denied.hold(deny.box):
            found.idle.append(deny)
            continue
        earlier = slots.earlier(index)
        native = natives.again(index, earlier)
        is_kept = is_open or (id(deny.rule) not in cut and not _overridden(earlier))
        cheaper = None
        if native is not None and not is_kept:
            cheaper = _once_cut(slots, later, deny, bounds, len(native))
        if native is not None and cheaper is None:
            found.denies += native
            denied.add(one.box for one in native)
        elif not is_open:
            _leave(slots, cheaper if cheaper is not None else _cut(slots, later, deny, bounds), bounds, found)
        else:
            said, lost = narrow_deny(deny, bounds.target)
            found.unsaid += lost
            pieces, overridden = _around(said, earlier, bounds)
            found.denies += pieces
            denied.add(one.box for one in pieces)
            found.overriding += [(said, one) for one in overridden]
    for slot in slots.pieces:
        for clause in slot:
            if _allows(clause):
                allows, lost = narrow_allow(clause, bounds.target)
                found.allows += allows
                found.unsaid += lost
    return found


class _Slots:
    """The list, in which every clause stands for what is left of it: itself, then its pieces."""

    def __init__(self, ordered: Sequence[Clause]) -> None:
        self.pieces: list[tuple[Clause, ...]] = [(clause,) for clause in ordered]
        self._allows = Crowds()
        for index, one in enumerate(ordered):
            if _allows(one):
                self._allows.add(index, one.box)
        self._last = max((index for index, one in enumerate(ordered) if _allows(one)), default=-1)
        self._whole = ordered
        self._later: dict[int, tuple[int, Sequence[int]]] = {}
        self._changes = 0
        """How often pieces changed: what was found before that may be no more."""
        self._reshaped: list[int] = []
        """The places whose pieces were cut to a form that asks for less than the clause did, of the same flows."""

    def later(self, index: int) -> Sequence[int]:
        """The places of the Allows after a Deny that it takes flows from."""
        if index >= self._last:
            return []
        known = self._later.get(index)
        if known is not None and known[0] == self._changes:
            return known[1]
        deny = self._whole[index]
        near = self._meeting(index)
        after = near[bisect_right(near, index) :]
        found = [place for place in after if any(overlaps(one.box, deny.box) for one in self.pieces[place])]
        if deny.rule is not None:  # the ends of tiers are many, and meet many
            self._later[index] = self._changes, found
        return found

    def drop_covered(self, index: int) -> list[Clause]:
        """Take out the Allows that a Deny before them holds whole: no flow reaches them. Gives those taken out."""
        box = self._whole[index].box
        dropped: list[Clause] = []
        for place in self.later(index):
            covered = [one for one in self.pieces[place] if contains(box, one.box)]
            if covered:
                dropped += covered
                self._changes += 1
                self.pieces[place] = tuple(one for one in self.pieces[place] if one not in covered)
        return dropped

    def earlier(self, index: int) -> list[Clause]:
        """The Allows before a Deny that take flows from it."""
        box = self._whole[index].box
        near = self._meeting(index)
        before = near[: bisect_left(near, index)]
        return [one for place in before for one in self.pieces[place] if overlaps(one.box, box)]

    def put(self, place: int, pieces: tuple[Clause, ...]) -> None:
        """Let a place stand for these from now on."""
        whole = self._whole[place].box
        if not all(contains(whole, one.box) for one in pieces):
            self._reshaped = sorted({*self._reshaped, place})
        self._changes += 1
        self.pieces[place] = pieces

    def _meeting(self, index: int) -> Sequence[int]:
        """The places of the Allows that may share a flow with a Deny."""
        near = self._allows.near(self._whole[index].box)
        return sorted({*near, *self._reshaped}) if self._reshaped else near


class _Isolated:
    """The subjects for which what nothing allows is denied."""

    def __init__(self, isolations: Sequence[Isolation]) -> None:
        self._subjects = list(dict.fromkeys(one.subject for one in isolations))
        self._places = Places(enumerate(self._subjects))
        self._known: dict[Cube, bool] = {}

    def is_open(self, deny: Clause) -> bool:
        """Whether a Deny holds for subjects that nothing isolates, so that no Allow can be cut instead."""
        if deny.rule is None:
            return False
        subject = deny.box.subject
        if subject not in self._known:
            self._known[subject] = self._inside(subject)
        return not self._known[subject]

    def _inside(self, subject: Cube) -> bool:
        """Whether isolated subjects hold all of these: one of them does, or all of them together.

        In namespaces that nobody names, only those can that name none: if these do not, no more needs to be looked at.
        """
        near = self._places.near(subject)
        if any(covers(self._subjects[place], subject) for place in near):
            return True
        elsewhere = self._places.elsewhere(subject)
        if elsewhere is not None and not self._holds(elsewhere, self._places.open):
            return False
        return self._holds(subject, near)

    def _holds(self, subject: Cube, places: Sequence[int]) -> bool:
        left: tuple[Cube, ...] = (subject,)
        for place in places:
            left = tuple(piece for one in left for piece in minus(one, self._subjects[place]))
            if not left:
                return True
        return False


def _must_cut(slots: _Slots, index: int, isolated: _Isolated, natives: _Natives) -> bool:
    """Whether a Deny has work to do that no deny of the target can do."""
    if isolated.is_open(slots.pieces[index][0]) or not slots.later(index):
        return False
    return natives.first(index, slots.earlier(index)) is None


class _Natives:
    """The Denies as denies that win: worked out twice, but where the Allows before one are what they were."""

    def __init__(self, ordered: Sequence[Clause], bounds: Bounds) -> None:
        self._ordered = ordered
        self._bounds = bounds
        self._known: dict[int, tuple[list[Clause], list[Clause] | None]] = {}

    def first(self, index: int, earlier: list[Clause]) -> list[Clause] | None:
        """See `_native`."""
        native = _native(self._ordered[index], earlier, self._bounds)
        self._known[index] = earlier, native
        return native

    def again(self, index: int, earlier: list[Clause]) -> list[Clause] | None:
        """The same, later."""
        before, native = self._known.pop(index, (None, None))
        if before is not None and len(before) == len(earlier) and all(map(is_, before, earlier)):
            return native
        return _native(self._ordered[index], earlier, self._bounds)


def _wider(slots: _Slots, index: int, bounds: Bounds) -> tuple[list[Clause], tuple[Unsaid, ...]] | None:
    """A Deny without the conditions that have no words (law 4), where to cut it out of Allows would lose more of them.

    A protocol is no such condition: without it the Deny would take everything.
    """
    deny = slots.pieces[index][0]
    reasons = bounds.target(deny)
    if not reasons or any(one.what in (Axis.PROTOCOL, Axis.ICMP_TYPE) for one in reasons):
        return None
    if _once_cut(slots, slots.later(index), deny, bounds) is not None:
        return None
    said, lost = narrow_deny(deny, bounds.target)
    native = _native(said, slots.earlier(index), bounds)
    return None if native is None else (native, lost)


def _overridden(earlier: Sequence[Clause]) -> bool:
    """Whether a policy that somebody wrote comes before a Deny. Where none does, the Deny stays as it was written."""
    return any(one.policy.origin is not None for one in earlier)


def _allows(clause: Clause) -> bool:
    return clause.action is Action.ALLOW


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


def _once_cut(
    slots: _Slots, later: Sequence[int], deny: Clause, bounds: Bounds, fewer: float = math.inf
) -> dict[int, tuple[Clause, ...]] | None:
    """The pieces of the later Allows once the Deny is cut out of them.

    None if that cannot be said, or makes them `fewer` pieces more, or even more than that.
    """
    found: dict[int, tuple[Clause, ...]] = {}
    cost = 0
    for place in later:
        if cost >= fewer:
            return None
        before = slots.pieces[place]
        pieces = found[place] = _pieces(before, deny, bounds)
        if len(pieces) > bounds.pieces or _unsayable(pieces, bounds) > _unsayable(before, bounds):
            return None
        cost += max(0, len(pieces) - len(before))
    return found if cost < fewer else None


def _unsayable(pieces: Sequence[Clause], bounds: Bounds) -> int:
    return sum(1 for one in pieces if bounds.target(one))


def _cut(slots: _Slots, later: Sequence[int], deny: Clause, bounds: Bounds) -> dict[int, tuple[Clause, ...]]:
    """The pieces of the later Allows once the Deny is cut out of them, whatever can be said."""
    return {place: _pieces(slots.pieces[place], deny, bounds) for place in later}


def _leave(slots: _Slots, left: Mapping[int, tuple[Clause, ...]], bounds: Bounds, found: Unordered) -> None:
    """Let pieces of Allows stand for these. Those that cannot be said stay: another Deny may take them away."""
    for place, pieces in left.items():
        if not pieces:
            found.unreached += slots.pieces[place]
        if len(pieces) > bounds.pieces:
            found.too_many += [(one.policy, one.rule) for one in slots.pieces[place][:1] if one.rule is not None]
        slots.put(place, pieces if len(pieces) <= bounds.pieces else ())


def _pieces(slot: tuple[Clause, ...], deny: Clause, bounds: Bounds) -> tuple[Clause, ...]:
    return tuple(piece for one in slot for box in subtract(one.box, deny.box) for piece in bounds.split(one.over(box)))
