"""Rules as boxes: a cube for each part of a rule, with exact intersection and subtraction."""

from __future__ import annotations

from itertools import product

from npconv.dataclass import dataclass
from npconv.hashed import Hashed
from npconv.ir.policy import Action, Policy, Rule
from npconv.lowering.cube import FULL, Cube, TooManyError, covers, cubes, meet, parted, touches

PARTS = ("subject", "peer", "traffic", "request")


@dataclass(frozen=True, slots=True)
class Box(Hashed):
    """A set of flows: the product of four cubes."""

    subject: Cube = FULL
    peer: Cube = FULL
    traffic: Cube = FULL
    request: Cube = FULL

    def part(self, name: str) -> Cube:
        """One of `PARTS`."""
        match name:
            case "subject":
                return self.subject
            case "peer":
                return self.peer
            case "traffic":
                return self.traffic
            case _:
                return self.request

    def having(self, name: str, cube: Cube) -> Box:
        """The box with one part replaced."""
        match name:
            case "subject":
                return Box(cube, self.peer, self.traffic, self.request)
            case "peer":
                return Box(self.subject, cube, self.traffic, self.request)
            case "traffic":
                return Box(self.subject, self.peer, cube, self.request)
            case _:
                return Box(self.subject, self.peer, self.traffic, cube)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {self.part(name)}" for name in PARTS if not self.part(name).is_full) or "any"


def overlaps(left: Box, right: Box) -> bool:
    """Whether any flow is in both."""
    return (
        touches(left.subject, right.subject)
        and touches(left.peer, right.peer)
        and touches(left.traffic, right.traffic)
        and touches(left.request, right.request)
    )


def contains(outer: Box, inner: Box) -> bool:
    """Whether every flow of `inner` is in `outer`."""
    return (
        covers(outer.subject, inner.subject)
        and covers(outer.peer, inner.peer)
        and covers(outer.traffic, inner.traffic)
        and covers(outer.request, inner.request)
    )


def subtract(box: Box, other: Box) -> tuple[Box, ...]:
    """What is left of `box` without `other`, as disjoint boxes."""
    if not overlaps(box, other):
        return (box,)
    subject, peer, traffic, request = box.subject, box.peer, box.traffic, box.request
    outside, subject = parted(subject, other.subject)
    pieces = [Box(cube, peer, traffic, request) for cube in outside]
    outside, peer = parted(peer, other.peer)
    pieces += [Box(subject, cube, traffic, request) for cube in outside]
    outside, traffic = parted(traffic, other.traffic)
    pieces += [Box(subject, peer, cube, request) for cube in outside]
    outside, _ = parted(request, other.request)
    pieces += [Box(subject, peer, traffic, cube) for cube in outside]
    return tuple(pieces)


def subtract_all(boxes: tuple[Box, ...], others: tuple[Box, ...], limit: int) -> tuple[Box, ...]:
    """What is left of some boxes without others.

    Raises TooManyError if more than `limit` boxes are left at any point.
    """
    left = boxes
    for other in others:
        left = tuple(piece for box in left for piece in subtract(box, other))
        if len(left) > limit:
            raise TooManyError
    return left


@dataclass(frozen=True, slots=True)
class Clause:
    """A box with what happens to its flows, and whose it is. `rule` is None for the end of a tier."""

    box: Box
    action: Action
    policy: Policy
    rule: Rule | None

    def over(self, box: Box) -> Clause:
        """The same clause over another box."""
        return Clause(box, self.action, self.policy, self.rule)


def clauses(policy: Policy, rule: Rule, limit: int) -> tuple[Clause, ...]:
    """A rule of a policy as clauses, one per box.

    Raises TooManyError if it needs more than `limit`.
    """
    subjects = [
        one
        for left in cubes(policy.subject, limit)
        for right in cubes(rule.subject, limit)
        if (one := meet(left, right)) is not None
    ]
    parts = (subjects, cubes(rule.peer, limit), cubes(rule.traffic, limit), cubes(rule.request, limit))
    size = 1
    for part in parts:
        size *= len(part)
    if size > limit:
        raise TooManyError
    return tuple(Clause(Box(*combination), rule.action, policy, rule) for combination in product(*parts))
