"""Policies on nodes, taken out of a policy set: what is left is about pods alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

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

_POD: Final = kind(Kind.POD)


def pods_only(policies: PolicySet) -> tuple[PolicySet, tuple[Policy, ...]]:
    """The policy set for subjects that are pods, and the policies that also (or only) select nodes."""
    on_nodes: list[Policy] = []
    tiers = []
    for tier in policies.tiers:
        kept: list[Policy] = []
        for policy in tier.policies:
            if _is_of_pods(policy.subject):
                kept.append(policy)
                continue
            if given(policy.subject, Kind.HOST) != NEVER:
                on_nodes.append(policy)
            subject = both(kind(Kind.POD), given(policy.subject, Kind.POD))
            if subject != NEVER:
                kept.append(replace(policy, subject=subject))
        tiers.append(replace(tier, policies=tuple(kept)))
    return PolicySet(tiers=tuple(tiers)), tuple(on_nodes)


def _is_of_pods(condition: Condition) -> bool:
    """Whether a condition asks for a pod, and for nothing else that its kind decides: it is then as it will be."""
    if type(condition) is not Both:
        return condition == _POD
    asked = False
    for part in condition.parts:
        if type(part) is Within:
            if part.dimension is Axis.KIND:
                if part != _POD:
                    return False
                asked = True
        elif type(part) is not Holds:
            return False
    return asked


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
