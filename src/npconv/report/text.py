"""A plan -> text for terminals: 100 columns, no colours, to be read in a pager from top to bottom.

It holds what people read; what is long (policies that are equal, cells that do not change) is counted, and stands in
the other formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from npconv.render.summary import plural
from npconv.report.lines import WIDTH, heading, item, labelled, pasted, subheading, table, wrapped
from npconv.report.model import Flow, Plan, Risk, Standing
from npconv.report.text_aks import aks
from npconv.report.text_appendix import appendix, before_you_trust, inputs
from npconv.report.text_matrix import connectivity
from npconv.report.text_steps import decisions, probes, rollback, shared, waves
from npconv.report.texts import visible
from npconv.report.wording import EFFECTS, GRADES, MARKS, MEANINGS, TOP_RISKS, effort, listed, no_risks, title

_BAR: Final = 40


def rendered(plan: Plan) -> str:
    """The plan as text."""
    plan = visible(plan)
    lines = [line.rstrip() for section in _SECTIONS for line in section(plan)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _top(plan: Plan) -> Iterator[str]:
    summary = plan.summary
    yield from wrapped(title(plan))
    yield "=" * min(WIDTH, len(title(plan)))
    yield ""
    yield from wrapped(summary.line)
    yield ""
    most = max((count for _, count in summary.counts), default=0)
    for standing, count in summary.counts:
        if count:
            bar = "#" * max(1, round(_BAR * count / most))
            yield f"  {MARKS[standing]} {standing.value:<23} {count:>6}  {bar}"
    yield ""
    known = [plural(summary.policies, "policy", "policies"), plural(summary.namespaces, "namespace", "namespaces")]
    if summary.pods is not None:
        known.append(plural(summary.pods, "pod", "pods"))
    told = [("covers", ", ".join(known)), ("effort", effort(plan)), *plan.engines.settings]
    column = min(30, max(len(name) for name, _ in told) + 2)
    for name, value in told:
        yield from labelled(f"{name}  " if len(name) >= column else name, value, column=column)


def _risks(plan: Plan) -> Iterator[str]:
    yield from heading("Top risks")
    if not plan.risks:
        yield from wrapped(no_risks(plan), "  ")
    for number, risk in enumerate(plan.risks[:TOP_RISKS], 1):
        yield from _risk(number, risk)
    if len(plan.risks) > TOP_RISKS:
        yield ""
        yield from wrapped(f"and {len(plan.risks) - TOP_RISKS} more: see the Markdown and HTML reports", "  ")


def _risk(number: int, risk: Risk) -> Iterator[str]:
    if number > 1:
        yield ""
    word = f"{risk.effect}: {EFFECTS[risk.effect]}" if risk.effect in EFFECTS else risk.effect
    yield from wrapped(f"{number}. {risk.title} [{risk.code}, {word}]", "", then="   ")
    flow = risk.witness
    told = [("before", risk.before), ("after", risk.after)]
    told += [("flow", flow.flow)] if flow is not None else []
    for label, words in told:
        yield from labelled(label, words, "   ", 10)
    if flow is not None and flow.why:
        yield from pasted(flow.why, " " * 13)
    told = [("fix", risk.fix), ("policies", listed(risk.policies))]
    if risk.pods.count:
        told.append(("pods", f"{risk.pods.count}: {listed(risk.pods)}" if risk.pods.shown else str(risk.pods.count)))
    told += [("at", f"{spot} ({spot.path})" if spot.path else str(spot)) for spot in risk.places if spot.file]
    for label, words in told:
        if words:
            yield from labelled(label, words, "   ", 10)


def _readiness(plan: Plan) -> Iterator[str]:
    yield from heading("Readiness by namespace")
    columns = [one for one, count in plan.summary.counts if count and one not in (Standing.EQUAL, Standing.ASSUMED)]
    pods = plan.summary.pods is not None
    heads = ["namespace", "policies", "exact", *(_SHORT[one] for one in columns), "points", "class", "wave"]
    rows = [
        [
            row.namespace,
            str(row.policies),
            str(row.exact),
            *(str(dict(row.counts).get(one, 0) or "") for one in columns),
            str(row.points),
            row.grade.name,
            str(row.wave),
            *([str(row.pods)] if pods and row.pods is not None else [""] if pods else []),
        ]
        for row in plan.namespaces
    ]
    right = "l" + "r" * (3 + len(columns)) + "lr" + "r" * pods
    yield from table([*heads, *(["pods"] if pods else [])], rows, right=right)
    yield ""
    for grade in sorted({row.grade for row in plan.namespaces}, key=lambda one: one.name):
        yield from labelled(f"class {grade.name}", f"{grade.value}: {GRADES[grade]}", column=13)
    yield from labelled("exact", "equal, proven, with or without assumptions", column=13)
    for one in columns:
        yield from labelled(_SHORT[one], MEANINGS[one], column=13)
    yield from subheading("How points are counted")
    yield from table(
        ["reason", "points", "counted"],
        [[reason, str(points), why] for reason, points, why in plan.formula.rows],
        right="lrl",
    )
    if plan.formula.minutes_per_point is not None:
        yield ""
        yield from wrapped(f"A point was said to take {plan.formula.minutes_per_point} minutes.", "  ")


_SHORT: Final = {
    Standing.EQUAL: "equal",
    Standing.ASSUMED: "assumed",
    Standing.UNPROVEN: "unproven",
    Standing.NARROWER: "narrower",
    Standing.SHIFTED: "shifted",
    Standing.WIDER: "wider",
    Standing.REFUSED: "refused",
    Standing.INVALID: "invalid",
}


def _flows(plan: Plan) -> Iterator[str]:
    changed = plan.connectivity.changed
    if not changed:
        return
    total = plan.connectivity.changed_count
    yield from subheading(
        f"Flows that change ({len(changed)} of {total})" if total > len(changed) else "Flows that change"
    )
    for flow in changed:
        yield from _flow(flow)


def _flow(flow: Flow) -> Iterator[str]:
    yield from item(f"{flow.change}: {flow.flow}", mark="+" if flow.change == "gained" else "-")
    yield from labelled("before", flow.before, "    ", 8)
    yield from labelled("after", flow.after, "    ", 8)
    if flow.codes:
        yield from labelled("because", ", ".join(flow.codes), "    ", 8)


_SECTIONS: Final[tuple[Callable[[Plan], Iterator[str]], ...]] = (
    _top,
    inputs,
    aks,
    _risks,
    _readiness,
    connectivity,
    _flows,
    shared,
    waves,
    probes,
    rollback,
    decisions,
    appendix,
    before_you_trust,
)
