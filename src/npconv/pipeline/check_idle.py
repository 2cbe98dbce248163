"""Which losses change no flow at all: they own none of those that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from npconv.ir.policy import Action, Direction
from npconv.lowering.losses import Loss
from npconv.pipeline.check_work import Work
from npconv.pipeline.owners import Owners, owns, within_reach
from npconv.semantics.compare import Change, Comparer, Counterexample
from npconv.semantics.guess import Guesses
from npconv.semantics.judge import Judge

_MANY: Final = 1 << 30
_AT_ONCE: Final = 2
"""How many flows are looked for at once in one namespace: what they show is not asked about again."""
_TRIED: Final = 4
"""Of how many of the boxes that a loss reaches flows are guessed."""


def idle(losses: Sequence[Loss], comparer: Comparer, work: Work) -> tuple[Loss, ...]:
    """The losses that own no flow; nothing if that cannot be proven. One that reaches none is about nodes.

    A flow that is easy to guess shows of most that they do own one. For the others all flows are searched.
    """
    guesses = Guesses(comparer.judges, comparer.space)
    left = [one for one in losses if one.reach and not _is_active(one, guesses, comparer.judges)]
    while left:
        opening = [one for one in left if one.effect.opens]
        asked = {Change.GAINED: within_reach(opening), Change.LOST: within_reach(left)}
        budget = replace(work.budget(), counterexamples=_MANY, per_question=_AT_ONCE)
        found = comparer.compare(budget=budget, asked=asked, readable=False)
        work.cost.add(found.counters)
        owners = Owners(left)
        active = {id(loss) for one in found.counterexamples for loss in owners.of(one)}
        if not active:
            return tuple(left) if found.complete else ()
        left = [one for one in left if id(one) not in active]
    return ()


def _is_active(loss: Loss, guesses: Guesses, judges: tuple[Judge, Judge]) -> bool:
    """Whether a guess is a flow that differs and that the loss owns; False also if it is not."""
    old, new = judges
    for direction in Direction if loss.direction is None else (loss.direction,):
        for reach in loss.reach[:_TRIED]:
            for flow in guesses.of(reach.as_rule(Action.DENY), direction):
                example = Counterexample(flow=flow, old=old.verdict(flow), new=new.verdict(flow))
                if example.old.allowed is not example.new.allowed and owns(loss, example):
                    return True
    return False
