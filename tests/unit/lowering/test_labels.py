"""Labels that Kubernetes does not admit are nobody's; all others are left alone."""

from __future__ import annotations

import pytest
from small_sets import APP, policy

from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, negate, within
from npconv.ir.dimensions import NAME, SERVICE_ACCOUNT, Attribute, Axis, LabelText, Scope, TextTest
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, PolicySet, Rule, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.lowering.labels import possible, settled

BAD_KEY = Attribute.of(Scope.POD, "a/b/c")
BAD_TEXT = holds(LabelText(BAD_KEY, TextTest.CONTAINS.value, "x"))
WEB = within(APP, one_of("web"))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (within(BAD_KEY, one_of("x")), NEVER),
        (within(BAD_KEY, PRESENT), NEVER),
        (within(BAD_KEY, ABSENT), ALWAYS),
        (within(BAD_KEY, none_of("x")), ALWAYS),
        (BAD_TEXT, NEVER),
        (negate(BAD_TEXT), ALWAYS),
        (within(APP, one_of("no label value!")), NEVER),
        (within(APP, one_of("web", "no label value!")), WEB),
        (within(APP, none_of("no label value!")), ALWAYS),
        (within(APP, one_of("")), within(APP, one_of(""))),
        (within(APP, one_of("x" * 64)), NEVER),
        (either(WEB, within(BAD_KEY, PRESENT)), WEB),
        (both(WEB, within(BAD_KEY, ABSENT)), WEB),
    ],
)
def test_what_cannot_exist_is_settled(asked: Condition, expected: Condition) -> None:
    assert settled(asked) == expected


@pytest.mark.parametrize(
    "asked",
    [
        ALWAYS,
        NEVER,
        WEB,
        within(SERVICE_ACCOUNT, one_of("system.account")),
        within(Attribute.of(Scope.CLUSTER, NAME), one_of("east")),
        within(Attribute.of(Scope.NODE, "a/b/c"), one_of("x")),
        within(Axis.DST_PORT, ports((80, 80))),
        holds(LabelText(APP, TextTest.STARTS_WITH.value, "!")),
    ],
)
def test_what_can_exist_is_left_alone(asked: Condition) -> None:
    assert settled(asked) == asked


def test_every_side_of_a_policy_is_settled() -> None:
    bad = within(BAD_KEY, ABSENT)
    rule = Rule(action=Action.ALLOW, subject=bad, peer=either(WEB, bad))
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy("p", rule, subject=bad),)),))
    found = possible(source).tiers[0].policies[0]
    assert found.subject == ALWAYS
    assert (found.sections[0].rules[0].subject, found.sections[0].rules[0].peer) == (ALWAYS, ALWAYS)
