"""Rules for any request of a protocol -> rules for their ports: what is sent there is taken to be of that protocol.

Cilium has such rules to watch traffic: `dns` for every name, which is how it learns what names stand for, and `http`
for any request. Elsewhere there are no words for them, and leaving out the way to DNS would stop everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from npconv.ir.condition import ALWAYS, Both, Condition, Either, Holds, both, either
from npconv.ir.dimensions import Request
from npconv.ir.policy import Policy, PolicySet, Rule

ANY_REQUEST: Final = {Request("dns", "*"): "DNS", Request("http", "any"): "HTTP"}
"""The facts that hold for whatever is said in a protocol."""


def without_any(policies: PolicySet) -> tuple[PolicySet, tuple[tuple[Rule, str], ...]]:
    """The policies where any request of a protocol is any traffic, and the rules that were about such, with what."""
    found: list[tuple[Rule, str]] = []

    def of_rule(rule: Rule) -> Rule:
        plain = _plain(rule.request)
        if plain == rule.request:
            return rule
        found.extend((rule, protocol) for protocol in sorted(set(_spoken(rule.request))))
        return replace(rule, request=plain)

    def of_policy(policy: Policy) -> Policy:
        sections = tuple(replace(one, rules=tuple(of_rule(rule) for rule in one.rules)) for one in policy.sections)
        return policy if sections == policy.sections else replace(policy, sections=sections)

    tiers = tuple(replace(tier, policies=tuple(of_policy(one) for one in tier.policies)) for tier in policies.tiers)
    return (replace(policies, tiers=tiers), tuple(found)) if found else (policies, ())


def _plain(asked: Condition) -> Condition:
    match asked:
        case Holds(Request() as fact, False) if fact in ANY_REQUEST:
            return ALWAYS
        case Both(parts):
            return both(*(_plain(part) for part in parts))
        case Either(parts):
            return either(*(_plain(part) for part in parts))
        case _:
            return asked


def _spoken(asked: Condition) -> Iterator[str]:
    match asked:
        case Holds(Request() as fact, False) if fact in ANY_REQUEST:
            yield ANY_REQUEST[fact]
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _spoken(part)
        case _:
            return
