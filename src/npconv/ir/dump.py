"""IR -> stable text, for goldens and for people: what a policy set means."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.ir.condition import ALWAYS, Condition
from npconv.ir.policy import Policy, PolicySet, Rule, Section, Tier


def dump(policies: PolicySet) -> str:
    """The policy set as indented text: tiers, policies, sections and rules in the order in which they decide."""
    return "".join(f"{line}\n" for tier in policies.tiers for line in _tier(tier))


def _tier(tier: Tier) -> Iterator[str]:
    yield f"tier {tier.name} (end: {tier.end.value})"
    for policy in tier.policies:
        yield from _policy(policy)


def _policy(policy: Policy) -> Iterator[str]:
    yield f"  policy {policy.name}"
    yield f"    subject: {policy.subject}"
    for section in policy.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    isolates = "isolates" if section.isolates else "does not isolate"
    yield f"    {section.direction.value} ({isolates})"
    for rule in section.rules:
        yield f"      {_rule(rule)}"


def _rule(rule: Rule) -> str:
    parts = [_part("if subject", rule.subject), _part("peer", rule.peer), _part("traffic", rule.traffic)]
    parts.append(_part("request", rule.request))
    said = "; ".join(part for part in parts if part)
    return rule.action.value + (f" {said}" if said else " everything")


def _part(name: str, condition: Condition) -> str:
    return "" if condition == ALWAYS else f"{name}: {condition}"
