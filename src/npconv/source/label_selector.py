"""`matchLabels` and `matchExpressions` to a label selector, and what it selects; knows no policy.

Source: k8s.io/apimachinery/pkg/apis/meta/v1 (LabelSelector, validation/validation.go), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import kubernetes as codes
from npconv.diagnostics.origin import Path
from npconv.hashed import Hashed
from npconv.source import names
from npconv.source.by_value import REMEMBERED, by_value
from npconv.source.fields import Fields, Value
from npconv.source.refusals import Refusals


class Operator(Enum):
    """How a requirement compares a label."""

    IN = "In"
    NOT_IN = "NotIn"
    """Matches objects that lack the key, too."""
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True)
class UnknownOperator:
    """An operator that Kubernetes does not have. NetworkPolicy refuses it; the policy API's schema lets it pass."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Hashed):
    """An item of `matchExpressions`. `values` is None where it is not written, which means the same as empty."""

    key: str
    operator: Operator | UnknownOperator
    values: tuple[str, ...] | None = None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels meets the requirement; an unknown operator is met by none."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.IN:
                return value is not None and value in (self.values or ())
            case Operator.NOT_IN:
                return value is None or value not in (self.values or ())
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None
            case UnknownOperator():
                return False
            case _:
                assert_never(self.operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSelector(Hashed):
    """A label selector as written; all of its parts must match. None stands for "not written", the same as empty.

    A selector without parts selects every object. No selector at all is another thing, which its owner decides.
    """

    match_labels: tuple[tuple[str, str], ...] | None = None
    match_expressions: tuple[Requirement, ...] | None = None

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Everything that must match, one shape for all: a label of `matchLabels` is an `In` of one value."""
        labels = tuple(
            Requirement(key=key, operator=Operator.IN, values=(value,)) for key, value in self.match_labels or ()
        )
        return labels + (self.match_expressions or ())

    @property
    def selects_all(self) -> bool:
        """Whether nothing restricts the selector (`{}`)."""
        return not self.match_labels and not self.match_expressions

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        return all(requirement.matches(labels) for requirement in self.requirements)


@by_value
def read(fields: Fields) -> LabelSelector:
    """The selector that these fields hold. Null label values and null items of `values` are read as empty text."""
    with fields:
        labels = fields.strings("matchLabels")
        expressions = fields.mappings("matchExpressions")
        return LabelSelector(
            match_labels=None if labels is None else tuple(labels.items()),
            match_expressions=None if expressions is None else tuple(_read_requirement(item) for item in expressions),
        )


def emit(selector: LabelSelector) -> dict[str, Value]:
    """The selector as data."""
    written: dict[str, Value] = {}
    if selector.match_labels is not None:
        written["matchLabels"] = dict(selector.match_labels)
    if selector.match_expressions is not None:
        written["matchExpressions"] = [_emit_requirement(item) for item in selector.match_expressions]
    return written


def without_empty(selector: LabelSelector) -> LabelSelector:
    """The selector as Kubernetes stores it: empty maps and lists are left out."""
    expressions = tuple(
        Requirement(key=item.key, operator=item.operator, values=item.values or None)
        for item in selector.match_expressions or ()
    )
    return LabelSelector(match_labels=selector.match_labels or None, match_expressions=expressions or None)


def validate(selector: LabelSelector, path: Path, refusals: Refusals, code: Code = codes.SELECTOR) -> None:
    """Report what `ValidateLabelSelector` refuses about the selector at `path`, under `code`."""
    if not _is_valid(selector):
        _refuse(selector, path, refusals, code)


@lru_cache(maxsize=REMEMBERED)
def _is_valid(selector: LabelSelector) -> bool:
    """Whether there is nothing to report."""
    refusals = Refusals(None)
    _refuse(selector, (), refusals, codes.SELECTOR)
    return not refusals.diagnostics


def _refuse(selector: LabelSelector, path: Path, refusals: Refusals, code: Code) -> None:
    for key, value in selector.match_labels or ():
        at: Path = (*path, "matchLabels", key)
        refusals.add_all(code, at, names.label_key(key), key)
        refusals.add_all(code, at, names.label_value(value), value)
    for index, requirement in enumerate(selector.match_expressions or ()):
        _validate_requirement(requirement, (*path, "matchExpressions", index), refusals, code)


def _validate_requirement(requirement: Requirement, path: Path, refusals: Refusals, code: Code) -> None:
    match requirement.operator:
        case Operator.IN | Operator.NOT_IN if not requirement.values:
            refusals.add(code, (*path, "values"), "must be specified when `operator` is `In` or `NotIn`")
        case Operator.EXISTS | Operator.DOES_NOT_EXIST if requirement.values:
            text = "may not be specified when `operator` is `Exists` or `DoesNotExist`"
            refusals.add(code, (*path, "values"), text)
        case Operator():
            pass
        case UnknownOperator(text=found):
            known = next((one.value for one in Operator if one.value.lower() == found.lower()), "")
            text = f"must be `In`, `NotIn`, `Exists` or `DoesNotExist` (found `{found}`)"
            label = f"did you mean `{known}`?" if known else ""
            refusals.add(code, (*path, "operator"), text, label=label)
        case _:
            assert_never(requirement.operator)
    refusals.add_all(code, (*path, "key"), names.label_key(requirement.key), requirement.key)
    for index, value in enumerate(requirement.values or ()):
        refusals.add_all(code, (*path, "values", index), names.label_value(value), value)


def _read_requirement(fields: Fields) -> Requirement:
    with fields:
        values = fields.words("values")
        return Requirement(
            key=fields.text("key") or "", operator=_operator(fields.text("operator") or ""), values=values
        )


def _operator(text: str) -> Operator | UnknownOperator:
    known = next((one for one in Operator if one.value == text), None)
    return UnknownOperator(text) if known is None else known


def _emit_requirement(requirement: Requirement) -> dict[str, Value]:
    operator = requirement.operator
    written: dict[str, Value] = {
        "key": requirement.key,
        "operator": operator.value if isinstance(operator, Operator) else operator.text,
    }
    if requirement.values is not None:
        written["values"] = list(requirement.values)
    return written
