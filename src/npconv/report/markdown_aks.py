"""What to do when AKS changes its dataplane -> Markdown: steps, with what each is about folded below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from npconv.report.markdown_text import block, code, folded, inline, table
from npconv.report.model import Plan
from npconv.report.wording import sentence
from npconv.report.wording_aks import EFFECTS, TIMES, certainty, headline

if TYPE_CHECKING:
    from npconv.report.aks.model import Item, Repair, Step

_MOST: Final = 50


def aks(plan: Plan) -> Iterator[str]:
    """The section, if the plan is about AKS."""
    report = plan.aks
    if report is None:
        return
    yield "## AKS: before and after the dataplane changes"
    yield ""
    yield f"**{inline(sentence(headline(report)))}.** {inline(sentence(report.compared))}".rstrip()
    yield ""
    for when, title in TIMES.items():
        steps = report.at(when)
        if steps:
            yield f"### {title}"
            yield ""
        for number, step in enumerate(steps, 1):
            yield from _step(number, step)
    if report.checks:
        rows = [
            [inline(one.name), str(one.flagged), str(one.found), str(one.missed), inline(one.why)]
            for one in report.checks
        ]
        yield "### Beside Microsoft's azure-npm-to-cilium-validator"
        yield ""
        yield from table(["its check", "it flags", "change something", "it misses", "why they differ"], rows, "lrrrl")
        yield ""
        if report.panics:
            yield f"It crashes on these policies, first at {code(report.panics)}."
            yield ""
    if report.unknown:
        yield "### What is not known"
        yield ""
        yield from (f"- {inline(one)}" for one in report.unknown)


def _step(number: int, step: Step) -> Iterator[str]:
    effect = f", {EFFECTS[step.effect]}" if EFFECTS[step.effect] else ""
    yield f"#### {number}. {inline(step.title)}"
    yield ""
    source = f" ({inline(step.source)})" if step.source else ""
    yield f"{code(step.code)}{effect}. {inline(step.why)}{source}"
    yield ""
    yield from _repairs(step.repairs)
    for one in step.items[:_MOST]:
        yield from folded(f"{one.thing}: {EFFECTS[one.effect]}, {certainty(one)}", _item(one))
        yield ""
    if len(step.items) > _MOST:
        yield f"and {len(step.items) - _MOST} more"
        yield ""


def _item(one: Item) -> Iterator[str]:
    yield f"- **With Azure NPM:** {inline(one.npm)}"
    yield f"- **With Cilium:** {inline(one.cilium)}"
    if one.because:
        yield f"- **It stands on:** {inline(one.because)}"
    if one.witness is not None:
        yield f"- **Witness:** {inline(str(one.witness))}"
    if one.thing.spot.file:
        yield f"- **At:** {code(str(one.thing.spot))}"
    yield ""
    yield from _repairs(one.repairs)


def _repairs(repairs: tuple[Repair, ...]) -> Iterator[str]:
    for one in repairs:
        note = " **(changes what passes today, too)**" if one.changes_today else ""
        yield f"{inline(sentence(one.what))}{note}"
        yield ""
        if one.command:
            yield from block(one.command)
            yield ""
        if one.manifest:
            yield from block(one.manifest.rstrip("\n"), language="yaml")
            yield ""
