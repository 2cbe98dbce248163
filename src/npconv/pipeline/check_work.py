"""The time that the comparisons of one proof have together."""

from __future__ import annotations

import time

from npconv.semantics.budget import Budget, Counters, Watch


class Work:
    """What a proof may still take, and what it took."""

    def __init__(self, seconds: float, watch: Watch | None) -> None:
        self._until = time.monotonic() + seconds
        self._watch = watch
        self.cost = Counters()

    def budget(self) -> Budget:
        """The rest of it."""
        return Budget(seconds=max(0.0, self._until - time.monotonic()), watch=self._watch)
