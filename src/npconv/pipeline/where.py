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
from npconv.ir.dimensions import Dimension
from npconv.ir.policy import Direction
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
