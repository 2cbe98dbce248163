"""Tiers of ordered policies -> one ordered list of Allow and Deny clauses, and whom it isolates.

A Pass leaves its tier: it is subtracted from everything after it in the tier, so that the flows it takes out
fall through to the next tier's clauses. The end of a tier that denies is a Deny over its isolated subjects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from itertools import product
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.condition import Always, Condition
from npconv.ir.dimensions import Axis
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Tier, TierEnd
from npconv.lowering.box import Box, Clause, clauses, overlaps, subtract_all
from npconv.lowering.cube import FULL, Cube, Cubes, TooManyError, cubes
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
    is_about_others: bool = False
    """Whether the cut gives every subject back as it is, but for those that ask for addresses."""


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
    cuts = _Cuts(bounds)
    for tier in policies.tiers:
        rules, tier_ends = _tier(tier, direction, cuts, joined)
        tier_passes = [one for one in rules if one.action is Action.PASS]
        passes += tier_passes
        if tier_passes:
            rules = _without_passes(rules, bounds, joined)
            tier_ends = _without_passed(tier_ends, tier_passes, bounds, joined)
        ends += tier_ends
        found = [Isolation(one.policy, one.box.subject) for one in tier_ends]
        joined.isolations += _once(_said(one, tier_passes, bounds, joined) if tier_passes else one for one in found)
        joined.clauses += [*rules, *tier_ends]
    if passes:
        joined.clauses += _left_over(ends, passes, bounds, joined)
    return joined


def _once(isolations: Iterable[Isolation]) -> Iterator[Isolation]:
    """Each of the isolations once. Policies that are alike have one name, which is soon compared."""
    seen: dict[tuple[PolicyName, Cube], list[Policy]] = {}
    for one in isolations:
        known = seen.setdefault((one.policy.name, one.subject), [])
        if one.policy not in known:
            known.append(one.policy)
            yield one


class _Cuts:
    """Rules cut to forms that a target may say, worked out once for each peer, traffic and request that rules have."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._ends: tuple[Box, ...] | None = None
        self._known: dict[Action, dict[tuple[Condition, Condition, Condition], tuple[int, tuple[Box, ...]]]] = {
            action: {} for action in Action
        }

    def ends(self, policy: Policy, subjects: Cubes) -> list[Clause]:
        """The end of a tier for the subjects of a policy that isolates."""
        if not self._are_free(subjects):
            split = self.bounds.split
            return [piece for one in subjects for piece in split(Clause(Box(one), Action.DENY, policy, None))]
        if self._ends is None:
            self._ends = tuple(one.box for one in self.bounds.split(Clause(Box(), Action.DENY, policy, None)))
        return _over(subjects, self._ends, Action.DENY, policy, None)

    def of_rule(self, policy: Policy, rule: Rule, subjects: Cubes) -> tuple[bool, list[Clause]]:
        """Whether a rule has any flow before it is cut, and its pieces.

        Raises TooManyError if it has more clauses than the bound.
        """
        if not (isinstance(rule.subject, Always) and self._are_free(subjects)):
            whole = clauses(policy, rule, self.bounds.pieces)
            return bool(whole), [piece for clause in whole for piece in self.bounds.split(clause)]
        known = self._known[rule.action]
        key = (rule.peer, rule.traffic, rule.request)
        found = known.get(key)
        if found is None:
            found = known[key] = self._cut(policy, rule)
        count, boxes = found
        if count * len(subjects) > self.bounds.pieces:
            raise TooManyError
        return count > 0 and bool(subjects), _over(subjects, boxes, rule.action, policy, rule)

    def _cut(self, policy: Policy, rule: Rule) -> tuple[int, tuple[Box, ...]]:
        """How many clauses a rule has for a subject, and its pieces for any."""
        bounds = self.bounds
        parts = [cubes(one, bounds.pieces) for one in (rule.peer, rule.traffic, rule.request)]
        count = math.prod(map(len, parts))
        if count > bounds.pieces:
            raise TooManyError
        whole = (Clause(Box(FULL, *one), rule.action, policy, rule) for one in product(*parts))
        return count, tuple(piece.box for clause in whole for piece in bounds.split(clause))

    def _are_free(self, subjects: Cubes) -> bool:
        if self.bounds.is_about_others:
            for one in subjects:
                if one.members(Axis.ADDRESS) is not None:
                    return False
        return self.bounds.is_about_others


def _over(subjects: Cubes, boxes: tuple[Box, ...], action: Action, policy: Policy, rule: Rule | None) -> list[Clause]:
    return [
        Clause(Box(subject, one.peer, one.traffic, one.request), action, policy, rule)
        for subject in subjects
        for one in boxes
    ]


def _tier(tier: Tier, direction: Direction, cuts: _Cuts, joined: Ordered) -> tuple[list[Clause], list[Clause]]:
    bounds = cuts.bounds
    rules: list[Clause] = []
    ends: list[Clause] = []
    for policy in tier.policies:
        for section in policy.sections:
            if section.direction is direction:
                break
        else:
            continue
        isolates = section.isolates and tier.end is TierEnd.DENY
        try:
            subjects = cubes(policy.subject, bounds.pieces)
        except TooManyError:
            joined.refused.append((policy, None))
            continue
        own_ends = cuts.ends(policy, subjects) if isolates else []
        problem = _unsayable(own_ends, bounds.target)
        if problem is not None:
            joined.refused.append((policy, problem))
            continue
        for rule in section.rules:
            if rule.action is not Action.LOG:
                rules += _rule(policy, rule, subjects, cuts, joined)
        ends += own_ends
    return rules, ends


def _rule(policy: Policy, rule: Rule, subjects: Cubes, cuts: _Cuts, joined: Ordered) -> Iterable[Clause]:
    bounds = cuts.bounds
    try:
        is_any, pieces = cuts.of_rule(policy, rule, subjects)
    except TooManyError:
        joined.too_many.append((policy, rule))
        if rule.action is Action.ALLOW:
            return ()
        whole = tuple(Clause(Box(cube), Action.DENY, policy, rule) for cube in subjects)
        is_any, pieces = bool(whole), [piece for clause in whole for piece in bounds.split(clause)]
    if is_any and not pieces:
        joined.apart.append((policy, rule))
    if rule.action is not Action.ALLOW:
        return pieces
    return [said for piece in pieces for said in _narrowed(piece, bounds, joined)]


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
    blamed = next((one for one in passed if overlaps(one.box, said.box)), None) if lost else None
    if blamed is None or bounds.target(said):
        return isolation
    joined.unsaid += [Unsaid(blamed.over(said.box), one.reason) for one in lost]
    return replace(isolation, subject=said.box.subject)


def _left_over(ends: list[Clause], passes: list[Clause], bounds: Bounds, joined: Ordered) -> list[Clause]:
    """What isolated subjects pass all the way to the engine's default: the source allows it.

    It belongs to the policy that isolates these subjects: its scope holds them all.
    """
    found: list[Clause] = []
    places = Places((index, end.box.subject) for index, end in enumerate(ends))
    closed = {end.box.subject for end in ends if _is_whole(end.box)}
    for subject, end in {end.box.subject: end for end in reversed(ends)}.items():  # the first of those with one subject
        if subject in closed:
            continue
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


def _is_whole(box: Box) -> bool:
    """Whether it holds everything that its subject may do."""
    return box.peer.is_full and box.traffic.is_full and box.request.is_full
