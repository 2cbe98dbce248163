"""What a policy asks of endpoints, settled by what endpoints of each kind can have, in a cluster of one name.

Every peer becomes a union over kinds of endpoint, of which each asks only for what endpoints of its kind can have.
Targets whose peers are of one kind, and know no clusters, can say more of these.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from npconv.ir.condition import NEVER, REMEMBERED, Both, Condition, Either, Within, both, either, kind
from npconv.ir.dimensions import Attribute, Kind
from npconv.ir.policy import Policy, PolicySet, Rule, Section
from npconv.ir.values import Values
from npconv.lowering.views import OF_PODS, seen_as

_PODS: Final = kind(Kind.POD)
KINDS = (Kind.POD, Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE)


def settled(policies: PolicySet, cluster: str = "default") -> PolicySet:
    """The policy set, of which subjects are pods, in a cluster of this name."""
    subjects: dict[Condition, Condition] = {}
    asked: dict[tuple[Condition, Condition], tuple[Condition, Condition] | None] = {}

    def rule(one: Rule) -> Rule:
        key = (one.subject, one.peer)
        if key in asked:
            found = asked[key]
        else:
            now = (seen_as(one.subject, Kind.POD, cluster), _peer(one.peer, cluster))
            found = asked[key] = None if now == key else now
        if found is None:
            return one
        subject, peer = found
        return Rule(
            action=one.action,
            subject=subject,
            peer=peer,
            traffic=one.traffic,
            request=one.request,
            origin=one.origin,
        )

    def section(one: Section) -> Section:
        return Section(direction=one.direction, isolates=one.isolates, rules=tuple([rule(each) for each in one.rules]))

    def policy(one: Policy) -> Policy:
        subject = subjects.get(one.subject)
        if subject is None:
            subject = subjects[one.subject] = both(_PODS, seen_as(one.subject, Kind.POD, cluster))
        sections = tuple([section(part) if part.rules else part for part in one.sections])
        return Policy(name=one.name, subject=subject, sections=sections, origin=one.origin)

    return PolicySet(
        tiers=tuple(replace(tier, policies=tuple(policy(one) for one in tier.policies)) for tier in policies.tiers)
    )


@lru_cache(maxsize=REMEMBERED)
def _peer(condition: Condition, cluster: str) -> Condition:
    """Part by part, so that a part that asks the same of every kind stays in one piece."""
    if isinstance(condition, Either):
        return either(*(_peer(part, cluster) for part in condition.parts))
    if _is_of_pods(condition):
        return both(_PODS, seen_as(condition, Kind.POD, cluster))
    by_rest: dict[Condition, list[Kind]] = {}
    for one in KINDS:
        rest = seen_as(condition, one, cluster)
        if rest != NEVER:
            by_rest.setdefault(rest, []).append(one)
    if len(by_rest) == 1 and len(next(iter(by_rest.values()))) == len(KINDS):
        return next(iter(by_rest))
    return either(*(both(kind(*kinds), rest) for rest, kinds in by_rest.items()))


def _is_of_pods(condition: Condition) -> bool:
    """Whether a condition asks for an attribute that nobody but pods has."""
    for part in condition.parts if isinstance(condition, Both) else (condition,):
        if isinstance(part, Within) and isinstance(part.members, Values):
            asked = part.dimension
            if isinstance(asked, Attribute) and asked.scope in OF_PODS and not part.members.absent:
                return True
    return False
