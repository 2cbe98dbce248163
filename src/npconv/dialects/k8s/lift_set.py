"""Lifted policies -> the policy set that plain Kubernetes promises to enforce."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.ir.condition import kind
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.semantics.meaning import KUBERNETES, EngineMeaning


def lift_set(
    policies: Sequence[Policy],
    *,
    admin: Sequence[Policy] = (),
    baseline: Sequence[Policy] = (),
    meaning: EngineMeaning = KUBERNETES,
) -> PolicySet:
    """Admin, then NetworkPolicies, whose tier is final for the pods that they isolate, then Baseline.

    `admin` and `baseline` are in the order in which they are asked. Source: facts/k8s_np.md 5.4 and 6.2.
    """
    tiers = (
        Tier(name="admin", end=TierEnd.PASS, policies=tuple(admin)),
        Tier(name="networkpolicy", end=TierEnd.DENY, policies=(*_own_node(meaning), *policies)),
        Tier(name="baseline", end=TierEnd.PASS, policies=tuple(baseline)),
    )
    return PolicySet(tiers=tuple(tier for tier in tiers if tier.policies))


def _own_node(meaning: EngineMeaning) -> tuple[Policy, ...]:
    if not meaning.own_node:
        return ()
    rule = Rule(action=Action.ALLOW, peer=kind(Kind.HOST))
    sections = tuple(
        Section(direction=direction, isolates=False, rules=(rule,))
        for direction in sorted(meaning.own_node, key=lambda one: one.value, reverse=True)
    )
    name = PolicyName(meaning.name, "", "own-node")
    return (Policy(name=name, subject=kind(Kind.POD), sections=sections),)
