"""What must be done before and after an AKS cluster changes its dataplane, as data that renderers walk.

All texts are plain words without markup, lists are in the order in which they are to be read. Names, labels and
addresses in them come from strangers.
"""

from __future__ import annotations

from enum import Enum

from npconv.dataclass import dataclass
from npconv.report.model import Spot


class When(Enum):
    """When a step is done."""

    BEFORE = "before"
    CHANGE = "change"
    """The dataplane change itself."""
    AFTER = "after"


class Certainty(Enum):
    """How sure it is that an item changes what passes."""

    CERTAIN = "certain"
    """By what is known, a flow that passes today is denied after the change, or the other way round."""
    POSSIBLE = "possible"
    """It depends on something that is not known; `Item.because` says on what."""


class Effect(Enum):
    """What becomes of traffic if nobody does anything."""

    CLOSES = "closes"
    """Something that passes today is denied."""
    OPENS = "opens"
    """Something that is denied today passes."""
    SHIFTS = "closes and opens"
    BLOCKS = "blocks the change"
    """AKS refuses to change the dataplane."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object of the cluster, and where it (or the field of it that matters) stands in the input."""

    kind: str
    namespace: str
    name: str
    spot: Spot = Spot()

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A connection that was asked of both engines. `before` and `after` say whether it passes, and what decides."""

    source: str
    destination: str
    traffic: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.source} -> {self.destination} {self.traffic}: today {self.before}, after the change {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Something to do: a sentence, and the command or the manifest that does it.

    `changes_today`: applied before the change, it also changes what Azure NPM lets through.
    """

    what: str
    command: str = ""
    manifest: str = ""
    changes_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a step is about, with what either engine does with it, in a sentence each."""

    thing: Thing
    npm: str
    """With Azure NPM, …"""
    cilium: str
    """With Cilium, …"""
    effect: Effect
    certainty: Certainty = Certainty.CERTAIN
    because: str = ""
    """What the item stands on: an assumption, or what is not known."""
    witness: Witness | None = None
    also: tuple[Thing, ...] = ()
    """The other objects that have a part in it."""
    pods: tuple[str, ...] = ()
    """The pods whose traffic it is about, `namespace/name`; empty if they are not known."""
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `npconv explain CODE` is its manual page."""

    code: str
    when: When
    title: str
    why: str
    effect: Effect
    items: tuple[Item, ...] = ()
    repairs: tuple[Repair, ...] = ()
    """What is done once for the whole step."""
    source: str = ""
    """Who says so: a page, a file, an issue."""

    @property
    def certain(self) -> tuple[Item, ...]:
        """The items that are sure to change something."""
        return tuple(one for one in self.items if one.certainty is Certainty.CERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check of Microsoft's azure-npm-to-cilium-validator beside what npconv finds on the same question."""

    name: str
    """The row of its table."""
    flagged: int
    """How many objects it flags."""
    found: int
    """How many of these change what passes, by npconv; `possible` ones included."""
    missed: int
    """How many objects npconv names that it does not flag."""
    why: str
    """The difference, in a sentence; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AksReport:
    """Everything, in the order in which it is done."""

    verdict: str
    blocked: bool
    """Whether AKS would refuse the change."""
    ready: bool
    """Whether nothing changes what passes, and the input has the pods, services and nodes that say so."""
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    panics: str
    """Where the validator crashes on these policies: the first place; empty if it does not."""
    compared: str
    """What was compared beside the steps, in a sentence: all flows of both engines; empty if nothing was."""
    unknown: tuple[str, ...]
    """What was not in the input, and what is less certain for that."""

    def at(self, when: When) -> tuple[Step, ...]:
        """The steps of one time, in order."""
        return tuple(one for one in self.steps if one.when is when)

    def step(self, code: str) -> Step | None:
        """The step of a code, if there is anything to do for it."""
        return next((one for one in self.steps if one.code == code), None)
