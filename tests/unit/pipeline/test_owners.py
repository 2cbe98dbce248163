"""A loss owns flows of its direction, effect and reach; flows are within the reach of losses, or beyond."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.diagnostics.codes import losses as codes
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import ALWAYS, Condition, both, holds, within
from npconv.ir.dimensions import NAME, NAMESPACE, SERVICE_ACCOUNT, Attribute, Axis, HttpMethod, Kind, Kinds, Scope
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.losses import Loss, Reach
from npconv.pipeline.owners import Owners, beyond, owns, within_reach
from npconv.semantics.compare import EVERYWHERE, Change, Counterexample, Outcome, Region, compare
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict

ON_80: Condition = within(Axis.DST_PORT, ports((80, 80)))
RULE = Rule(action=Action.ALLOW)
POD = Endpoint(
    kind=Kind.POD,
    attributes={NAMESPACE: "shop", SERVICE_ACCOUNT: "default", Attribute.of(Scope.CLUSTER, NAME): "default"},
)


def policy(*rules: Rule) -> Policy:
    sections = tuple(Section(direction=direction, isolates=True, rules=rules) for direction in Direction)
    return Policy(name=PolicyName("P", "", "p"), subject=ALWAYS, sections=sections)


def policies(*rules: Rule) -> PolicySet:
    return PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy(*rules),)),))


def loss(reach: Reach | None, effect: Effect = Effect.NARROWS, direction: Direction | None = Direction.INGRESS) -> Loss:
    return Loss(
        code=codes.LABEL_TEXT,
        effect=effect,
        policy=policy(RULE),
        direction=direction,
        rule=RULE,
        message="",
        reach=(reach,) if reach else (),
    )


def example(port: int, *, gained: bool = False, direction: Direction = Direction.INGRESS) -> Counterexample:
    flow = Flow(direction=direction, subject=POD, peer=POD, port=port)
    return Counterexample(flow=flow, old=Verdict(allowed=not gained), new=Verdict(allowed=gained))


REACH = Reach(subject=ALWAYS, traffic=ON_80)


@pytest.mark.parametrize(
    ("one", "flow", "expected"),
    [
        (loss(REACH), example(80), True),
        (loss(REACH), example(81), False),
        (loss(REACH), example(80, direction=Direction.EGRESS), False),
        (loss(REACH, direction=None), example(80, direction=Direction.EGRESS), True),
        (loss(REACH), example(80, gained=True), False),
        (loss(REACH, Effect.WIDENS), example(80, gained=True), True),
        (loss(REACH, Effect.SHIFTS), example(80), True),
        (loss(REACH, Effect.INERT), example(80), False),
        (loss(None), example(80), False),
        (loss(Reach(subject=ALWAYS, request=holds(HttpMethod("GET")))), example(80), True),
    ],
)
def test_who_owns_a_flow(one: Loss, flow: Counterexample, expected: bool) -> None:
    assert owns(one, flow) is expected


@pytest.mark.parametrize("port", [80, 81])
@pytest.mark.parametrize("direction", Direction)
def test_flows_are_within_the_reach_of_losses_or_beyond(port: int, direction: Direction) -> None:
    flow = Flow(direction=direction, subject=POD, peer=POD, port=port)
    reached = port == 80 and direction is Direction.INGRESS
    assert within_reach([loss(REACH)]).has(flow) is reached
    assert beyond([loss(REACH)]).has(flow) is not reached


def test_a_difference_is_seen_only_where_it_is() -> None:
    old, new = policies(RULE), policies(Rule(action=Action.DENY, traffic=ON_80), RULE)
    on_both = loss(REACH, direction=None)
    assert compare(old, new).outcome is Outcome.DIFFERENT
    assert compare(old, new, asked=both_ways(beyond([on_both]))).outcome is Outcome.EQUAL
    assert compare(old, new, asked=both_ways(within_reach([on_both]))).outcome is Outcome.DIFFERENT
    egress = loss(REACH, direction=Direction.EGRESS)
    found = compare(old, new, asked=both_ways(beyond([egress])))
    assert {one.flow.direction for one in found.counterexamples} == {Direction.INGRESS}


def both_ways(region: Region) -> dict[Change, Region]:
    return dict.fromkeys(Change, region)


def test_only_the_changes_that_are_asked_for_are_looked_for() -> None:
    old, new = policies(RULE), policies(Rule(action=Action.DENY, traffic=ON_80), RULE)
    assert compare(old, new, asked={Change.GAINED: EVERYWHERE}).outcome is Outcome.EQUAL
    assert compare(old, new, asked={Change.LOST: EVERYWHERE}).outcome is Outcome.DIFFERENT
    assert compare(new, old, asked={Change.GAINED: EVERYWHERE}).outcome is Outcome.DIFFERENT


def test_the_owners_of_a_flow_are_those_that_own_it_in_their_order() -> None:
    in_shop: Condition = within(NAMESPACE, one_of("shop"))
    in_ops: Condition = within(NAMESPACE, one_of("ops"))
    losses = [
        loss(Reach(subject=in_ops)),
        loss(Reach(subject=in_shop)),
        loss(REACH),
        loss(Reach(subject=both(in_shop, within(Axis.KIND, Kinds(frozenset({Kind.POD})))))),
        loss(None),
        replace(loss(None), reach=(Reach(subject=in_ops), Reach(subject=in_shop, traffic=ON_80))),
        replace(loss(None), reach=(Reach(subject=in_ops), Reach(subject=ALWAYS))),
    ]
    owners = Owners(losses)
    for flow in (example(80), example(81), example(80, gained=True), example(80, direction=Direction.EGRESS)):
        found = owners.of(flow)
        expected = [one for one in losses if owns(one, flow)]
        assert [id(one) for one in found] == [id(one) for one in expected]
    assert len(owners.of(example(80))) == 5
