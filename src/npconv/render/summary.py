"""What became of an input -> one line of numbers."""

from __future__ import annotations

from collections import Counter

from npconv.diagnostics.codes import Severity
from npconv.diagnostics.effect import Effect
from npconv.pipeline.model import Conversion
from npconv.render.owners import with_losses

_MOST_KINDS = 5
_READING = "NPC1"


def summary(result: Conversion, *, target: str, written: bool, stored: str) -> str:
    """One line: how many policies, what their losses do, what is proven, what was no policy, and what was stored."""
    parts = [_converted(result, target, written=written)] if result.effects else []
    if result.refused:
        parts.append(f"{len(result.refused)} refused")
    errors = [one for one in result.diagnostics if one.is_error]
    if invalid := len({id(one.origin.place) for one in errors if one.origin is not None}):
        parts.append(f"{invalid} invalid")
    if unreadable := sum(1 for one in errors if one.origin is None and one.code.id.startswith(_READING)):
        parts.append(f"{unreadable} unreadable")
    if result.effects:
        parts.append(_proven(result))
    if result.skipped:
        parts.append(skipped(result))
    if stored:
        parts.append(stored)
    return "; ".join(parts)


def _converted(result: Conversion, target: str, *, written: bool) -> str:
    lost = with_losses(result)
    kept = {name: effect for name, effect in result.effects.items() if name not in result.refused}
    count = Counter(kept.values())
    inert = sum(1 for name, effect in kept.items() if effect is Effect.INERT and name in lost)
    equal = "proven equal" if _is_proven(result) else "without a loss that changes flows"
    numbers = [
        f"{count[Effect.INERT]} {equal}" + (f" ({inert} with an inert loss)" if inert else ""),
        f"{count[Effect.NARROWS]} narrower",
        f"{count[Effect.WIDENS]} wider",
        f"{count[Effect.SHIFTS]} shifted",
    ]
    total = plural(len(result.effects), "policy", "policies")
    verb = "converted" if written else "can convert"
    return f"{verb} {len(kept)} of {total} to {target}: {', '.join(numbers)}"


def _is_proven(result: Conversion) -> bool:
    return result.proof is not None and result.proof.is_conclusive and not result.proof.unowned


def _proven(result: Conversion) -> str:
    """What comparing source and output gave, in no more words than that deserves."""
    if result.proof is None:
        return "nothing is proven: not compared with the source"
    if result.proof.unowned:
        return "differs where no loss says so"
    if not result.proof.is_conclusive:
        return "not all of it is proven"
    codes = sorted({str(one.code) for one in result.diagnostics if one.severity is Severity.ASSUMPTION})
    return f"assuming {', '.join(codes)}" if codes else "nothing is assumed"


def skipped(result: Conversion) -> str:
    """The documents that are no policy, by kind: `5 documents are no policy (Deployment 3, Service 2)`."""
    total = sum(result.skipped.values())
    if not total:
        return "there is no document"
    kinds = sorted(result.skipped.items(), key=lambda one: (-one[1], one[0]))
    listed = [f"{kind or 'no kind'} {number}" for kind, number in kinds[:_MOST_KINDS]]
    if len(kinds) > _MOST_KINDS:
        listed.append(f"{len(kinds) - _MOST_KINDS} other kinds")
    verb = "document is" if total == 1 else "documents are"
    return f"{total} {verb} no policy ({', '.join(listed)})"


def plural(number: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{number} {one if number == 1 else many}"
