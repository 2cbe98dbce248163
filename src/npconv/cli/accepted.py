"""Which losses the user accepted: by code, for every policy or for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from npconv.dataclass import dataclass

if TYPE_CHECKING:
    from npconv.diagnostics.diagnostic import Diagnostic
    from npconv.diagnostics.origin import Origin
    from npconv.render.owners import Owned

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One `--accept`. `policy` is `namespace/name`, or `name` for a cluster-wide policy; empty: every policy."""

    code: str
    policy: str = ""
    reason: str = field(default="", compare=False)
    origin: Origin | None = field(default=None, compare=False)
    """Where a configuration says it; None: the command line does."""
    loss: Diagnostic | None = field(default=None, compare=False)
    """The one loss that a comment in the source accepts; None: every loss of this code, for the policy."""

    def __str__(self) -> str:
        return f"{self.code}:{self.policy}" if self.policy else self.code

    def covers(self, loss: Owned) -> bool:
        """Whether this loss is among those accepted."""
        if self.loss is not None:
            return loss.diagnostic is self.loss
        return loss.diagnostic.code.id == self.code and self.policy in ("", loss.policy)


def is_accepted(loss: Owned, accepted: Sequence[Accepted]) -> bool:
    """Whether any of the acceptances covers a loss."""
    return any(one.covers(loss) for one in accepted)


def suggestion(losses: Iterable[Owned]) -> str:
    """The options that would accept these losses: each policy by name while they are few, else the codes alone."""
    named = {Accepted(code=one.diagnostic.code.id, policy=one.policy) for one in losses}
    if len(named) > _MOST_NAMED:
        named = {Accepted(code=one.code) for one in named}
    named = {one for one in named if not one.policy or Accepted(code=one.code) not in named}
    return " ".join(f"--accept {one}" for one in sorted(named, key=str))
