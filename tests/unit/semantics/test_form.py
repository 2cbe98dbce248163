"""A normal form decides flows as the policies do that it is of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_flows import flows
from small_universe import SPACES, policy_sets, universes

from npconv.ir.condition import ALWAYS, Condition
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.semantics.alike import Alike
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.form import Form
from npconv.semantics.groups import tasks
from npconv.semantics.normal import End, Sent
from npconv.semantics.space import Space
from npconv.semantics.verdict import meets, verdict


def allows(form: Form, flow: Flow) -> bool:
    if _any(form.denied, flow):
        return False
    return _any(form.allowed, flow) or not any(_is(end, flow, flow.subject) for end in form.isolated)


def _any(boxes: dict[tuple[End, End, Condition], Sent], flow: Flow) -> bool:
    return any(
        _is(subject, flow, flow.subject)
        and _is(peer, flow, flow.peer)
        and (flow.request is None or meets(request, flow, flow.peer))
        and _is_sent(sent, flow)
        for (subject, peer, request), sent in boxes.items()
    )


def _is(end: End, flow: Flow, endpoint: Endpoint) -> bool:
    return (
        endpoint.kind in end.kinds
        and all(_value(dimension, flow, endpoint) in members for dimension, members in end.sets.items())
        and all(meets(condition, flow, endpoint) for condition in end.rest)
    )


def _value(dimension: Axis | Attribute, flow: Flow, endpoint: Endpoint) -> object:
    if isinstance(dimension, Attribute):
        return endpoint.attributes.get(dimension)
    return endpoint.address(flow.family) if dimension is Axis.ADDRESS else flow.family


def _is_sent(sent: Sent, flow: Flow) -> bool:
    if sent.ports is None:
        return meets(sent.rest, flow, flow.peer)
    return flow.port in sent.ports.get(flow.protocol, ())


def disagreeing(policies: PolicySet, space: Space, listed: list[Flow]) -> list[Flow]:
    """Flows that a normal form and the policies do not decide alike."""
    known = Alike(space)
    found = []
    for task in tasks(policies, PolicySet(tiers=()), space):
        for direction in Direction if task.group.kind is Kind.POD else ():
            forms = known.forms(task.old, task.old, direction)
            if forms is None:
                continue
            found += [
                flow
                for flow in listed
                if flow.direction is direction
                and flow.subject.kind is Kind.POD
                and flow.subject.attributes[NAMESPACE] in task.group.namespaces
                and allows(forms[0], flow) is not verdict(policies, flow).allowed
            ]
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_a_normal_form_decides(data: st.DataObject) -> None:
    universe, space = data.draw(universes), data.draw(st.sampled_from(SPACES))
    policies = data.draw(policy_sets(universe))
    assert not disagreeing(policies, space, flows(universe, space, 300))


def policy(direction: Direction, *actions: Action) -> Policy:
    rules = tuple(Rule(action=action) for action in actions)
    section = Section(direction=direction, isolates=True, rules=rules)
    return Policy(name=PolicyName("P", "", "p"), subject=ALWAYS, sections=(section,))


@pytest.mark.parametrize(
    "several",
    [
        [[policy(Direction.INGRESS)], [policy(Direction.EGRESS)]],
        [[policy(Direction.INGRESS, Action.PASS)], [policy(Direction.INGRESS)]],
        [[policy(Direction.INGRESS, Action.PASS)], [policy(Direction.EGRESS)]],
        [[policy(Direction.INGRESS, Action.ALLOW, Action.PASS), policy(Direction.INGRESS)]],
        [[policy(Direction.INGRESS), policy(Direction.INGRESS, Action.PASS, Action.DENY)]],
    ],
)
def test_what_the_ends_of_tiers_decide(several: list[list[Policy]]) -> None:
    policies = PolicySet(tiers=tuple(Tier(name="t", end=TierEnd.DENY, policies=tuple(one)) for one in several))
    space = Space()
    pods = [Endpoint(kind=Kind.POD, attributes={NAMESPACE: name}) for name in ("shop", "ops")]
    listed = [Flow(direction=direction, subject=pods[0], peer=pods[1], port=80) for direction in Direction]
    assert not disagreeing(policies, space, listed)
