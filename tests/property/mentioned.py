"""What the conditions of policy sets speak of: every value that could tell two flows apart. Shares nothing with the
encoding of the comparison, which it is there to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Both, Condition, Either, Holds, Within
from npconv.ir.dimensions import Attribute, Axis, Fact, LabelText
from npconv.ir.intervals import Intervals
from npconv.ir.policy import PolicySet, Rule
from npconv.ir.values import Values
from npconv.source.names import label_key, label_value


@dataclass
class Mentioned:
    """Values by what they are values of."""

    labels: dict[Attribute, set[str]] = field(default_factory=dict)
    v4: set[int] = field(default_factory=lambda: {0x0A000001, 0x0AF40009, 0x01010101})
    v6: set[int] = field(default_factory=lambda: {0x20010DB8 << 96 | 7, 0xFD << 120 | 1})
    numbers: dict[Axis, set[int]] = field(default_factory=dict)
    facts: set[Fact] = field(default_factory=set)
    rules: list[tuple[Condition, Rule]] = field(default_factory=list)

    def add(self, policies: PolicySet) -> None:
        """Take in a policy set."""
        for tier in policies.tiers:
            for policy in tier.policies:
                self._add(policy.subject)
                for section in policy.sections:
                    for rule in section.rules:
                        self.rules.append((policy.subject, rule))
                        for condition in (rule.subject, rule.peer, rule.traffic, rule.request):
                            self._add(condition)

    def _add(self, condition: Condition) -> None:
        for leaf in leaves(condition):
            match leaf:
                case Within(Attribute() as attribute, Values() as values):
                    if attribute.key.startswith("@") or not label_key(attribute.key):
                        known = self.labels.setdefault(attribute, {"other"})
                        known |= {name for name in values.named if not label_value(name)}
                case Within(Axis.ADDRESS, Addresses() as addresses):
                    self.v4 |= _edges(addresses.v4)
                    self.v6 |= _edges(addresses.v6)
                case Within(Axis() as axis, Intervals() as numbers):
                    self.numbers.setdefault(axis, set()).update(_edges(numbers))
                case Holds(LabelText(attribute, _, text)):
                    known = self.labels.setdefault(attribute, {"other"})
                    known |= {one for one in (text, f"x{text}", f"{text}x", f"x{text}x") if not label_value(one)}
                case Holds(fact):
                    self.facts.add(fact)
                case _:
                    pass


def leaves(condition: Condition) -> Iterator[Condition]:
    """The parts of a condition that have no parts."""
    match condition:
        case Both(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield condition


def _edges(numbers: Intervals) -> set[int]:
    found: set[int] = set()
    for low, high in numbers.spans:
        found |= {low - 1, low, high, high + 1, (low + high) // 2}
    return {number for number in found if 0 <= number <= numbers.top}
