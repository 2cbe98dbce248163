"""A Calico selector as a tree: what it selects, and its canonical text.

Source: libcalico-go/lib/selector/parser/ast.go, Calico 3.30 to 3.34-dev.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from npconv.dataclass import dataclass

Chars: TypeAlias = tuple[int, int]
"""First and last-plus-one character of a part of the selector's text."""

NOWHERE: Chars = (0, 0)


@dataclass(frozen=True, slots=True)
class All:
    """`all()`, and the empty selector."""

    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Always true."""
        return True

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return "all()"


@dataclass(frozen=True, slots=True)
class Global:
    """`global()`: true by itself; a rule's `namespaceSelector` gives it its meaning (no namespace at all)."""

    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Always true."""
        return True

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return "global()"


@dataclass(frozen=True, slots=True)
class Has:
    """`has(label)`: the label is present, with any value."""

    label: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present."""
        return self.label in labels

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"has({self.label})"


@dataclass(frozen=True, slots=True)
class Equals:
    """`label == 'value'`: false for an absent label."""

    label: str
    value: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present with this value."""
        return labels.get(self.label) == self.value

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} == {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class NotEquals:
    """`label != 'value'`: true for an absent label."""

    label: str
    value: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is absent or has another value."""
        return labels.get(self.label) != self.value

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} != {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class In:
    """`label in {…}`: false for an absent label. `values` are sorted, each once."""

    label: str
    values: tuple[str, ...]
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present with one of these values."""
        return labels.get(self.label) in self.values

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} in {_set(self.values)}"


@dataclass(frozen=True, slots=True)
class NotIn:
    """`label not in {…}`: true for an absent label. `values` are sorted, each once."""

    label: str
    values: tuple[str, ...]
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is absent or has none of these values."""
        return labels.get(self.label) not in self.values

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} not in {_set(self.values)}"


@dataclass(frozen=True, slots=True)
class Contains:
    """`label contains 'part'`: false for an absent label."""

    label: str
    value: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present and its value holds this text."""
        return self.label in labels and self.value in labels[self.label]

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} contains {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class StartsWith:
    """`label starts with 'prefix'`: false for an absent label."""

    label: str
    value: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present and its value starts with this text."""
        return self.label in labels and labels[self.label].startswith(self.value)

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} starts with {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class EndsWith:
    """`label ends with 'suffix'`: false for an absent label."""

    label: str
    value: str
    chars: Chars = field(default=NOWHERE, compare=False, repr=False)

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is present and its value ends with this text."""
        return self.label in labels and labels[self.label].endswith(self.value)

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"{self.label} ends with {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`. The parser cancels `!!`, as Calico's does, but leaves `!(!a)` as it is."""

    operand: Selector

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether the operand is false."""
        return not self.operand.evaluate(labels)

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return f"!{self.operand.canonical()}"


@dataclass(frozen=True, slots=True)
class And:
    """`a && b && …`, two operands or more."""

    operands: tuple[Selector, ...]

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether every operand is true."""
        for operand in self.operands:  # noqa: SIM110 - asked of every network set for every selector
            if not operand.evaluate(labels):
                return False
        return True

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return "(" + " && ".join(operand.canonical() for operand in self.operands) + ")"


@dataclass(frozen=True, slots=True)
class Or:
    """`a || b || …`, two operands or more."""

    operands: tuple[Selector, ...]

    def evaluate(self, labels: Mapping[str, str]) -> bool:
        """Whether any operand is true."""
        return any(operand.evaluate(labels) for operand in self.operands)

    def canonical(self) -> str:
        """As Calico's `String()`."""
        return "(" + " || ".join(operand.canonical() for operand in self.operands) + ")"


Leaf: TypeAlias = All | Global | Has | Equals | NotEquals | In | NotIn | Contains | StartsWith | EndsWith
"""A part without operands; only these know their characters."""

Selector: TypeAlias = Leaf | Not | And | Or


def leaves(selector: Selector) -> tuple[Leaf, ...]:
    """The parts without operands, from left to right."""
    match selector:
        case Not(operand=operand):
            return leaves(operand)
        case And(operands=operands) | Or(operands=operands):
            return tuple(leaf for operand in operands for leaf in leaves(operand))
        case _:
            return (selector,)


def quoted(value: str) -> str:
    """The value in double quotes, or in single ones if it holds a double quote (there are no escapes)."""
    return f"'{value}'" if '"' in value else f'"{value}"'


def _set(values: tuple[str, ...]) -> str:
    return "{" + ", ".join(quoted(value) for value in values) + "}"
