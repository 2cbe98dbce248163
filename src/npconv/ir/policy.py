"""Tiers, policies, sections and rules: one shape for every engine's evaluation (design, section 3)."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.ir.condition import ALWAYS, Condition


class Direction(Enum):
    """Which way a connection goes, seen from the subject."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    INGRESS = "ingress"
    EGRESS = "egress"

    @property
    def opposite(self) -> Direction:
        """The direction as the peer sees it."""
        return Direction.EGRESS if self is Direction.INGRESS else Direction.INGRESS


class Action(Enum):
    """What a rule does with a flow that it matches."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"
    """Leave the tier: the next one decides."""
    LOG = "log"
    """Nothing: the next rule decides."""


class TierEnd(Enum):
    """What happens at the end of a tier to a flow whose subject is isolated in it."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    DENY = "deny"
    PASS = "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its action applies where all four conditions hold."""

    action: Action
    subject: Condition = ALWAYS
    """What the rule asks of the policy's own side, on top of the policy's subject."""
    peer: Condition = ALWAYS
    traffic: Condition = ALWAYS
    """Protocol, ports, ICMP, family."""
    request: Condition = ALWAYS
    """Layer 7: HTTP, DNS, and the like. A flow with no request yet meets it if some request could."""
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rules of a policy in one direction. `isolates`: a flow that no rule of the tier decides meets its end."""

    direction: Direction
    isolates: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, order=True)
class PolicyName:
    """How people name a policy: the source's kind, namespace (empty if cluster-wide) and name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy: whom it selects, and its rules per direction (at most one section each)."""

    name: PolicyName
    subject: Condition
    sections: tuple[Section, ...]
    origin: Origin | None = field(default=None, compare=False)

    def section(self, direction: Direction) -> Section | None:
        """The section of a direction; None if the policy leaves that direction alone."""
        for one in self.sections:
            if one.direction is direction:
                return one
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Policies in the order in which they are asked; `end` applies to subjects isolated by one of them."""

    name: str
    end: TierEnd
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """Everything an engine enforces, in order. A flow that leaves the last tier undecided is allowed."""

    tiers: tuple[Tier, ...]
