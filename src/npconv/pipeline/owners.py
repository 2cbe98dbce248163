"""Flows that differ and losses -> which loss accounts for which flow, and which losses change any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from npconv.diagnostics.effect import Effect
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


def witnessed(losses: Iterable[Loss], owners: Sequence[Loss]) -> tuple[Loss, ...]:
    """The losses with the effects that the proof found, given those that own a flow: the others are inert.

    Of each pair of deciding rules the proof shows one flow, so a rule's losses are taken to change flows together.
    Losses of whole policies keep their effect: nodes are not compared.
    """
    rules = {(loss.direction, id(loss.rule)) for loss in owners}
    return tuple(
        replace(loss, effect=Effect.INERT)
        if loss.rule is not None and loss.effect.changes_flows and (loss.direction, id(loss.rule)) not in rules
        else loss
        for loss in losses
    )


def _reaches(reach: Reach, flow: Flow) -> bool:
    return (
        meets(reach.subject, flow, flow.subject)
        and meets(reach.peer, flow, flow.peer)
        and meets(reach.traffic, flow, flow.peer)
        and (flow.request is None or meets(reach.request, flow, flow.peer))
    )
