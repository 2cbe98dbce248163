"""The normal form of what is said to a group of pods in one direction; whether one plainly lets no more pass.

A request is asked of a flow only where it has one: what is said here of boxes holds with requests and without, where
none of the boxes' requests counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, Both, Condition
from npconv.semantics.normal import End, Sent


class Box:
    """A rule for one of its peers. `asked` is the condition of that peer."""

    __slots__ = ("asked", "peer", "request", "sent", "subject")

    def __init__(self, subject: End, peer: End, asked: Condition, sent: Sent, request: Condition) -> None:
        self.subject, self.peer, self.asked, self.sent, self.request = subject, peer, asked, sent, request

    def is_apart(self, other: Box) -> bool:
        """Whether no flow is in both; False also where that is not plain to see."""
        return self.peer.is_apart(other.peer) or self.sent.is_apart(other.sent) or self.subject.is_apart(other.subject)


Flows: TypeAlias = tuple[tuple[End, End, Condition], Sent]
"""The flows of a box: the subject, the peer and the request; and what is sent."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is decided: denied to the first; else allowed to the others; else denied to whom is isolated."""

    denied: dict[tuple[End, End, Condition], Sent]
    allowed: dict[tuple[End, End, Condition], Sent]
    isolated: frozenset[End]


@dataclass(frozen=True, slots=True)
class Reached:
    """Boxes in which nothing is asked about, or if `inside`, outside of which nothing is."""

    boxes: Sequence[Box]
    inside: bool

    def has(self, flows: Flows) -> bool:
        """Whether some of the flows may be asked about; True also where that is not plain to see."""
        (subject, peer, _), sent = flows
        return not self.inside or any(
            not (subject.is_apart(box.subject) or peer.is_apart(box.peer) or sent.is_apart(box.sent))
            for box in self.boxes
        )

    def left_out(self) -> list[Flows]:
        """Flows that are not asked about."""
        return [] if self.inside else [((box.subject, box.peer, box.request), box.sent) for box in self.boxes]


def lets_no_more(one: Form, other: Form, reached: Reached, everyone: End) -> bool:
    """Whether of the flows that are asked about the other lets pass all that the one does; False also if unclear.

    `everyone` is all that a peer can be.

    Of the flows that nobody asks about, or that the one denies, nothing is to be shown. What the one allows besides
    must be among what the other allows; what the other denies besides must not be; and whom the other isolates the one
    must isolate, too, or else all of that subject's flows are among the first.
    """
    settled = [*one.denied.items(), *reached.left_out()]
    live = [flows for flows in one.allowed.items() if reached.has(flows) and not _is_among(flows, one.denied, settled)]
    allowed = [*other.allowed.items(), *settled]
    if other.isolated and not all(_is_among(flows, other.allowed, allowed) for flows in live):
        return False
    for flows in other.denied.items():
        if not reached.has(flows) or _is_among(flows, one.denied, settled):
            continue
        subject = flows[0][0]
        if not any(subject.is_within(end) for end in one.isolated) or not all(_are_apart(flows, each) for each in live):
            return False
    for subject in other.isolated - one.isolated:
        if any(subject.is_within(end) for end in one.isolated):
            continue
        if reached.inside and all(subject.is_apart(box.subject) for box in reached.boxes):
            continue
        if not any(_has_all(flows, subject, everyone) for flows in settled):
            return False
    return True


def _is_among(flows: Flows, known: dict[tuple[End, End, Condition], Sent], others: Iterable[Flows]) -> bool:
    """Whether all of some flows are among others'; `known` are some of these, by what they ask for."""
    key, sent = flows
    same = known.get(key)
    if same is not None and (same is sent or _is_sent(sent, [same])):
        return True
    subject, peer, request = key
    return _is_sent(
        sent,
        [
            sent
            for (whose, who, asked), sent in others
            if _implies(request, asked) and peer.is_within(who) and subject.is_within(whose)
        ],
    )


def _is_sent(sent: Sent, others: Sequence[Sent]) -> bool:
    """Whether all of what is sent is among what others are."""
    if any(one is sent or one.is_everything for one in others):
        return True
    if sent.ports is None:
        return False
    for protocol, ports in sent.ports.items():
        left = ports
        for one in others:
            if one.ports is not None and protocol in one.ports:
                left = left & ~one.ports[protocol]
        if not left.is_empty:
            return False
    return True


def _implies(request: Condition, asked: Condition) -> bool:
    """Whether who has this request has also the other; False also where that is not plain to see."""
    if asked is ALWAYS or request == asked:
        return True
    parts = request.parts if isinstance(request, Both) else (request,)
    return all(part in parts for part in (asked.parts if isinstance(asked, Both) else (asked,)))


def _has_all(flows: Flows, subject: End, everyone: End) -> bool:
    """Whether all that a subject can send or get is among some flows."""
    (whose, who, request), sent = flows
    return request is ALWAYS and sent.is_everything and everyone.is_within(who) and subject.is_within(whose)


def _are_apart(flows: Flows, others: Flows) -> bool:
    (subject, peer, _), sent = flows
    (whose, who, _), other = others
    return peer.is_apart(who) or sent.is_apart(other) or subject.is_apart(whose)
