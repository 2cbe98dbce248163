"""What people do -> text: decisions, what comes first, waves, probes, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.report.lines import heading, item, labelled, pasted, subheading, wrapped
from npconv.report.model import Command, Plan, Wave
from npconv.report.wording import counted, destination, listed, port

_MOST_PROBES: Final = 40
_MOST: Final = 60
"""So many decisions and objects are told; the Markdown and HTML reports have all."""


def decisions(plan: Plan) -> Iterator[str]:
    """What has to be decided, with what can be chosen."""
    yield from heading("Decisions to take")
    if not plan.decisions:
        yield from wrapped("None.", "  ")
    for one in plan.decisions[:_MOST]:
        yield from item(f"{one.title} [{one.code}]" if one.code else one.title, mark="[ ]")
        if one.policies.count:
            yield from wrapped(counted(one.policies, "policy", "policies"), "      ")
        if one.spot.file:
            yield from wrapped(f"at {one.spot}", "      ")
        for option in one.options:
            yield from item(option, "      ")
    yield from _more(len(plan.decisions))


def shared(plan: Plan) -> Iterator[str]:
    """The objects that others depend on."""
    if not plan.shared:
        return
    yield from heading("Agree on these first: objects of the whole cluster")
    for one in plan.shared[:_MOST]:
        standing = "" if one.standing is None else f" ({one.standing.value})"
        yield from item(f"{one.kind} {one.name}{standing}: {one.role}")
        if one.dependents.count:
            yield from wrapped(counted(one.dependents, "depends on it", "depend on it"), "    ")
        if one.spot.file:
            yield from wrapped(f"at {one.spot}", "    ")
    yield from _more(len(plan.shared))


def _more(number: int) -> Iterator[str]:
    if number > _MOST:
        yield from wrapped(f"and {number - _MOST} more: see the Markdown and HTML reports", "  ")


def waves(plan: Plan) -> Iterator[str]:
    """The roll-out."""
    if not plan.waves:
        return
    yield from heading("Roll-out")
    for number, wave in enumerate(plan.waves):
        yield from _wave(wave) if number else list(_wave(wave))[1:]


def _wave(wave: Wave) -> Iterator[str]:
    yield from subheading(f"Wave {wave.number}: {wave.title}")
    yield from wrapped(wave.why, "  ")
    if wave.namespaces.count:
        yield from labelled("for", listed(wave.namespaces), column=10)
    if wave.objects.count:
        yield from labelled("applies", counted(wave.objects, "object", "objects"), column=10)
    if wave.argo:
        yield from labelled("Argo CD", wave.argo, column=10)
    yield from _commands(wave.commands)
    if wave.hold:
        yield ""
        yield from labelled("HOLD", f"until {wave.hold}", column=10)
    if wave.undo:
        yield ""
        yield from wrapped("to undo:", "  ")
        yield from _commands(wave.undo)


def _commands(commands: tuple[Command, ...]) -> Iterator[str]:
    for one in commands:
        yield ""
        if one.why:
            yield from wrapped(f"# {one.why}", "    ", then="    # ")
        yield from pasted(one.text)


def probes(plan: Plan) -> Iterator[str]:
    """The test plan."""
    if not plan.probes:
        return
    yield from heading("Test plan")
    shown = plan.probes[:_MOST_PROBES]
    digits = max((len(str(one.number)) for one in shown), default=1)
    if plan.probes_count > len(shown):
        yield from wrapped(f"{len(shown)} of {plan.probes_count} connections, the most telling ones first", "  ")
        yield ""
    for one in shown:
        change = "!" if one.after != one.before else " "
        verdict = one.after if one.after == one.before else f"{one.before} before, {one.after} after"
        flow = f"{one.source} -> {destination(one)}, {port(one)}: {verdict}"
        yield from wrapped(flow, f"  {change} {one.number:>{digits}}. ", then=" " * (digits + 6))
        yield from wrapped(f"{one.decided_by}{'; ' + one.note if one.note else ''}", " " * (digits + 6))
    if any(one.after != one.before for one in shown):
        yield ""
        yield from wrapped("!: will be answered otherwise than today", "  ")


def rollback(plan: Plan) -> Iterator[str]:
    """The way back."""
    if not plan.rollback.steps and not plan.rollback.lost:
        return
    yield from heading("Roll-back")
    for number, one in enumerate(plan.rollback.steps, 1):
        yield from item(one.why or "run", mark=f"{number}.")
        yield from pasted(one.text, "       ")
    if plan.rollback.lost:
        yield ""
        yield from wrapped("What does not come back:", "  ")
        for text in plan.rollback.lost:
            yield from item(text)
