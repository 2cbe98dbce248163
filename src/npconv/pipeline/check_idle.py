"""Which losses change no flow at all: they own none of those that differ."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from npconv.lowering.losses import Loss
from npconv.pipeline.owners import Owners, within_reach
from npconv.semantics.compare import Change, Comparer
from npconv.semantics.solver import Budget, Counters, Watch

_MANY = 1 << 30


class Work:
    """What a proof may still take, and what it took."""

    def __init__(self, seconds: float, watch: Watch | None) -> None:
        self._until = time.monotonic() + seconds
        self._watch = watch
        self.cost = Counters()

    def budget(self) -> Budget:
        """The rest of it."""
        return Budget(seconds=max(0.0, self._until - time.monotonic()), watch=self._watch)


def idle(losses: Sequence[Loss], comparer: Comparer, work: Work) -> tuple[Loss, ...]:
    """The losses that own no flow; nothing if that cannot be proven. One that reaches none is about nodes."""
    left = [one for one in losses if one.reach]
    while left:
        opening = [one for one in left if one.effect.opens]
        asked = {Change.GAINED: within_reach(opening), Change.LOST: within_reach(left)}
        found = comparer.compare(budget=replace(work.budget(), counterexamples=_MANY), asked=asked, readable=False)
        work.cost.add(found.counters)
        owners = Owners(left)
        active = {id(loss) for one in found.counterexamples for loss in owners.of(one)}
        if not active:
            return tuple(left) if found.complete else ()
        left = [one for one in left if id(one) not in active]
    return ()
