"""Flows that differ and losses -> which loss accounts for which flow, and the flows within and beyond their reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npconv.ir.condition import Condition
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.lowering.losses import Loss, Reach
from npconv.semantics.compare import Change, Counterexample
from npconv.semantics.flow import Flow
from npconv.semantics.judge import places
from npconv.semantics.region import Region
from npconv.semantics.verdict import meets


def owns(loss: Loss, example: Counterexample) -> bool:
    """Whether a loss accounts for a flow: it has the flow's direction and effect, and reaches it."""
    if loss.direction is not None and loss.direction is not example.flow.direction:
        return False
    if not (loss.effect.opens if example.change is Change.GAINED else loss.effect.changes_flows):
        return False
    return any(_reaches(one, example.flow) for one in loss.reach)


class Owners:
    """Losses, to be asked who of them owns a flow, in their order."""

    def __init__(self, losses: Iterable[Loss]) -> None:
        self._losses = tuple(losses)
        self._open: list[int] = []
        self._by_place: dict[str, list[int]] = {}
        for at, loss in enumerate(self._losses):
            where = [places(reach.subject) for reach in loss.reach]
            if None in where:
                self._open.append(at)
            else:
                for name in frozenset().union(*(names for names in where if names is not None)):
                    self._by_place.setdefault(name, []).append(at)

    def of(self, example: Counterexample) -> tuple[Loss, ...]:
        """The losses that account for a flow."""
        name = example.flow.subject.attributes.get(NAMESPACE)
        near = self._by_place.get(name, ()) if name is not None else ()
        return tuple(loss for at in sorted([*self._open, *near]) if owns(loss := self._losses[at], example))


def beyond(losses: Iterable[Loss]) -> Region:
    """The flows that no loss reaches."""
    return Region(denying=_reached(losses))


def within_reach(losses: Iterable[Loss]) -> Region:
    """The flows that some loss reaches."""
    return Region(denying=_reached(losses), inside=True)


def _reached(losses: Iterable[Loss]) -> PolicySet:
    """What losses reach, as a policy for each subject: so it is asked only where that subject can be."""
    found: dict[Condition, dict[Direction, dict[Rule, None]]] = {}
    for loss in losses:
        for reach in loss.reach:
            rule = Rule(action=Action.DENY, peer=reach.peer, traffic=reach.traffic, request=reach.request)
            by_direction = found.setdefault(reach.subject, {})
            for direction in Direction if loss.direction is None else (loss.direction,):
                by_direction.setdefault(direction, {})[rule] = None
    policies = tuple(_policy(subject, by_direction) for subject, by_direction in found.items())
    return PolicySet(tiers=(Tier(name="reach", end=TierEnd.PASS, policies=policies),))


def _policy(subject: Condition, rules: Mapping[Direction, Mapping[Rule, None]]) -> Policy:
    sections = tuple(
        Section(direction=each, isolates=False, rules=tuple(rules[each])) for each in Direction if each in rules
    )
    return Policy(name=PolicyName("reach", "", "of losses"), subject=subject, sections=sections)


def _reaches(reach: Reach, flow: Flow) -> bool:
    return (
        meets(reach.subject, flow, flow.subject)
        and meets(reach.peer, flow, flow.peer)
        and meets(reach.traffic, flow, flow.peer)
        and (flow.request is None or meets(reach.request, flow, flow.peer))
    )
