"""Tiers of ordered policies -> one ordered list of Allow and Deny clauses, and whom it isolates.

A Pass leaves its tier: it is subtracted from everything after it in the tier, so that the flows it takes out
fall through to the next tier's clauses. The end of a tier that denies is a Deny over its isolated subjects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field, replace
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule, Tier, TierEnd
from npconv.lowering.box import Box, Clause, clauses, overlaps, subtract_all
from npconv.lowering.cube import Cube, TooManyError, cubes
from npconv.lowering.places import Places
from npconv.lowering.sayable import Target, Unsaid, narrow_allow, narrow_deny

Split: TypeAlias = Callable[[Clause], tuple[Clause, ...]]
"""Cuts a clause into clauses that hold the same flows, each of a form that a target may be able to say."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """Subjects for which whatever nothing allows is denied, and the policy that makes it so."""

    policy: Policy
    subject: Cube


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a target can say, how a clause is cut to its forms, and how many pieces a rule may become."""

    split: Split
    target: Target
    pieces: int


@dataclass(slots=True)
class Ordered:
    """One direction of a policy set as a list in which the first clause that has a flow decides.

    A flow that no clause has is denied if its subject is isolated, else allowed. `too_many` are rules that need
    more pieces than the bound; `refused` are policies whose subject the target cannot say (None: too many pieces);
    `apart` are rules that ask pods or nodes for addresses that none of these has; `unreached` are Allows all of whose
    flows were passed before them.
    """

    clauses: list[Clause] = field(default_factory=list)
    isolations: list[Isolation] = field(default_factory=list)
    unsaid: list[Unsaid] = field(default_factory=list)
    too_many: list[tuple[Policy, Rule]] = field(default_factory=list)
    refused: list[tuple[Policy, Unsaid | None]] = field(default_factory=list)
    apart: list[tuple[Policy, Rule]] = field(default_factory=list)
    unreached: list[Clause] = field(default_factory=list)


def join(policies: PolicySet, direction: Direction, bounds: Bounds) -> Ordered:
    """Join the tiers of a policy set into one list for a direction."""
    joined = Ordered()
    passes: list[Clause] = []
    ends: list[Clause] = []
    for tier in policies.tiers:
        rules, tier_ends = _tier(tier, direction, bounds, joined)
        tier_passes = [one for one in rules if one.action is Action.PASS]
        passes += tier_passes
        if tier_passes:
            rules = _without_passes(rules, bounds, joined)
            tier_ends = _without_passed(tier_ends, tier_passes, bounds, joined)
        ends += tier_ends
        found = [Isolation(one.policy, one.box.subject) for one in tier_ends]
        joined.isolations += dict.fromkeys(_said(one, tier_passes, bounds, joined) for one in found)
        joined.clauses += [*rules, *tier_ends]
    if passes:
        joined.clauses += _left_over(ends, passes, bounds, joined)
    return joined


def _tier(tier: Tier, direction: Direction, bounds: Bounds, joined: Ordered) -> tuple[list[Clause], list[Clause]]:
    rules: list[Clause] = []
    ends: list[Clause] = []
    for policy in tier.policies:
        section = policy.section(direction)
        if section is None:
            continue
        isolates = section.isolates and tier.end is TierEnd.DENY
        try:
            subjects = cubes(policy.subject, bounds.pieces)
        except TooManyError:
            joined.refused.append((policy, None))
            continue
        own_ends = [piece for cube in subjects for piece in bounds.split(Clause(Box(cube), Action.DENY, policy, None))]
        problem = _unsayable(own_ends, bounds.target) if isolates else None
        if problem is not None:
            joined.refused.append((policy, problem))
            continue
        rules += [said for rule in section.rules for said in _rule(policy, rule, subjects, bounds, joined)]
        ends += own_ends if isolates else []
    return rules, ends


def _rule(policy: Policy, rule: Rule, subjects: Iterable[Cube], bounds: Bounds, joined: Ordered) -> Iterable[Clause]:
    if rule.action is Action.LOG:
        return
    try:
        whole = clauses(policy, rule, bounds.pieces)
    except TooManyError:
        joined.too_many.append((policy, rule))
        if rule.action is Action.ALLOW:
            return
        whole = tuple(Clause(Box(cube), Action.DENY, policy, rule) for cube in subjects)
    pieces = [piece for clause in whole for piece in bounds.split(clause)]
    if whole and not pieces:
        joined.apart.append((policy, rule))
    for piece in pieces:
        yield from _narrowed(piece, bounds, joined)


def _narrowed(clause: Clause, bounds: Bounds, joined: Ordered) -> tuple[Clause, ...]:
    """An Allow that cannot be said is left out; other clauses stay exact for as long as they may be cut around."""
    if clause.action is not Action.ALLOW:
        return (clause,)
    said, lost = narrow_allow(clause, bounds.target)
    joined.unsaid += lost
    return said


def _unsayable(ends: list[Clause], target: Target) -> Unsaid | None:
    """Why a policy that isolates cannot be written at all: its subject has no words in the target."""
    return next((Unsaid(end, reason) for end in ends for reason in target(end)), None)


def _without_passes(rules: list[Clause], bounds: Bounds, joined: Ordered) -> list[Clause]:
    passes = Places((index, one.box.subject) for index, one in enumerate(rules) if one.action is Action.PASS)
    kept: list[Clause] = []
    for index, clause in enumerate(rules):
        if clause.action is not Action.PASS:
            before = [rules[place] for place in passes.near(clause.box.subject) if place < index]
            kept += _around(clause, before, bounds, joined)
    return kept


def _without_passed(ends: list[Clause], passed: list[Clause], bounds: Bounds, joined: Ordered) -> list[Clause]:
    passes = Places((index, one.box.subject) for index, one in enumerate(passed))
    return [
        piece
        for end in ends
        for piece in _around(end, [passed[place] for place in passes.near(end.box.subject)], bounds, joined)
    ]


def _around(clause: Clause, passed: list[Clause], bounds: Bounds, joined: Ordered) -> list[Clause]:
    """A clause without what was passed before it; the nearest narrower one where that cannot be said."""
    if not any(overlaps(one.box, clause.box) for one in passed):
        return [clause]
    try:
        boxes = subtract_all((clause.box,), tuple(one.box for one in passed), bounds.pieces)
    except TooManyError:
        joined.too_many += _blamed(clause, passed)
        return [] if clause.action is Action.ALLOW else [clause]
    if not boxes and clause.action is Action.ALLOW:
        joined.unreached.append(clause)
    return [
        said for box in boxes for piece in bounds.split(clause.over(box)) for said in _narrowed(piece, bounds, joined)
    ]


def _blamed(clause: Clause, passed: Iterable[Clause]) -> list[tuple[Policy, Rule]]:
    """The rule that needs too many pieces; at a tier's end the passes that would have to be cut out of it."""
    if clause.rule is not None:
        return [(clause.policy, clause.rule)]
    blamed = [one for one in passed if overlaps(one.box, clause.box)]
    return list(dict.fromkeys((one.policy, one.rule) for one in blamed if one.rule is not None))


def _said(isolation: Isolation, passed: list[Clause], bounds: Bounds, joined: Ordered) -> Isolation:
    """The isolation, or of a wider subject that has words: what was passed there is then denied, too."""
    said, lost = narrow_deny(Clause(Box(isolation.subject), Action.DENY, isolation.policy, None), bounds.target)
    blamed = next((one for one in passed if overlaps(one.box, said.box)), None)
    if not lost or blamed is None or bounds.target(said):
        return isolation
    joined.unsaid += [Unsaid(blamed.over(said.box), one.reason) for one in lost]
    return replace(isolation, subject=said.box.subject)


def _left_over(ends: list[Clause], passes: list[Clause], bounds: Bounds, joined: Ordered) -> list[Clause]:
    """What isolated subjects pass all the way to the engine's default: the source allows it.

    It belongs to the policy that isolates these subjects: its scope holds them all.
    """
    found: list[Clause] = []
    places = Places((index, end.box.subject) for index, end in enumerate(ends))
    for subject, end in {end.box.subject: end for end in reversed(ends)}.items():  # the first of those with one subject
        denied = tuple(ends[place].box for place in places.near(subject))
        try:
            left = subtract_all((Box(subject),), denied, bounds.pieces)
        except TooManyError:
            joined.too_many += _blamed(Clause(Box(subject), Action.DENY, end.policy, None), passes)
            left = ()
        for box in left:
            rule = next((one.rule for one in passes if overlaps(one.box, box)), passes[-1].rule)
            for piece in bounds.split(Clause(box, Action.ALLOW, end.policy, rule)):
                found += _narrowed(piece, bounds, joined)
    return found
