"""Policies -> everything that they mention of each side: the atoms that a comparison has to tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache

from npconv.dataclass import dataclass
from npconv.ir.addresses import V4_TOP, Addresses
from npconv.ir.condition import ALWAYS, REMEMBERED, Both, Condition, Either, Holds, Within
from npconv.ir.dimensions import (
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Fact,
    HttpMethod,
    HttpPath,
    LabelText,
    Named,
    Request,
    SrcPortNamed,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction, Policy
from npconv.ir.values import Values
from npconv.semantics.number_line import boundaries

V6_START = V4_TOP + 1
"""IPv6 addresses follow the IPv4 addresses on one line of numbers."""


@dataclass(slots=True)
class SideMentions:
    """What is asked of one endpoint."""

    values: dict[Attribute, set[str]] = field(default_factory=dict)
    texts: dict[Attribute, set[LabelText]] = field(default_factory=dict)
    facts: set[BackendOf | Named] = field(default_factory=set)
    addresses: set[int] = field(default_factory=lambda: {V6_START})


@dataclass(slots=True)
class Mentions:
    """What is asked of a flow."""

    subject: SideMentions = field(default_factory=SideMentions)
    peer: SideMentions = field(default_factory=SideMentions)
    numbers: dict[Axis, set[int]] = field(default_factory=dict)
    destination_ports: set[str] = field(default_factory=set)
    source_ports: set[str] = field(default_factory=set)
    requests: set[HttpMethod | HttpPath | Request] = field(default_factory=set)

    def add(self, policies: Iterable[Policy], direction: Direction) -> None:
        """Take in what policies mention in a direction."""
        for policy in policies:
            section = policy.section(direction)
            if section is None:
                continue
            self._condition(policy.subject, self.subject)
            for rule in section.rules:
                if rule.subject is not ALWAYS:
                    self._condition(rule.subject, self.subject)
                for condition in (rule.peer, rule.traffic, rule.request):
                    if condition is not ALWAYS:
                        self._condition(condition, self.peer)

    def _condition(self, condition: Condition, side: SideMentions) -> None:
        for leaf in leaves(condition):
            match leaf:
                case Within(Attribute() as attribute, Values() as members):
                    side.values.setdefault(attribute, set()).update(members.named)
                case Within(Axis.ADDRESS, Addresses() as members):
                    side.addresses.update(address_boundaries(members))
                case Within(Axis() as axis, Intervals() as members):
                    self.numbers.setdefault(axis, set()).update(boundaries(members.spans))
                case Holds(fact):
                    self._fact(fact, side)
                case _:
                    pass  # kinds and families are few, and always told apart

    def _fact(self, fact: Fact, side: SideMentions) -> None:
        match fact:
            case LabelText(attribute):
                side.texts.setdefault(attribute, set()).add(fact)
                side.values.setdefault(attribute, set())
            case DstPortNamed(name):
                self.destination_ports.add(name)
            case SrcPortNamed(name):
                self.source_ports.add(name)
            case BackendOf() | Named():
                side.facts.add(fact)
            case HttpMethod() | HttpPath() | Request():
                self.requests.add(fact)


@lru_cache(maxsize=REMEMBERED)
def leaves(condition: Condition) -> tuple[Within | Holds, ...]:
    """The parts of a condition that ask something of their own, each once."""
    match condition:
        case Both(parts) | Either(parts):
            return tuple(dict.fromkeys(leaf for part in parts for leaf in leaves(part)))
        case Within() | Holds():
            return (condition,)
        case _:
            return ()


def address_spans(addresses: Addresses) -> list[tuple[int, int]]:
    """A set of addresses as spans on the one line of both families."""
    return [*addresses.v4.spans, *((low + V6_START, high + V6_START) for low, high in addresses.v6.spans)]


def address_boundaries(addresses: Addresses) -> set[int]:
    """The boundaries that a set of addresses asks about."""
    return set(boundaries(address_spans(addresses)))
