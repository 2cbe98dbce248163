"""Tiers -> what NetworkPolicies may say of them, what is asked before these, and what is asked behind them.

An engine of the policy API asks Admin, then NetworkPolicies, which are final for the pods that they isolate, then
Baseline. A tier whose end denies is like NetworkPolicies, as far as its policies are of one namespace each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npconv.dataclass import dataclass
from npconv.ir.policy import Action, Policy, PolicySet, Tier, TierEnd

CLOSING = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A policy set in three: tiers before, one tier for NetworkPolicies, tiers behind."""

    before: tuple[Tier, ...]
    middle: Tier
    behind: tuple[Tier, ...]


def parts(policies: PolicySet) -> Iterator[Parts]:
    """Ways to part a set that let the same flows through, the simplest first; none if no tier isolates."""
    isolating = [index for index, tier in enumerate(policies.tiers) if _isolates(tier)]
    if not isolating:
        return
    last = isolating[-1]
    before, middle, behind = policies.tiers[:last], policies.tiers[last], policies.tiers[last + 1 :]
    if behind and any(_passes(one) for one in middle.policies):
        return  # what they pass would not get there: NetworkPolicies are final, and so is what closes the tier
    yield Parts(before=before, middle=middle, behind=behind)
    wide = [one for one in middle.policies if not one.name.namespace]
    if not wide:
        return  # the same again
    narrow = tuple(one for one in middle.policies if one.name.namespace)
    ruling = [one for one in wide if _rules(one)]
    if narrow and (not ruling or middle.policies.index(ruling[-1]) < middle.policies.index(narrow[0])):
        ahead = replace(middle, end=TierEnd.PASS, policies=tuple(_open(one) for one in ruling))
        closing = tuple(_bare(one) for one in wide if any(section.isolates for section in one.sections))
        if closing and any(_passes(one) for one in narrow):
            return  # what they let go on would be closed behind them
        if any(_only_adds(one, closing) for one in narrow):
            return
        yield Parts(
            before=(*before, ahead) if ruling else before,
            middle=replace(middle, policies=narrow),
            behind=(Tier(name=CLOSING, end=TierEnd.DENY, policies=closing), *behind) if closing else behind,
        )


def ahead(policies: PolicySet) -> Parts | None:
    """What ordered cluster-wide policies may say before everything else, and the rest; None if nothing isolates.

    For an engine that asks for isolation last, whoever it comes from: nothing stands behind the middle.
    """
    isolating = [index for index, tier in enumerate(policies.tiers) if _isolates(tier)]
    if not isolating or isolating[-1] != len(policies.tiers) - 1:
        return None
    *before, middle = policies.tiers
    ruling = [one for one in middle.policies if not one.name.namespace and _rules(one)]
    narrow = [one for one in middle.policies if one.name.namespace and _rules(one)]
    if ruling and (not narrow or middle.policies.index(ruling[-1]) < middle.policies.index(narrow[0])):
        before.append(replace(middle, end=TierEnd.PASS, policies=tuple(_open(one) for one in ruling)))
        rest = tuple(_bare(one) if one in ruling else one for one in middle.policies)
        middle = replace(middle, policies=tuple(one for one in rest if one.sections))
    return Parts(before=tuple(before), middle=middle, behind=())


def _isolates(tier: Tier) -> bool:
    return tier.end is TierEnd.DENY and any(section.isolates for one in tier.policies for section in one.sections)


def _only_adds(policy: Policy, closing: tuple[Policy, ...]) -> bool:
    """Whether a policy lets something through to pods that only policies behind isolate: NetworkPolicies cannot."""
    isolated = {section.direction for one in closing for section in one.sections}
    return any(one.rules and not one.isolates and one.direction in isolated for one in policy.sections)


def _rules(policy: Policy) -> bool:
    return any(rule.action is not Action.LOG for section in policy.sections for rule in section.rules)


def _passes(policy: Policy) -> bool:
    return any(rule.action is Action.PASS for section in policy.sections for rule in section.rules)


def _open(policy: Policy) -> Policy:
    """The rules of a policy: whom it isolates is asked behind what else there is for these pods.

    What the last of all tiers passes is let through.
    """
    sections = (
        replace(
            one,
            isolates=False,
            rules=tuple(
                replace(rule, action=Action.ALLOW) if rule.action is Action.PASS else rule for rule in one.rules
            ),
        )
        for one in policy.sections
        if one.rules
    )
    return replace(policy, sections=tuple(sections))


def _bare(policy: Policy) -> Policy:
    return replace(policy, sections=tuple(replace(one, rules=()) for one in policy.sections if one.isolates))
