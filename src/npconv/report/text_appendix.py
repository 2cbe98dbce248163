"""The beginning and the appendix of a plan -> text: inputs, policies that are not equal, codes, and what to trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.render.summary import plural
from npconv.report.lines import heading, item, table, wrapped
from npconv.report.model import Plan, Said, Standing
from npconv.report.wording import MARKS

_MOST: Final = 200
_MOST_FILES: Final = 40


def inputs(plan: Plan) -> Iterator[str]:
    """What was read, with its hashes: the same input gives the same plan."""
    if plan.inputs:
        yield from heading("Inputs")
        yield from table(
            ["file", "policies", "SHA-256, its first 16 digits"],
            [[one.file, str(one.policies), one.sha256[:16]] for one in plan.inputs[:_MOST_FILES]],
            right="lrl",
        )
        if len(plan.inputs) > _MOST_FILES:
            yield from wrapped(f"and {len(plan.inputs) - _MOST_FILES} more files", "  ")


def appendix(plan: Plan) -> Iterator[str]:
    """Every policy that is not equal, and what its codes mean."""
    yield from heading("Policies that are not equal")
    rows = [one for one in plan.objects if one.standing not in (Standing.EQUAL, Standing.ASSUMED)]
    for one in rows[:_MOST]:
        points = plural(one.points, "point", "points")
        told = ", ".join([one.standing.value, *one.codes, points, f"class {one.grade.name}"])
        yield from item(f"{one.policy}: {told}", mark=MARKS[one.standing])
        yield from wrapped(f"{one.spot} -> {', '.join(one.outputs) or 'nothing'}", "    ")
    yield ""
    if len(rows) > _MOST:
        yield from wrapped(f"and {len(rows) - _MOST} more: see the CSV", "  ")
    equal = len(plan.objects) - len(rows)
    yield from wrapped(f"{plural(equal, 'other policy is', 'other policies are')} equal.", "  ")
    if plan.codes:
        yield from heading("Codes")
        yield from table(
            ["code", "severity", "times", "title"],
            [[one.code, one.severity, str(one.count), one.title] for one in plan.codes],
            right="llrl",
        )
        yield ""
        yield from wrapped("npconv explain CODE tells more", "  ")


def before_you_trust(plan: Plan) -> Iterator[str]:
    """What the proof stands on, and what was not read."""
    yield from heading("How far to trust this")
    yield from wrapped(
        "Everything above holds under these assumptions:" if plan.assumptions else "Nothing is assumed.", "  "
    )
    for one in plan.assumptions:
        yield from _said(one)
    if plan.unread:
        yield ""
        yield from wrapped("What was not read:", "  ")
        for one in plan.unread:
            yield from _said(one)


def _said(one: Said) -> Iterator[str]:
    yield from item(f"{one.text} [{one.code}]" if one.code else one.text)
    if one.spot.file:
        yield from wrapped(f"at {one.spot}", "    ")
    for note in one.notes:
        yield from wrapped(note, "    ")
    if one.help:
        yield from wrapped(f"help: {one.help}", "    ", then="          ")
