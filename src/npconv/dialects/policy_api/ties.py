"""Policies of one priority that decide the same traffic differently -> what is assumed of their order.

The API leaves it open (facts/k8s_np.md 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby, product
from typing import Final

from npconv.diagnostics.codes import policy_api as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import below
from npconv.ir.condition import both
from npconv.ir.policy import Policy, PolicyName, Rule
from npconv.lowering.subjects import may_meet

_LIMIT: Final = 64
"""How far it is looked into whether two rules meet; beyond, they are taken to."""


def ties(policies: Sequence[Policy], priorities: Sequence[int]) -> Iterator[Diagnostic]:
    """An assumption for every policy of a tier whose order to an earlier one matters and is open.

    `policies` are in the order that is assumed.
    """
    listed = zip(policies, priorities, strict=True)
    for priority, group in groupby(listed, key=lambda one: one[1]):
        said: set[PolicyName] = set()
        for (first, _), (second, _) in combinations(list(group), 2):
            if second.name in said or not _differ(first, second):
                continue
            said.add(second.name)
            yield Diagnostic(
                code=codes.TIE,
                origin=below(second.origin, "spec", "priority"),
                message=f"`{first.name.name}` comes before `{second.name.name}`, which has the same priority "
                f"({priority})",
                help="give them different priorities: their order is not defined",
            )


def _differ(one: Policy, other: Policy) -> bool:
    return may_meet(one.subject, other.subject, _LIMIT) and any(
        mine.action is not its.action and _meet(mine, its)
        for section in one.sections
        if (opposite := other.section(section.direction)) is not None
        for mine, its in product(section.rules, opposite.rules)
    )


def _meet(one: Rule, other: Rule) -> bool:
    return may_meet(both(one.subject, one.peer), both(other.subject, other.peer), _LIMIT) and may_meet(
        one.traffic, other.traffic, _LIMIT
    )
