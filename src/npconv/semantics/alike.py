"""What both sets say to a group of pods in one direction -> whether that is the same by its normal form.

Each side is brought to "denied to these; else allowed to those; else denied if isolated", as far as that takes no
case distinctions. It needs no formula, and settles most of what is translated rule by rule. What it does not settle
is for the solver: `is_alike` says that two sides are equal, and never that they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, Condition, Either, both, negate, within
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Tier, TierEnd
from npconv.semantics.change import Change
from npconv.semantics.form import Box, Form, Reached, lets_no_more
from npconv.semantics.namespaces import namespaces
from npconv.semantics.normal import End, Normal, Sent
from npconv.semantics.region import EVERYWHERE, Region
from npconv.semantics.space import Space

REMEMBERED = 1 << 14
"""How many normal forms are remembered at most, before all are forgotten."""


@dataclass(frozen=True, slots=True)
class Said:
    """A section of a policy: whom it isolates, if it does, and its rules."""

    subject: End
    isolates: bool
    boxes: tuple[tuple[Action, Box], ...]


class _TangledError(Exception):
    """A case distinction would be needed."""


class Alike:
    """Compares what is said to pods, by normal forms."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._forget()

    def is_alike(self, old: PolicySet, new: PolicySet, direction: Direction) -> bool:
        """Whether two sets decide alike, of a namespace whose pods each of their policies can select."""
        forms = self.forms(old, new, direction)
        return forms is not None and forms[0] == forms[1]

    def left(
        self, old: PolicySet, new: PolicySet, direction: Direction, asked: Mapping[Change, Region]
    ) -> tuple[Change, ...]:
        """Of the changes that are looked for those of which it is not plain to see that there are none.

        Where all flows are asked about, it is both ways or neither.
        """
        forms = self.forms(old, new, direction)
        if forms is None:
            return tuple(asked)
        before, after = forms
        if before == after:
            return ()
        return tuple(
            change
            for change, region in asked.items()
            if region is EVERYWHERE
            or not self._has_none(*((after, before) if change is Change.GAINED else (before, after)), region, direction)
        )

    def _has_none(self, one: Form, other: Form, region: Region, direction: Direction) -> bool:
        """Whether of the flows that are asked about the other lets pass all that the one does."""
        boxes = [
            box
            for tier in region.denying.tiers
            for policy in tier.policies
            if (said := self._of(policy, direction)) is not None
            for _, box in said.boxes
        ]
        return lets_no_more(one, other, Reached(boxes, region.inside), self._everyone)

    def forms(self, old: PolicySet, new: PolicySet, direction: Direction) -> tuple[Form, Form] | None:
        """The normal forms of two sets; None if one of them has none. Only those of one call are comparable."""
        if self._normal.size + len(self._less) > REMEMBERED:
            self._forget()
        try:
            return self._form(old.tiers, direction), self._form(new.tiers, direction)
        except _TangledError:
            return None

    def _forget(self) -> None:
        self._normal = Normal(self._space)
        self._said: dict[tuple[int, bool], tuple[Policy, Said | None]] = {}
        """With the policy, so that no other gets its number."""
        ((self._everyone, _),) = self._normal.peers(ALWAYS)
        self._less: dict[tuple[Box, Box], Box | None] = {}

    def _form(self, tiers: Iterable[Tier], direction: Direction) -> Form:
        denied: list[Box] = []
        allowed: list[Box] = []
        isolated: list[End] = []
        for tier in tiers:
            passed: list[Box] = []
            leaving: list[End] = []  # of whom all that no rule decides is passed on
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
                    if action is Action.PASS:
                        passed.append(box)
                        if self._is_everything(box):
                            leaving.append(box.subject)
                        continue
                    left = self._without(box, passed)
                    if left is None:
                        continue
                    if action is Action.ALLOW:
                        allowed.append(left)
                    elif all(left.is_apart(one) for one in allowed):
                        denied.append(left)
                    else:
                        raise _TangledError
            ended = [one for one in ending if not any(one.is_within(subject) for subject in leaving)]
            if ended and tier.end is TierEnd.DENY:
                # No tier after this one may say anything: what is passed to them is allowed.
                allowed += [one for one in passed if not all(one.subject.is_apart(end) for end in ended)]
                isolated = ended
        needed = [one for one in denied if not _is_denied_anyway(one, allowed, isolated)]
        return Form(self._together(needed), self._together(allowed), _widest(isolated))

    def _is_everything(self, box: Box) -> bool:
        """Whether a rule matches all that its subject sends or gets."""
        return box.peer is self._everyone and box.sent.is_everything and box.request is ALWAYS

    def _of(self, policy: Policy, direction: Direction) -> Said | None:
        """What a policy says; remembered if it says it to pods of many namespaces."""
        if not namespaces(policy.subject).cofinite:
            return self._read(policy, direction)
        key = (id(policy), direction is Direction.INGRESS)
        if key not in self._said:
            self._said[key] = (policy, self._read(policy, direction))
        return self._said[key][1]

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
            requests = rule.request.parts if isinstance(rule.request, Either) else (rule.request,)
            boxes += [
                (rule.action, Box(own, end, asked, sent, request))
                for end, asked in self._normal.peers(rule.peer)
                for request in requests
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
            and other.sent.is_everything
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
        asked = both(box.asked, negate(within(dimensions[0], less.sets[dimensions[0]])))
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


def _is_denied_anyway(box: Box, allowed: Iterable[Box], isolated: Iterable[End]) -> bool:
    """Whether a Deny is of what nothing allows, of subjects that are isolated."""
    return any(box.subject.is_within(one) for one in isolated) and all(box.is_apart(one) for one in allowed)


def _widest(isolated: Iterable[End]) -> frozenset[End]:
    """The subjects without those that are among others' of them anyway: all pods, if these are one of them."""
    found = frozenset(isolated)
    every = frozenset(one for one in found if not one.sets and not one.rest)
    return every or found
