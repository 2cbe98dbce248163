"""What a translation gave, and what the user accepts -> whether it is written, and the exit code."""

from __future__ import annotations

from typing import Final

from npconv.cli.accepted import Accepted, is_accepted
from npconv.cli.exits import Exit
from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.pipeline.model import Conversion
from npconv.render.owners import Owned, losses

_FAILING: Final[dict[str, frozenset[Effect]]] = {
    "none": frozenset(),
    "widens": frozenset((Effect.WIDENS, Effect.SHIFTS)),
    "narrows": frozenset((Effect.NARROWS, Effect.SHIFTS)),
    "any": frozenset(one for one in Effect if one.changes_flows),
}
"""The effects that make the exit code 1, by the word of `--fail-on`."""

_OURS: Final = "NPC9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a translation ends. `wider`: the losses for which nothing is written."""

    exit: Exit
    writes: bool
    wider: tuple[Owned, ...] = ()
    unused: tuple[Accepted, ...] = ()


def judge(
    result: Conversion, *, accepted: tuple[Accepted, ...], fail_on: str, skip_invalid: bool, allow_empty: bool
) -> Outcome:
    """Decide, from the worst to the mildest (design, section 6)."""
    errors = [one for one in result.diagnostics if one.is_error]
    found = losses(result)
    unused = tuple(one for one in accepted if not any(one.covers(loss) for loss in found))
    left = [one for one in found if not is_accepted(one, accepted)]
    wider = tuple(one for one in left if one.diagnostic.effect is not None and one.diagnostic.effect.opens)
    if any(one.code.id.startswith(_OURS) for one in errors):
        return Outcome(exit=Exit.BUG, writes=False)
    if errors and not (skip_invalid and result.effects):
        return Outcome(exit=Exit.INVALID, writes=False)
    if not result.effects:
        return Outcome(exit=Exit.DONE if allow_empty else Exit.EMPTY, writes=allow_empty)
    if wider:
        return Outcome(exit=Exit.CHANGED, writes=False, wider=wider, unused=unused)
    changes = any(fails(one.diagnostic, fail_on) for one in left)
    failing = errors or changes or (fail_on != "none" and not _is_proven(result))
    return Outcome(exit=Exit.CHANGED if failing else Exit.DONE, writes=True, unused=unused)


def fails(loss: Diagnostic, fail_on: str) -> bool:
    """Whether a loss that is not accepted makes the exit code 1."""
    return loss.effect in _FAILING[fail_on]


def _is_proven(result: Conversion) -> bool:
    """Whether source and output were compared over all flows: exit code 0 promises that (design, law 7)."""
    return result.proof is not None and result.proof.is_conclusive
