"""A condition of a rule, and where the rule stands -> the field that says it, as its document is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import parse as calico
from npconv.dialects.calico import where as in_calico
from npconv.dialects.cilium import parse as cilium
from npconv.dialects.cilium import where as in_cilium
from npconv.dialects.k8s import parse as k8s
from npconv.dialects.k8s import where as in_k8s
from npconv.dialects.policy_api import parse as policy_api
from npconv.dialects.policy_api import where as in_policy_api
from npconv.ir.condition import Holds
from npconv.ir.dimensions import Dimension, DstPortNamed
from npconv.ir.policy import Direction, Rule
from npconv.source.document import Document

_Field: TypeAlias = Callable[[Origin, Direction, str, Dimension | Holds], Origin]

_FIELDS: Final[tuple[tuple[Callable[[Document], bool], _Field], ...]] = (
    (calico.claims, in_calico.field),
    (cilium.claims, in_cilium.field),
    (k8s.claims, in_k8s.field),
    (policy_api.claims, in_policy_api.field),
)


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    place = origin.place
    if isinstance(place, Document):
        for claims, found in _FIELDS:
            if claims(place):
                return found(origin, direction, part, what)
    return origin


def port_name(rule: Rule, direction: Direction, name: str) -> Origin | None:
    """Where a rule asks for a port by its name; None for a rule that nobody wrote."""
    return None if rule.origin is None else field(rule.origin, direction, "traffic", Holds(DstPortNamed(name)))
