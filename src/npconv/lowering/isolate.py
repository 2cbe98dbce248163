"""Denies for subjects that nothing isolates -> isolation and an Allow of the rest, for targets that only allow.

A Deny can be said by a target without denies only where its subject is isolated: then it is cut out of the Allows.
Elsewhere everything that is not denied is allowed, so the subject is isolated and an Allow of everything put at the
end of the list, from which every Deny before it is cut. The meaning stays the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import field, replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.condition import Holds
from npconv.ir.policy import Action, Policy, Rule
from npconv.lowering.box import Box, Clause, contains, overlaps, subtract
from npconv.lowering.crowds import Boxes, Crowds
from npconv.lowering.cube import Cube, meet, minus
from npconv.lowering.denies import Unordered
from npconv.lowering.remainder import remainder
from npconv.lowering.sayable import Target, Unsaid, Unsayable, narrow_allow, narrow_deny
from npconv.lowering.tiers import Bounds, Isolation, Ordered

FEW: Final = 32
"""So many pieces stay in the order in which the source's Denies cut them; where there are more, fewer are better."""


class Isolated:
    """Whom a target isolates, each subject once, found again by what it asks for."""

    def __init__(self, isolations: Sequence[Isolation], limit: int) -> None:
        self._isolations: list[Isolation] = []
        self._subjects: set[Cube] = set()
        self._boxes = Boxes()
        self._limit = limit
        for one in isolations:
            self.add(one)

    def __iter__(self) -> Iterator[Isolation]:
        return iter(self._isolations)

    def add(self, one: Isolation) -> None:
        """Isolate some more."""
        self._isolations.append(one)
        if one.subject not in self._subjects:
            self._subjects.add(one.subject)
            self._boxes.add([Box(one.subject)])

    def left(self, subject: Cube) -> tuple[Cube, ...] | None:
        """What is not isolated of a subject; None if that needs too many pieces."""
        box = Box(subject)
        if subject in self._subjects or self._boxes.hold(box):
            return ()
        left: tuple[Cube, ...] = (subject,)
        for one in self._boxes.near(box):
            left = tuple(piece for part in left for piece in minus(part, one.subject))
            if len(left) > self._limit:
                return None
        return left

    def parts(self, subject: Cube) -> tuple[Cube, ...]:
        """The parts of a subject that are isolated. They may overlap; the subject itself if all of it is."""
        if self.left(subject) == ():
            return (subject,)
        found = (meet(subject, one.subject) for one in self._boxes.near(Box(subject)))
        return tuple(dict.fromkeys(part for part in found if part is not None))


def isolated(joined: Ordered, bounds: Bounds, only: Collection[int] | None = None) -> Ordered:
    """The same list, in which the subject of every Deny is isolated, and every isolated subject has words.

    `only`: of the Denies, those of these rules (by identity); None: of any.

    A subject without words loses conditions, as in any Deny; if that does not help, the Deny is left out and its
    policy counted among the `refused`.
    """
    ends = [Clause(Box(one.subject), Action.DENY, one.policy, None) for one in joined.isolations]
    unsayable = [bool(bounds.target(end)) for end in ends]
    closing = _Closing(
        bounds,
        Isolated([one for one, bad in zip(joined.isolations, unsayable, strict=True) if not bad], bounds.pieces),
        unsaid=list(joined.unsaid),
        refused=list(joined.refused),
    )
    for end in (end for end, bad in zip(ends, unsayable, strict=True) if bad):
        closing.close(end, Rule(action=Action.ALLOW, origin=end.policy.origin))
    clauses: list[Clause] = []
    for clause in joined.clauses:
        deny = clause
        if (
            clause.action is Action.DENY
            and clause.rule is not None
            and (only is None or id(clause.rule) in only)
            and closing.isolations.left(clause.box.subject) != ()
        ):
            closed = closing.close(clause, clause.rule)
            if closed is None:
                continue
            deny = closed
        clauses.append(deny)
    return replace(
        joined,
        clauses=[*clauses, *closing.rest],
        isolations=list(closing.isolations),
        unsaid=closing.unsaid,
        refused=closing.refused,
    )


@dataclass(slots=True)
class _Closing:
    bounds: Bounds
    isolations: Isolated
    unsaid: list[Unsaid]
    refused: list[tuple[Policy, Unsaid | None]]
    rest: list[Clause] = field(default_factory=list)

    def close(self, deny: Clause, rule: Rule) -> Clause | None:
        """Isolate the subject of a Deny, and allow it everything at the end; None if the subject has no words."""
        said, lost = _said(deny, self.bounds.target)
        if said is None:
            self.refused.append((deny.policy, lost[0]))
            return None
        self.unsaid += lost
        for subject in self._open(said):
            self.isolations.add(Isolation(said.policy, subject))
            self.rest += self.bounds.split(Clause(Box(subject), Action.ALLOW, said.policy, rule))
        return said

    def _open(self, deny: Clause) -> tuple[Cube, ...]:
        """What is not isolated of a Deny's subject; all of it if the parts have no words, or are too many."""
        left = self.isolations.left(deny.box.subject)
        if left is None or any(self.bounds.target(_selecting(deny, part)) for part in left):
            return (deny.box.subject,)
        return left


def only_allows(ordered: Sequence[Clause], bounds: Bounds) -> Unordered:
    """A first-match list of which every Deny's subject is isolated, as Allows with the Denies cut out.

    Where an Allow can be said, and not what a Deny leaves of it, a wider Deny that can be said is cut out instead.
    """
    found = Unordered()
    denies = Crowds()
    for index, allow in enumerate(ordered):
        if allow.action is not Action.ALLOW:
            if allow.action is Action.DENY:
                denies.add(index, allow.box)
            continue
        before = [ordered[place] for place in denies.near(allow.box)]
        left = _cut(allow, before, bounds)
        if len(left) > bounds.pieces and allow.rule is not None:
            found.too_many.append((allow.policy, allow.rule))
            continue
        if not left:
            found.unreached.append(allow)
        kept: list[Clause] = []
        lost: list[Unsaid] = []
        for piece in left:
            said, unsaid = narrow_allow(piece, bounds.target)
            kept += said
            lost += unsaid
        if lost and not bounds.target(allow):
            kept += _less(allow, before, kept, bounds)
        found.allows += kept
        found.unsaid += lost
    return found


def _cut(allow: Clause, denies: Sequence[Clause], bounds: Bounds) -> tuple[Clause, ...]:
    """What is left of an Allow; more pieces than the bound if there are too many."""
    left = _in_turn(allow, denies, bounds, FEW)
    if len(left) <= FEW:
        return left
    fewer = _at_once(allow, denies, bounds)
    return _in_turn(allow, denies, bounds, bounds.pieces) if fewer is None else fewer


def _in_turn(allow: Clause, denies: Sequence[Clause], bounds: Bounds, limit: int) -> tuple[Clause, ...]:
    """What Denies leave of an Allow, one after the other; more pieces than the limit if there are too many."""
    left: tuple[Clause, ...] = (allow,)
    for deny in denies:
        if len(left) > limit:
            break
        left = _without(left, deny, bounds)
    return left


def _at_once(allow: Clause, denies: Sequence[Clause], bounds: Bounds) -> tuple[Clause, ...] | None:
    """What many Denies leave of an Allow, in fewer pieces; None if these cannot all be said, or are too many."""
    boxes = remainder(allow.box, [one.box for one in denies], bounds.pieces)
    if boxes is None:
        return None
    pieces = tuple(piece for box in boxes for piece in bounds.split(allow.over(box)))
    return None if len(pieces) > bounds.pieces or any(map(bounds.target, pieces)) else pieces


def _less(allow: Clause, denies: Sequence[Clause], kept: Sequence[Clause], bounds: Bounds) -> Iterator[Clause]:
    """What can be said of an Allow without wider Denies, which have words, beyond what is kept of it anyway."""
    left = _cut(allow, [narrow_deny(deny, bounds.target)[0] for deny in denies], bounds)
    if len(left) <= bounds.pieces:
        for piece in left:
            if not bounds.target(piece) and not any(contains(one.box, piece.box) for one in kept):
                yield piece


def _without(pieces: tuple[Clause, ...], deny: Clause, bounds: Bounds) -> tuple[Clause, ...]:
    """Allows without a Deny; what it does not touch stays as it is."""
    left: list[Clause] = []
    is_touched = False
    for one in pieces:
        if overlaps(one.box, deny.box):
            is_touched = True
            for box in subtract(one.box, deny.box):
                left += bounds.split(one.over(box))
        else:
            left.append(one)
    return tuple(left) if is_touched else pieces


def _said(deny: Clause, target: Target) -> tuple[Clause | None, tuple[Unsaid, ...]]:
    """The Deny over a subject that has words, and which conditions that cost; None if there is no such subject."""
    subject, said = deny.box.subject, list[Unsayable]()
    while reasons := target(_selecting(deny, subject)):
        freed = subject
        for reason in reasons:
            said.append(reason)
            what = reason.what
            freed = freed.without(what) if isinstance(what, Holds) else freed.having(what, None)
        if freed == subject:
            return None, tuple(Unsaid(deny, reason) for reason in said)
        subject = freed
    wider = deny.over(deny.box.having("subject", subject))
    return wider, tuple(Unsaid(wider, reason) for reason in said)


def _selecting(deny: Clause, subject: Cube) -> Clause:
    """The isolation of a subject, as targets are asked about it."""
    return replace(deny, box=Box(subject), rule=None)
