"""A condition of a rule, and where the rule stands -> the field that says it, as its document is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import kinds as calico
from npconv.dialects.cilium import kinds as cilium
from npconv.dialects.k8s import kinds as k8s
from npconv.dialects.policy_api import kinds as policy_api
from npconv.ir.condition import Holds
from npconv.ir.dimensions import Dimension, DstPortNamed
from npconv.ir.policy import Direction, Rule
from npconv.source.document import Document

_Field: TypeAlias = Callable[[Origin, Direction, str, Dimension | Holds], Origin]


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    place = origin.place
    found = _field(place) if isinstance(place, Document) else None
    return origin if found is None else found(origin, direction, part, what)


def _field(place: Document) -> _Field | None:
    """How the dialect of an object finds its fields."""
    if calico.claims(place):
        from npconv.dialects.calico.where import field as in_calico

        return in_calico
    if cilium.claims(place):
        from npconv.dialects.cilium.where import field as in_cilium

        return in_cilium
    if k8s.claims(place):
        from npconv.dialects.k8s.where import field as in_k8s

        return in_k8s
    if policy_api.claims(place):
        from npconv.dialects.policy_api.where import field as in_policy_api

        return in_policy_api
    return None


def port_name(rule: Rule, direction: Direction, name: str) -> Origin | None:
    """Where a rule asks for a port by its name; None for a rule that nobody wrote."""
    return None if rule.origin is None else field(rule.origin, direction, "traffic", Holds(DstPortNamed(name)))
