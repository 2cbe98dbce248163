"""What both sets say to a group of pods in one direction -> whether that is the same by its normal form.

Each side is brought to "denied to these; else allowed to those; else denied if isolated", as far as that takes no
case distinctions. It needs no formula, and settles most of what is translated rule by rule. What it does not settle
is for the solver: `is_alike` says that two sides are equal, and never that they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, Condition, both, negate, within
from npconv.ir.dimensions import Dimension, Members
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Tier, TierEnd
from npconv.semantics.mentions import namespaces
from npconv.semantics.normal import End, Normal, Sent
from npconv.semantics.space import Space

REMEMBERED = 1 << 14
"""How many normal forms are remembered at most, before all are forgotten."""


class Box:
    """A rule for one of its peers. `asked` is the condition of that peer."""

    __slots__ = ("asked", "peer", "request", "sent", "subject")

    def __init__(self, subject: End, peer: End, asked: Condition, sent: Sent, request: Condition) -> None:
        self.subject, self.peer, self.asked, self.sent, self.request = subject, peer, asked, sent, request

    def is_apart(self, other: Box) -> bool:
        """Whether no flow is in both; False also where that is not plain to see."""
        return self.peer.is_apart(other.peer) or self.sent.is_apart(other.sent) or self.subject.is_apart(other.subject)


@dataclass(frozen=True, slots=True)
class Said:
    """A section of a policy: whom it isolates, if it does, and its rules."""

    subject: End
    isolates: bool
    boxes: tuple[tuple[Action, Box], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What is decided: denied to the first; else allowed to the others; else denied to whom is isolated."""

    denied: dict[tuple[End, End, Condition], Sent]
    allowed: dict[tuple[End, End, Condition], Sent]
    isolated: frozenset[End]


class _TangledError(Exception):
    """A case distinction would be needed."""


class Alike:
    """Compares what is said to pods, by normal forms."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._forget()

    def is_alike(self, old: PolicySet, new: PolicySet, direction: Direction) -> bool:
        """Whether two sets decide alike, of a namespace whose pods each of their policies can select.

        The policies must outlive this object: what they say is remembered by identity.
        """
        if self._normal.size + len(self._less) > REMEMBERED:
            self._forget()
        try:
            return self._form(old.tiers, direction) == self._form(new.tiers, direction)
        except _TangledError:
            return False

    def _forget(self) -> None:
        self._normal = Normal(self._space)
        self._said: dict[tuple[int, bool], Said | None] = {}
        self._less: dict[tuple[Box, Box], Box | None] = {}

    def _form(self, tiers: Iterable[Tier], direction: Direction) -> Form:
        denied: list[Box] = []
        allowed: list[Box] = []
        isolated: list[End] = []
        for tier in tiers:
            passed: list[Box] = []
            ending: list[End] = []
            for policy in tier.policies:
                said = self._of(policy, direction)
                if said is None:
                    continue
                if isolated:
                    raise _TangledError  # a tier after one that denies at its end
                if said.isolates:
                    ending.append(said.subject)
                for action, box in said.boxes:
                    left = self._without(box, passed)
                    if left is None:
                        continue
                    if action is Action.ALLOW:
                        allowed.append(left)
                    elif action is Action.PASS:
                        passed.append(left)
                    elif all(left.is_apart(one) for one in allowed):
                        denied.append(left)
                    else:
                        raise _TangledError
            if tier.end is TierEnd.DENY and ending:
                if passed:
                    raise _TangledError
                isolated = ending
        needed = [one for one in denied if not _is_denied_anyway(one, allowed, isolated)]
        return Form(self._together(needed), self._together(allowed), _widest(isolated))

    def _of(self, policy: Policy, direction: Direction) -> Said | None:
        """What a policy says; remembered if it says it to pods of many namespaces."""
        if not namespaces(policy.subject).cofinite:
            return self._read(policy, direction)
        key = (id(policy), direction is Direction.INGRESS)
        if key not in self._said:
            self._said[key] = self._read(policy, direction)
        return self._said[key]

    def _read(self, policy: Policy, direction: Direction) -> Said | None:
        section = policy.section(direction)
        subject = None if section is None else self._normal.subject(policy.subject)
        if section is None or subject is None:
            return None
        boxes: list[tuple[Action, Box]] = []
        for rule in section.rules:
            sent = self._normal.sent(rule.traffic)
            if rule.action is Action.LOG or sent is None:
                continue
            own = self._normal.narrowed(subject, rule.subject)
            boxes += [
                (rule.action, Box(own, end, asked, sent, rule.request)) for end, asked in self._normal.peers(rule.peer)
            ]
        return Said(subject, section.isolates, tuple(boxes))

    def _without(self, box: Box, passed: Sequence[Box]) -> Box | None:
        """What is left of a rule after others of its tier have let flows pass to the next; None if nothing."""
        left: Box | None = box
        for one in passed:
            if left is None:
                break
            key = (left, one)
            if key not in self._less:
                self._less[key] = self._minus(left, one)
            left = self._less[key]
        return left

    def _minus(self, box: Box, other: Box) -> Box | None:
        """What is left of a rule without another that is apart, or narrower than it on one dimension of the peer."""
        if box.is_apart(other):
            return box
        peer, less = box.peer, other.peer
        if not (
            box.subject.is_within(other.subject)
            and other.sent.rest is ALWAYS
            and other.sent.ports is None
            and other.request is ALWAYS
            and peer.kinds <= less.kinds
            and peer.rest >= less.rest
        ):
            raise _TangledError
        dimensions = peer.beyond(less)
        if not dimensions:
            return None
        if len(dimensions) > 1:
            raise _TangledError
        asked = both(box.asked, negate(_set(dimensions[0], less.sets[dimensions[0]])))
        ends = self._normal.peers(asked)
        if len(ends) > 1:
            raise _TangledError
        return Box(box.subject, ends[0][0], asked, box.sent, box.request) if ends else None

    def _together(self, boxes: Iterable[Box]) -> dict[tuple[End, End, Condition], Sent]:
        """What is sent, by who sends it to whom."""
        found: dict[tuple[End, End, Condition], Sent] = {}
        for box in boxes:
            key = (box.subject, box.peer, box.request)
            before = found.get(key)
            sent = box.sent if before is None else self._normal.both_sent(before, box.sent)
            if sent is None:
                raise _TangledError
            found[key] = sent
        return found


def _set(dimension: Dimension, members: Members) -> Condition:
    return within(dimension, members)


def _is_denied_anyway(box: Box, allowed: Iterable[Box], isolated: Iterable[End]) -> bool:
    """Whether a Deny is of what nothing allows, of subjects that are isolated."""
    return any(box.subject.is_within(one) for one in isolated) and all(box.is_apart(one) for one in allowed)


def _widest(isolated: Iterable[End]) -> frozenset[End]:
    """The subjects without those that are among others' of them anyway: all pods, if these are one of them."""
    found = frozenset(isolated)
    every = frozenset(one for one in found if not one.sets and not one.rest)
    return every or found
