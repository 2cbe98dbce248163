"""What to do when AKS changes its dataplane -> text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from npconv.report.lines import heading, item, labelled, pasted, subheading, table, wrapped
from npconv.report.model import Plan
from npconv.report.wording_aks import EFFECTS, TIMES, certainty, headline

if TYPE_CHECKING:
    from npconv.report.aks.model import AksReport, Item, Repair, Step

_MOST: Final = 25
"""So many findings of a step are told in full; the JSON has all."""


def aks(plan: Plan) -> Iterator[str]:
    """The section, if the plan is about AKS."""
    if plan.aks is None:
        return
    yield from heading("AKS: before and after the dataplane changes")
    yield from wrapped(headline(plan.aks), "  ")
    if plan.aks.compared:
        yield from wrapped(plan.aks.compared, "  ")
    for when, title in TIMES.items():
        steps = plan.aks.at(when)
        if steps:
            yield from subheading(title)
        for number, step in enumerate(steps, 1):
            yield from _step(number, step)
    yield from _checks(plan.aks)
    if plan.aks.unknown:
        yield from subheading("What is not known")
        for text in plan.aks.unknown:
            yield from item(text)


def _step(number: int, step: Step) -> Iterator[str]:
    effect = f", {EFFECTS[step.effect]}" if EFFECTS[step.effect] else ""
    yield from wrapped(f"{number}. {step.title} [{step.code}{effect}]", "  ", then="     ")
    yield from wrapped(step.why, "     ")
    yield from _repairs(step.repairs, "     ")
    for one in step.items[:_MOST]:
        yield from _item(one)
    if len(step.items) > _MOST:
        yield from wrapped(f"and {len(step.items) - _MOST} more", "     ")
    yield ""


def _item(one: Item) -> Iterator[str]:
    where = f" at {one.thing.spot}" if one.thing.spot.file else ""
    yield from item(f"{one.thing} ({EFFECTS[one.effect]}, {certainty(one)}){where}", "     ")
    told = [("NPM", one.npm), ("Cilium", one.cilium), ("because", one.because)]
    told += [("witness", str(one.witness))] if one.witness is not None else []
    for label, text in told:
        if text:
            yield from labelled(label, text, "       ", 9)
    yield from _repairs(one.repairs, "       ")


def _repairs(repairs: tuple[Repair, ...], indent: str) -> Iterator[str]:
    for one in repairs:
        note = " (changes what passes today, too)" if one.changes_today else ""
        yield from wrapped(f"> {one.what}{note}", indent, then=f"{indent}  ")
        if one.command:
            yield from pasted(one.command, f"{indent}    ")
        if one.manifest:
            yield from pasted(one.manifest.rstrip("\n"), f"{indent}    ")


def _checks(report: AksReport) -> Iterator[str]:
    if not report.checks:
        return
    yield from subheading("Beside Microsoft's azure-npm-to-cilium-validator")
    yield from table(
        ["its check", "it flags", "change something", "it misses", "why they differ"],
        [[one.name, str(one.flagged), str(one.found), str(one.missed), one.why] for one in report.checks],
        right="lrrrl",
    )
    if report.panics:
        yield ""
        yield from wrapped(f"It crashes on these policies, first at {report.panics}.", "  ")
