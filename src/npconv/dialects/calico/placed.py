"""A Calico policy -> its rules, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.calico.model import Policy, PolicyType
from npconv.dialects.calico.model_rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule and its place; None if npconv built the policy."""

    rule: Rule
    direction: PolicyType
    origin: Origin | None


def rules(policy: Policy, *directions: PolicyType) -> Iterator[PlacedRule]:
    """The rules of these directions, or every rule, ingress first."""
    for direction, key, listed in (
        (PolicyType.INGRESS, "ingress", policy.ingress),
        (PolicyType.EGRESS, "egress", policy.egress),
    ):
        if not directions or direction in directions:
            for index, rule in enumerate(listed or ()):
                origin = below(policy.origin, "spec", key, index)
                yield PlacedRule(rule=rule, direction=direction, origin=origin)
