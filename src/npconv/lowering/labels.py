"""Labels that no Kubernetes object can have, settled: an impossible key is absent everywhere, an impossible value
is nobody's. Calico's selectors take any text; the API server admits labels of one shape only.
"""

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
    within,
)
from npconv.ir.dimensions import NAME, Attribute, LabelText, Scope
from npconv.ir.policy import PolicySet
from npconv.ir.values import Values
from npconv.source.names import label_key, label_value

LABELS = frozenset({Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT})


def possible(policies: PolicySet) -> PolicySet:
    """The same policy set over labels that can exist."""
    return PolicySet(
        tiers=tuple(
            replace(
                tier,
                policies=tuple(
                    replace(
                        policy,
                        subject=settled(policy.subject),
                        sections=tuple(
                            replace(
                                section,
                                rules=tuple(
                                    replace(rule, subject=settled(rule.subject), peer=settled(rule.peer))
                                    for rule in section.rules
                                ),
                            )
                            for section in policy.sections
                        ),
                    )
                    for policy in tier.policies
                ),
            )
            for tier in policies.tiers
        )
    )


def settled(condition: Condition) -> Condition:
    """A condition over labels that can exist."""
    match condition:
        case Always() | Never():
            return condition
        case Within(Attribute() as attribute, Values() as members) if attribute.scope in LABELS:
            if not _can_exist(attribute):
                return ALWAYS if members.absent else NEVER
            named = frozenset(name for name in members.named if not label_value(name))
            return within(attribute, Values(named, members.cofinite, members.absent))
        case Holds(LabelText(attribute), negated) if attribute.scope in LABELS and not _can_exist(attribute):
            return ALWAYS if negated else NEVER
        case Within() | Holds():
            return condition
        case Both(parts):
            return both(*(settled(part) for part in parts))
        case Either(parts):
            return either(*(settled(part) for part in parts))
        case _:
            assert_never(condition)


def _can_exist(attribute: Attribute) -> bool:
    return attribute.key == NAME or not label_key(attribute.key)
