"""What became of an input -> one line of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from npconv.cli.owners import with_losses
from npconv.diagnostics.effect import Effect
from npconv.pipeline import Conversion

_MOST_KINDS = 5


def summary(result: Conversion, *, target: str, writes: bool, files: int | None) -> str:
    """One line: how many policies, what their losses do, and what was no policy.

    `exact` is not among the words: what has no loss is not thereby proven. `files`: how many were written, if any
    were asked for.
    """
    invalid = invalid_documents(result)
    parts = [_converted(result, target, writes=writes)] if result.effects else []
    if result.refused:
        parts.append(f"{len(result.refused)} refused")
    if invalid:
        parts.append(f"{invalid} invalid")
    if result.skipped:
        parts.append(skipped(result))
    if not writes:
        parts.append("nothing is written")
    elif files is not None:
        parts.append(f"{_plural(files, 'file', 'files')} changed")
    return "; ".join(parts)


def _converted(result: Conversion, target: str, *, writes: bool) -> str:
    lost = with_losses(result)
    kept = {name: effect for name, effect in result.effects.items() if name not in result.refused}
    count = Counter(kept.values())
    inert = sum(1 for name, effect in kept.items() if effect is Effect.INERT and name in lost)
    numbers = [
        f"{count[Effect.INERT] - inert} without loss",
        f"{inert} inert",
        f"{count[Effect.NARROWS]} narrower",
        f"{count[Effect.WIDENS]} wider",
    ]
    if count[Effect.SHIFTS]:
        numbers.append(f"{count[Effect.SHIFTS]} narrower and wider")
    total = _plural(len(result.effects), "policy", "policies")
    verb = "converted" if writes else "can convert"
    return f"{verb} {len(kept)} of {total} to {target}: {', '.join(numbers)}"


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
    return f"{total} {verb} no policy ({_joined(listed)})"


def invalid_documents(result: Conversion) -> int:
    """How many documents have an error; an error outside of any document counts as one."""
    wrong = [one for one in result.diagnostics if one.is_error]
    return len({id(one.origin.place) if one.origin is not None else id(one) for one in wrong})


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
