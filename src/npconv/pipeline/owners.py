"""Flows that differ and losses -> which loss accounts for which flow, and what changes apart from losses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.lowering.losses import Loss, Reach
from npconv.semantics.compare import Change, Counterexample
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets


def owns(loss: Loss, example: Counterexample) -> bool:
    """Whether a loss accounts for a flow: it has the flow's direction and effect, and reaches it."""
    if loss.direction is not None and loss.direction is not example.flow.direction:
        return False
    if not (loss.effect.opens if example.change is Change.GAINED else loss.effect.changes_flows):
        return False
    return any(_reaches(one, example.flow) for one in loss.reach)


def beyond(policies: PolicySet, losses: Iterable[Loss]) -> PolicySet:
    """The policies as far as no loss reaches: what one does is denied before them."""
    return _behind(policies, _rules(losses, Action.DENY), {})


def within_reach(policies: PolicySet, losses: Iterable[Loss]) -> PolicySet:
    """The policies as far as the losses reach: everything else is denied before them."""
    rest = (Rule(action=Action.DENY),)
    return _behind(policies, _rules(losses, Action.PASS), dict.fromkeys(Direction, rest))


def _rules(losses: Iterable[Loss], action: Action) -> dict[Direction, tuple[Rule, ...]]:
    found: dict[Direction, dict[Reach, None]] = {direction: {} for direction in Direction}
    for loss in losses:
        for direction in Direction if loss.direction is None else (loss.direction,):
            found[direction] |= dict.fromkeys(loss.reach)
    return {direction: tuple(_rule(reach, action) for reach in reaches) for direction, reaches in found.items()}


def _rule(reach: Reach, action: Action) -> Rule:
    return Rule(action=action, subject=reach.subject, peer=reach.peer, traffic=reach.traffic, request=reach.request)


def _behind(
    policies: PolicySet, rules: dict[Direction, tuple[Rule, ...]], rest: dict[Direction, tuple[Rule, ...]]
) -> PolicySet:
    sections = tuple(_sections(rules, rest))
    policy = Policy(name=PolicyName("reach", "", "of losses"), subject=ALWAYS, sections=sections)
    return PolicySet(tiers=(Tier(name="reach", end=TierEnd.PASS, policies=(policy,)), *policies.tiers))


def _sections(rules: dict[Direction, tuple[Rule, ...]], rest: dict[Direction, tuple[Rule, ...]]) -> Iterator[Section]:
    for direction, own in rules.items():
        yield Section(direction=direction, isolates=False, rules=(*own, *rest.get(direction, ())))


def _reaches(reach: Reach, flow: Flow) -> bool:
    return (
        meets(reach.subject, flow, flow.subject)
        and meets(reach.peer, flow, flow.peer)
        and meets(reach.traffic, flow, flow.peer)
        and (flow.request is None or meets(reach.request, flow, flow.peer))
    )
