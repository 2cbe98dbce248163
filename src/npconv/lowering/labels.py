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
    subject, sections = settled(policy.subject), tuple(_section(one) for one in policy.sections)
    if subject is policy.subject and all(one is old for one, old in zip(sections, policy.sections, strict=True)):
        return policy
    return replace(policy, subject=subject, sections=sections)


def _section(section: Section) -> Section:
    rules = tuple(_rule(one) for one in section.rules)
    if all(one is old for one, old in zip(rules, section.rules, strict=True)):
        return section
    return replace(section, rules=rules)


def _rule(rule: Rule) -> Rule:
    subject, peer = settled(rule.subject), settled(rule.peer)
    return rule if subject is rule.subject and peer is rule.peer else replace(rule, subject=subject, peer=peer)


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
