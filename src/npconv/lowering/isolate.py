"""Denies for subjects that nothing isolates -> isolation and an Allow of the rest, for targets that only allow.

A Deny can be said by a target without denies only where its subject is isolated: then it is cut out of the Allows.
Elsewhere everything that is not denied is allowed, so the subject is isolated and an Allow of everything put at the
end of the list, from which every Deny before it is cut. The meaning stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from npconv.ir.condition import Holds
from npconv.ir.policy import Action, Policy, Rule
from npconv.lowering.box import Box, Clause, overlaps, subtract
from npconv.lowering.cube import Cube, meet, minus
from npconv.lowering.denies import Unordered
from npconv.lowering.sayable import Target, Unsaid, Unsayable, narrow_allow
from npconv.lowering.tiers import Bounds, Isolation, Ordered


def isolated(joined: Ordered, bounds: Bounds) -> Ordered:
    """The same list, in which the subject of every Deny is isolated, and every isolated subject has words.

    A subject without words loses conditions, as in any Deny; if that does not help, the Deny is left out and its
    policy counted among the `refused`.
    """
    closing = _Closing(bounds, unsaid=list(joined.unsaid), refused=list(joined.refused))
    for one in joined.isolations:
        end = Clause(Box(one.subject), Action.DENY, one.policy, None)
        if bounds.target(end):
            closing.close(end, Rule(action=Action.ALLOW, origin=one.policy.origin))
        else:
            closing.isolations.append(one)
    clauses: list[Clause] = []
    for clause in joined.clauses:
        deny = clause
        if clause.action is Action.DENY and clause.rule is not None and not closing.holds(clause.box.subject):
            closed = closing.close(clause, clause.rule)
            if closed is None:
                continue
            deny = closed
        clauses.append(deny)
    return replace(
        joined,
        clauses=[*clauses, *closing.rest],
        isolations=closing.isolations,
        unsaid=closing.unsaid,
        refused=closing.refused,
    )


@dataclass(slots=True)
class _Closing:
    bounds: Bounds
    unsaid: list[Unsaid]
    refused: list[tuple[Policy, Unsaid | None]]
    isolations: list[Isolation] = field(default_factory=list)
    rest: list[Clause] = field(default_factory=list)

    def holds(self, subject: Cube) -> bool:
        return _is_inside(subject, self.isolations)

    def close(self, deny: Clause, rule: Rule) -> Clause | None:
        """Isolate the subject of a Deny, and allow it everything at the end; None if the subject has no words."""
        said, lost = _said(deny, self.bounds.target)
        if said is None:
            self.refused.append((deny.policy, lost[0]))
            return None
        self.unsaid += lost
        for subject in _open(said, self.isolations, self.bounds):
            self.isolations.append(Isolation(said.policy, subject))
            self.rest += self.bounds.split(Clause(Box(subject), Action.ALLOW, said.policy, rule))
        return said


def only_allows(ordered: Sequence[Clause], bounds: Bounds) -> Unordered:
    """A first-match list of which every Deny's subject is isolated, as Allows with the Denies cut out."""
    found = Unordered()
    for index, allow in enumerate(ordered):
        if allow.action is not Action.ALLOW:
            continue
        left: tuple[Clause, ...] = (allow,)
        for deny in ordered[:index]:
            if deny.action is Action.DENY and any(overlaps(one.box, deny.box) for one in left):
                left = tuple(
                    piece
                    for one in left
                    for box in subtract(one.box, deny.box)
                    for piece in ((one,) if box == one.box else bounds.split(one.over(box)))
                )
            if len(left) > bounds.pieces:
                break
        if len(left) > bounds.pieces:
            found.too_many += [(allow.policy, allow.rule)] if allow.rule is not None else []
            continue
        if not left:
            found.unreached.append(allow)
        for piece in left:
            said, lost = narrow_allow(piece, bounds.target)
            found.allows += said
            found.unsaid += lost
    return found


def within_isolation(subject: Cube, isolations: list[Isolation]) -> tuple[Cube, ...]:
    """The parts of a subject that are isolated. They may overlap; the subject itself if it is isolated as a whole."""
    if _is_inside(subject, isolations):
        return (subject,)
    found = dict.fromkeys(part for one in isolations if (part := meet(subject, one.subject)) is not None)
    return tuple(found)


def _is_inside(subject: Cube, isolations: list[Isolation]) -> bool:
    return not _minus_all(subject, isolations)


def _minus_all(subject: Cube, isolations: list[Isolation]) -> tuple[Cube, ...]:
    left: tuple[Cube, ...] = (subject,)
    for one in isolations:
        left = tuple(piece for part in left for piece in minus(part, one.subject))
    return left


def _open(deny: Clause, isolations: list[Isolation], bounds: Bounds) -> tuple[Cube, ...]:
    """What is not isolated of a Deny's subject; all of the subject if the parts have no words."""
    left = _minus_all(deny.box.subject, isolations)
    sayable = not any(bounds.target(_selecting(deny, part)) for part in left)
    return left if sayable and len(left) <= bounds.pieces else (deny.box.subject,)


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
