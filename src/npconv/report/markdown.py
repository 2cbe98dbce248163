"""A plan -> Markdown for pull requests and wikis: what is long is folded, and what is too long for them is left out.

GitHub refuses files over 1 MiB as rich text, and comments over 65,536 characters; the whole stays below the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from npconv.render.summary import plural
from npconv.report.markdown_aks import aks
from npconv.report.markdown_appendix import appendix, inputs, trust
from npconv.report.markdown_matrix import connectivity
from npconv.report.markdown_steps import decisions, probes, rollback, shared, waves
from npconv.report.markdown_text import block, code, escaped, folded, inline, table
from npconv.report.model import Names, NamespaceRow, Plan, Risk, Standing
from npconv.report.texts import visible
from npconv.report.wording import (
    EFFECTS,
    GRADES,
    MARKS,
    MEANINGS,
    TOP_RISKS,
    effort,
    graded,
    no_risks,
    number_of,
    sentence,
    title,
)

LONGEST: Final = 1_000_000
"""Bytes; GitHub shows Markdown up to 1 MiB."""

_MOST_NAMESPACES: Final = 60


def rendered(plan: Plan) -> str:
    """The plan as Markdown."""
    plan = visible(plan)
    text, room = "", LONGEST
    for section in _SECTIONS:
        part = "\n".join(section(plan)).rstrip("\n")
        size = len(part.encode())
        if size > room:
            part, size = _LEFT_OUT, len(_LEFT_OUT)
        text += f"{part}\n\n" if part else ""
        room -= size
    return text.rstrip("\n") + "\n"


_LEFT_OUT: Final = "*A section was left out here, for the file would be too long to be shown: see the HTML report.*"


def names(found: Names, most: int = 5) -> str:
    """Names as code spans, and how many there are besides."""
    shown = found.shown[:most]
    more = found.count - len(shown)
    if not shown:
        return str(found.count) if found.count else ""
    return ", ".join(code(one) for one in shown) + (f" and {more} more" if more > 0 else "")


def _top(plan: Plan) -> Iterator[str]:
    summary = plan.summary
    yield f"# {escaped(title(plan))}"
    yield ""
    yield f"**{inline(sentence(summary.line))}**"
    yield ""
    rows = [(f"{MARKS[one]} {one.value}", str(count), MEANINGS[one]) for one, count in summary.counts if count]
    yield from table(["policies", "", "what it means"], rows, "lrl")
    yield ""
    known = [plural(summary.policies, "policy", "policies"), plural(summary.namespaces, "namespace", "namespaces")]
    if summary.pods is not None:
        known.append(plural(summary.pods, "pod", "pods"))
    yield f"Covers {', '.join(known)}. Effort: {effort(plan)}."
    if plan.engines.settings:
        yield (
            "" + " ".join(["", *(f"{escaped(name)}: {code(value)}." for name, value in plan.engines.settings)]).strip()
        )


def _risks(plan: Plan) -> Iterator[str]:
    yield "## Top risks"
    yield ""
    if not plan.risks:
        yield no_risks(plan)
    for number, risk in enumerate(plan.risks[:TOP_RISKS], 1):
        yield from _risk(number, risk)
    rest = plan.risks[TOP_RISKS:]
    if rest:
        lines = [
            f"- {inline(one.title)} ({one.code}, {escaped(one.effect)}): {names(one.policies)}" for one in rest[:200]
        ]
        yield from folded(f"{len(rest)} more", lines)


def _risk(number: int, risk: Risk) -> Iterator[str]:
    word = f"{risk.effect}: {EFFECTS[risk.effect]}" if risk.effect in EFFECTS else risk.effect
    yield f"### {number}. {inline(sentence(risk.title))}"
    yield ""
    yield f"{code(risk.code)}, {escaped(word)}. Policies: {names(risk.policies)}" + (
        f"; {plural(risk.pods.count, 'pod', 'pods')}." if risk.pods.count else "."
    )
    yield ""
    yield f"- **Before:** {inline(risk.before)}"
    yield f"- **After:** {inline(risk.after)}"
    if risk.witness is not None:
        yield f"- **For example:** {inline(risk.witness.flow)}"
    if risk.fix:
        yield f"- **Fix:** {inline(sentence(risk.fix))}"
    places = [f"{code(str(one))} {code(one.path)}".rstrip() for one in risk.places[:8] if one.file]
    if places:
        yield f"- **At:** {', '.join(places)}"
    yield ""
    if risk.witness is not None and risk.witness.why:
        yield from block(risk.witness.why)
        yield ""


def _readiness(plan: Plan) -> Iterator[str]:
    yield "## Readiness by namespace"
    yield ""
    standings = (Standing.EQUAL, Standing.ASSUMED)
    columns = [one for one, count in plan.summary.counts if count and one not in standings]
    heads = ["namespace", "policies", "exact", *(one.value for one in columns), "points", "class", "wave"]
    right = "l" + "r" * (3 + len(columns)) + "lr"
    rows = plan.namespaces
    shown = (
        rows if len(rows) <= _MOST_NAMESPACES else [one for one in rows if one.exact < one.policies][:_MOST_NAMESPACES]
    )
    yield from table(heads, (_namespace(row, columns) for row in shown), right)
    if len(shown) < len(rows):
        yield ""
        yield from folded(
            f"All {len(rows)} namespaces", table(heads, (_namespace(row, columns) for row in rows), right)
        )
    yield ""
    grades = sorted({row.grade for row in rows}, key=lambda one: one.name)
    yield " ".join(f"**{graded(one)}**: {GRADES[one]}." for one in grades)
    yield ""
    formula = table(
        ["reason", "points", "counted"],
        [[inline(reason), str(points), inline(why)] for reason, points, why in plan.formula.rows],
        "lrl",
    )
    minutes = plan.formula.minutes_per_point
    summary = "How points are counted" + ("" if minutes is None else f" (a point was said to take {minutes} minutes)")
    yield from folded(summary, formula)


def _namespace(row: NamespaceRow, columns: list[Standing]) -> list[str]:
    numbers = [str(number_of(row, one) or "") for one in columns]
    return [
        code(row.namespace),
        str(row.policies),
        str(row.exact),
        *numbers,
        str(row.points),
        graded(row.grade),
        str(row.wave),
    ]


_SECTIONS: Final[tuple[Callable[[Plan], Iterator[str]], ...]] = (
    _top,
    inputs,
    aks,
    _risks,
    _readiness,
    connectivity,
    shared,
    waves,
    probes,
    rollback,
    decisions,
    appendix,
    trust,
)
