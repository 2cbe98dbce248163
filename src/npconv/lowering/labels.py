"""Labels that no Kubernetes object can have, settled: an impossible key is absent everywhere, an impossible value
is nobody's. Calico's selectors take any text; the API server admits labels of one shape only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import assert_never

from npconv.ir.condition import (
    ALWAYS,
    NEVER,
    REMEMBERED,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    either,
    within,
)
from npconv.ir.dimensions import NAME, Attribute, LabelText, Scope
from npconv.ir.policy import Policy, PolicySet, Rule, Section
from npconv.ir.values import Values
from npconv.source.names import label_key, label_value

LABELS = frozenset({Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT})


def possible(policies: PolicySet) -> PolicySet:
    """The same policy set over labels that can exist."""
    return PolicySet(
        tiers=tuple(replace(tier, policies=tuple(_policy(one) for one in tier.policies)) for tier in policies.tiers)
    )


def _policy(policy: Policy) -> Policy:
    """The policy itself where every label can exist, as nearly always."""
    if settled(policy.subject) is policy.subject and all(map(_is_settled, policy.sections)):
        return policy
    sections = tuple(replace(one, rules=tuple(map(_rule, one.rules))) for one in policy.sections)
    return replace(policy, subject=settled(policy.subject), sections=sections)


def _is_settled(section: Section) -> bool:
    for rule in section.rules:
        if settled(rule.peer) is not rule.peer:
            return False
        if rule.subject is not ALWAYS and settled(rule.subject) is not rule.subject:
            return False
    return True


def _rule(rule: Rule) -> Rule:
    return replace(rule, subject=settled(rule.subject), peer=settled(rule.peer))


@lru_cache(maxsize=REMEMBERED)
def settled(condition: Condition) -> Condition:
    """A condition over labels that can exist."""
    match condition:
        case Always() | Never():
            return condition
        case Within(Attribute() as attribute, Values() as members) if attribute.scope in LABELS:
            if not _can_exist(attribute):
                return ALWAYS if members.absent else NEVER
            named = frozenset(name for name in members.named if not label_value(name))
            if named == members.named:
                return condition
            return within(attribute, Values(named, members.cofinite, members.absent))
        case Holds(LabelText(attribute), negated) if attribute.scope in LABELS and not _can_exist(attribute):
            return ALWAYS if negated else NEVER
        case Within() | Holds():
            return condition
        case Both(parts):
            found = [settled(part) for part in parts]
            return condition if _same(found, parts) else both(*found)
        case Either(parts):
            found = [settled(part) for part in parts]
            return condition if _same(found, parts) else either(*found)
        case _:
            assert_never(condition)


def _same(found: Sequence[Condition], parts: Sequence[Condition]) -> bool:
    """Whether nothing changed: then the condition is in its canonical form already."""
    return all(one is old for one, old in zip(found, parts, strict=True))


@lru_cache(maxsize=REMEMBERED)
def _can_exist(attribute: Attribute) -> bool:
    return attribute.key == NAME or not label_key(attribute.key)
