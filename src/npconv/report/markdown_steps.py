"""What people do -> Markdown: decisions as boxes to tick, what comes first, waves, probes, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.report.markdown_text import block, code, folded, inline, table
from npconv.report.model import Command, Names, Plan, Wave
from npconv.report.wording import destination, port, sentence

_MOST_PROBES: Final = 200
_MOST_DECISIONS: Final = 200


def decisions(plan: Plan) -> Iterator[str]:
    """What has to be decided, with what can be chosen."""
    if not plan.decisions:
        return
    yield "## Decisions to take"
    yield ""
    for one in plan.decisions[:_MOST_DECISIONS]:
        about = f" ({_names(one.policies)})" if one.policies.count else ""
        where = f", at {code(str(one.spot))}" if one.spot.file else ""
        yield f"- [ ] **{inline(sentence(one.title))}** {code(one.code)}{about}{where}"
        yield from (f"    - {inline(sentence(option))}" for option in one.options)
    if len(plan.decisions) > _MOST_DECISIONS:
        yield f"- and {len(plan.decisions) - _MOST_DECISIONS} more"


def shared(plan: Plan) -> Iterator[str]:
    """The objects that others depend on."""
    if not plan.shared:
        return
    yield "## Agree on these first: objects of the whole cluster"
    yield ""
    yield from table(
        ["object", "what it is to others", "they are", "standing", "place"],
        [
            [
                f"{inline(one.kind)} {code(one.name)}",
                inline(sentence(one.role)),
                _names(one.dependents),
                "" if one.standing is None else one.standing.value,
                code(str(one.spot)),
            ]
            for one in plan.shared
        ],
    )


def waves(plan: Plan) -> Iterator[str]:
    """The roll-out."""
    if not plan.waves:
        return
    yield "## Roll-out"
    yield ""
    for wave in plan.waves:
        yield from _wave(wave)


def _wave(wave: Wave) -> Iterator[str]:
    yield f"### Wave {wave.number}: {inline(wave.title)}"
    yield ""
    yield inline(sentence(wave.why))
    yield ""
    if wave.namespaces.count:
        yield f"- for {_names(wave.namespaces, 20)}"
    if wave.objects.count:
        yield f"- applies {_names(wave.objects, 10)}"
    if wave.argo:
        yield f"- Argo CD: {code(wave.argo)}"
    yield ""
    yield from _commands(wave.commands)
    if wave.hold:
        yield f"**Hold** until {inline(wave.hold)}."
        yield ""
    if wave.undo:
        yield from folded("To undo", _commands(wave.undo))
        yield ""


def _commands(commands: tuple[Command, ...]) -> Iterator[str]:
    for one in commands:
        if one.why:
            yield f"{inline(sentence(one.why))}:"
            yield ""
        yield from block(one.text)
        yield ""


def probes(plan: Plan) -> Iterator[str]:
    """The test plan."""
    if not plan.probes:
        return
    yield "## Test plan"
    yield ""
    shown = plan.probes[:_MOST_PROBES]
    rows = [
        [
            str(one.number),
            inline(one.source),
            inline(destination(one)),
            port(one),
            one.before,
            one.after if one.after == one.before else f"**{one.after}**",
            inline(f"{one.decided_by}{'; ' + one.note if one.note else ''}"),
        ]
        for one in shown
    ]
    told = table(["#", "from", "to", "port", "before", "after", "decided by"], rows, "rlllll")
    yield "In bold: what will be answered otherwise than today."
    yield ""
    of = f" of {plan.probes_count}" if plan.probes_count > len(shown) else ""
    yield from folded(f"{len(shown)}{of} connections to try, the most telling ones first", told)


def rollback(plan: Plan) -> Iterator[str]:
    """The way back."""
    if not plan.rollback.steps and not plan.rollback.lost:
        return
    yield "## Roll-back"
    yield ""
    yield from _commands(plan.rollback.steps)
    if plan.rollback.lost:
        yield "What does not come back:"
        yield ""
        yield from (f"- {inline(sentence(one))}" for one in plan.rollback.lost)


def _names(found: Names, most: int = 5) -> str:
    shown = found.shown[:most]
    more = found.count - len(shown)
    if not shown:
        return str(found.count)
    return ", ".join(code(one) for one in shown) + (f" and {more} more" if more > 0 else "")
