"""Denies and allows of one policy, which an order may hold together."""

from __future__ import annotations

from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Action, Direction, Policy, PolicyName, Rule, Section, Tier, TierEnd
from npconv.lowering.together import DENIES, together

DENY, ALLOW = Rule(action=Action.DENY), Rule(action=Action.ALLOW)


def tiers(deny: Direction, allow: Direction, end: TierEnd) -> tuple[Tier, Tier]:
    """One policy's deny and its allow, a tier each."""
    name = PolicyName("P", "", "p")
    denies = Policy(name=name, subject=ALWAYS, sections=(Section(direction=deny, isolates=False, rules=(DENY,)),))
    section = Section(direction=allow, isolates=end is TierEnd.DENY, rules=(ALLOW,))
    allows = Policy(name=name, subject=ALWAYS, sections=(section,))
    return (
        Tier(name=DENIES, end=TierEnd.PASS, policies=(denies,)),
        Tier(name="allow", end=end, policies=(allows,)),
    )


def joined(deny: Direction, allow: Direction, end: TierEnd) -> list[dict[Direction, tuple[Rule, ...]]]:
    """The rules of each policy by direction."""
    found = together(tiers(deny, allow, end), lambda one: one, 16)
    return [{one.direction: one.rules for one in policy.sections} for tier in found for policy in tier.policies]


def test_denies_stand_before_the_allows_of_their_policy() -> None:
    assert joined(Direction.INGRESS, Direction.INGRESS, TierEnd.DENY) == [{Direction.INGRESS: (DENY, ALLOW)}]


def test_denies_of_a_direction_without_allows_stay() -> None:
    """In a tier that ends without a Deny they isolate nobody; where it denies, they would: the tiers stay apart."""
    both = {Direction.EGRESS: (ALLOW,), Direction.INGRESS: (DENY,)}
    assert joined(Direction.INGRESS, Direction.EGRESS, TierEnd.PASS) == [both]
    assert len(joined(Direction.INGRESS, Direction.EGRESS, TierEnd.DENY)) == 2
