"""How a set is parted round NetworkPolicies, and where it cannot be."""

from __future__ import annotations

from dataclasses import replace

from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.lowering.middle import ahead, parts


def policy(name: str, *actions: Action, namespace: str = "") -> Policy:
    rules = tuple(Rule(action=one) for one in actions)
    section = Section(direction=Direction.INGRESS, isolates=True, rules=rules)
    return Policy(name=PolicyName("P", namespace, name), subject=ALWAYS, sections=(section,))


def tier(*policies: Policy, end: TierEnd = TierEnd.DENY, name: str = "default") -> Tier:
    return Tier(name=name, end=end, policies=policies)


def actions(found: Tier) -> list[Action]:
    return [rule.action for one in found.policies for section in one.sections for rule in section.rules]


WIDE = policy("wide", Action.DENY)
PASSING = policy("passing", Action.PASS)
NARROW = policy("narrow", Action.ALLOW, namespace="shop")


def test_the_last_tier_that_isolates_is_the_middle() -> None:
    first, last, behind = tier(WIDE, name="first"), tier(NARROW), tier(policy("b"), end=TierEnd.PASS, name="b")
    found = next(parts(PolicySet(tiers=(first, last, behind))))
    assert (found.before, found.middle, found.behind) == ((first,), last, (behind,))


def test_without_isolation_there_is_no_middle() -> None:
    open_ = PolicySet(tiers=(tier(WIDE, end=TierEnd.PASS),))
    assert not list(parts(open_))
    assert ahead(open_) is None


def test_wide_rules_that_come_first_go_before_and_close_behind() -> None:
    _, found = parts(PolicySet(tiers=(tier(WIDE, NARROW),)))
    assert [one.end for one in found.before] == [TierEnd.PASS]
    assert actions(found.before[0]) == [Action.DENY]
    assert not any(section.isolates for one in found.before[0].policies for section in one.sections)
    assert found.middle.policies == (NARROW,)
    assert [one.policies[0].sections[0] for one in found.behind] == [
        Section(direction=Direction.INGRESS, isolates=True, rules=())
    ]


def test_wide_rules_that_come_later_stay() -> None:
    assert len(list(parts(PolicySet(tiers=(tier(NARROW, WIDE),))))) == 1


def test_there_is_one_way_where_no_policy_is_cluster_wide() -> None:
    assert len(list(parts(PolicySet(tiers=(tier(NARROW, replace(NARROW, subject=ALWAYS)),))))) == 1


def test_what_the_last_tier_passes_is_let_through() -> None:
    _, found = parts(PolicySet(tiers=(tier(PASSING, NARROW),)))
    assert actions(found.before[0]) == [Action.ALLOW]


def test_what_is_passed_to_a_tier_behind_is_nothing_for_networkpolicies() -> None:
    behind = tier(policy("b"), end=TierEnd.PASS, name="b")
    assert list(parts(PolicySet(tiers=(tier(PASSING, NARROW), behind)))) == []
    assert len(list(parts(PolicySet(tiers=(tier(PASSING, NARROW),))))) == 2


def test_what_narrow_policies_pass_is_not_closed_by_wide_ones() -> None:
    passing = replace(NARROW, sections=PASSING.sections)
    assert len(list(parts(PolicySet(tiers=(tier(WIDE, NARROW),))))) == 2
    assert len(list(parts(PolicySet(tiers=(tier(WIDE, passing),))))) == 1


def test_ahead_leaves_isolation_to_the_middle() -> None:
    found = ahead(PolicySet(tiers=(tier(WIDE, NARROW),)))
    assert found is not None
    assert actions(found.before[0]) == [Action.DENY]
    assert [one.name.name for one in found.middle.policies] == ["wide", "narrow"]
    assert actions(found.middle) == [Action.ALLOW]
    assert not found.behind


def test_what_only_adds_for_pods_that_others_isolate_is_nothing_for_networkpolicies() -> None:
    """NetworkPolicies isolate whom they let something through to, and say nothing of others."""
    (section,) = NARROW.sections
    adding = replace(NARROW, sections=(replace(section, isolates=False),))
    assert len(list(parts(PolicySet(tiers=(tier(WIDE, adding),))))) == 1
    elsewhere = replace(adding, sections=(replace(section, isolates=False, direction=Direction.EGRESS),))
    assert len(list(parts(PolicySet(tiers=(tier(WIDE, elsewhere),))))) == 2
