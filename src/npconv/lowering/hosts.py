"""Policies on nodes, taken out of a policy set: what is left is about pods alone."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from npconv.ir.condition import (
    ALWAYS,
    NEVER,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    either,
    kind,
)
from npconv.ir.dimensions import Axis, Kind, Kinds
from npconv.ir.policy import Policy, PolicySet


def pods_only(policies: PolicySet) -> tuple[PolicySet, tuple[Policy, ...]]:
    """The policy set for subjects that are pods, and the policies that also (or only) select nodes."""
    on_nodes: list[Policy] = []
    tiers = []
    for tier in policies.tiers:
        kept: list[Policy] = []
        for policy in tier.policies:
            if given(policy.subject, Kind.HOST) != NEVER:
                on_nodes.append(policy)
            subject = both(kind(Kind.POD), given(policy.subject, Kind.POD))
            if subject != NEVER:
                kept.append(replace(policy, subject=subject))
        tiers.append(replace(tier, policies=tuple(kept)))
    return PolicySet(tiers=tuple(tiers)), tuple(on_nodes)


def given(condition: Condition, what: Kind) -> Condition:
    """What is left of a condition on an endpoint once its kind is known."""
    match condition:
        case Always() | Never() | Holds():
            return condition
        case Within(Axis.KIND, Kinds() as kinds):
            return ALWAYS if what in kinds else NEVER
        case Within():
            return condition
        case Both(parts):
            return both(*(given(part, what) for part in parts))
        case Either(parts):
            return either(*(given(part, what) for part in parts))
        case _:
            assert_never(condition)
