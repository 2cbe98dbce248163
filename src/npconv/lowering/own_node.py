"""Pods that their own node does not reach in the source, where the target always lets it in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from npconv.diagnostics.codes import Code
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import NEVER, Condition, both, kind, negate
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet
from npconv.lowering.cube import TooManyError, cubes
from npconv.lowering.losses import Loss, Reach

_HOST: Final = kind(Kind.HOST)
_MOST: Final = 256


def let_in(policies: PolicySet, written: Collection[PolicyName], code: Code) -> Iterator[Loss]:
    """A loss for every policy that isolates pods whose own node nothing in the source's engine lets in.

    `written` are the policies that somebody wrote: what these allow the node is in the output.
    """
    listed = [policy for tier in policies.tiers for policy in tier.policies]
    reached = [one.subject for one in listed if one.name not in written and _lets_in(one)]
    if both(kind(Kind.POD), *(negate(one) for one in reached)) == NEVER:
        return  # every pod is reached, as in most engines
    for policy in listed:
        section = policy.section(Direction.INGRESS)
        if section is None or not section.isolates:
            continue
        left: Condition = policy.subject
        for subject in reached:
            left = both(left, negate(subject))
        if _is_nobody(both(left, kind(Kind.POD))):
            continue
        yield Loss(
            code=code,
            effect=Effect.WIDENS,
            policy=policy,
            direction=Direction.INGRESS,
            rule=None,
            message="the pods' own node gets in, though no rule allows it",
            reach=(Reach(subject=left, peer=_HOST),),
        )


def _is_nobody(condition: Condition) -> bool:
    try:
        return not cubes(condition, _MOST)
    except TooManyError:
        return False


def _lets_in(policy: Policy) -> bool:
    section = policy.section(Direction.INGRESS)
    rules = section.rules if section is not None else ()
    return any(rule.action is Action.ALLOW and rule.peer == _HOST for rule in rules)
