"""What a comparison finds: flows that differ, and what was left open."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass
from npconv.ir.policy import Direction
from npconv.semantics.budget import Counters, Meter
from npconv.semantics.change import Change
from npconv.semantics.flow import Flow
from npconv.semantics.groups import Task
from npconv.semantics.judge import Judge
from npconv.semantics.space import Space
from npconv.semantics.verdict import Verdict


class Outcome(Enum):
    """What a comparison found."""

    EQUAL = "equal"
    """The same flows are allowed: proven for all flows of the space."""
    DIFFERENT = "different"
    INCONCLUSIVE = "inconclusive"
    """No difference was found, and it was not proven that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """A flow on which two policy sets differ, and what decided on either side."""

    flow: Flow
    old: Verdict
    new: Verdict

    @property
    def change(self) -> Change:
        """Whether the flow is gained or lost."""
        return Change.GAINED if self.new.allowed else Change.LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """A part of the flow space about which nothing is said."""

    subjects: str
    direction: Direction
    change: Change
    why: str

    def __str__(self) -> str:
        return f"{self.direction.value} flows {self.change.value} by {self.subjects}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What comparing two policy sets found."""

    counterexamples: tuple[Counterexample, ...]
    unproven: tuple[Unproven, ...]
    complete: bool
    """Every pair of deciding rules that makes a difference has its counterexample, or is among `unproven`."""
    counters: Counters = field(compare=False)

    @property
    def outcome(self) -> Outcome:
        """Equal, different or inconclusive."""
        if self.counterexamples:
            return Outcome.DIFFERENT
        return Outcome.INCONCLUSIVE if self.unproven or not self.complete else Outcome.EQUAL


class EncodingError(Exception):
    """The encoding and the verdicts contradict each other: a bug of ours."""


class Finding:
    """A comparison as it goes on."""

    def __init__(self, sides: tuple[Judge, Judge], space: Space, meter: Meter, *, readable: bool) -> None:
        self.old, self.new = sides
        self.space, self.meter = space, meter
        self.readable = readable
        """Whether flows are found for people: then what is in them for nothing is left out."""
        self.found: list[Counterexample] = []
        self.unproven: list[Unproven] = []
        self.complete = True

    def leave(self, task: Task, direction: Direction, change: Change, why: str) -> None:
        """Say that a part of the space was left unproven."""
        self.complete = False
        self.unproven.append(Unproven(subjects=str(task.group), direction=direction, change=change, why=why))
