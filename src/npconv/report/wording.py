"""The words of a plan that every renderer uses alike: marks, grades, lists of names, headings."""

from __future__ import annotations

from typing import Final

from npconv.render.summary import plural
from npconv.report.model import Cell, Grade, Names, NamespaceRow, Plan, Probe, Standing

MARKS: Final = {
    Standing.EQUAL: "●",
    Standing.ASSUMED: "◐",
    Standing.UNPROVEN: "?",
    Standing.NARROWER: "▼",
    Standing.SHIFTED: "◆",
    Standing.WIDER: "▲",
    Standing.REFUSED: "✕",
    Standing.INVALID: "!",
}
"""A shape for each standing, which is always beside its word."""

MEANINGS: Final = {
    Standing.EQUAL: "the same flows pass: proven",
    Standing.ASSUMED: "the same flows pass, if the assumptions hold",
    Standing.UNPROVEN: "no difference was found, and none was ruled out",
    Standing.NARROWER: "some flows that pass today no longer will",
    Standing.SHIFTED: "some flows are lost, and some are gained",
    Standing.WIDER: "some flows that do not pass today will",
    Standing.REFUSED: "the target cannot say it: it is not in the output",
    Standing.INVALID: "cannot be used as it stands: see the decisions",
}

GRADES: Final = {
    Grade.A: "nothing to do",
    Grade.B: "somebody looks at it, and tests it",
    Grade.C: "a policy must be rewritten or accepted",
    Grade.D: "somebody must decide first",
}

CELLS: Final = {
    Cell.SAME: "=",
    Cell.LOST: "−",
    Cell.GAINED: "+",
    Cell.BOTH: "±",
    Cell.NONE: "·",
}
"""A mark for each cell of the matrix."""

EFFECTS: Final = {
    "widens": "lets more through",
    "shifts": "lets other flows through",
    "narrows": "lets less through",
    "refused": "is not in the output",
    "invalid": "cannot be used as it stands",
}

TOP_RISKS: Final = 10

CLUSTER: Final = "(cluster)"
"""What the row of the policies of the whole cluster is called."""


def title(plan: Plan) -> str:
    """`Migration plan: Calico 3.30 to Cilium 1.19`."""
    return f"Migration plan: {plan.engines.source} to {plan.engines.target}"


def verdict(plan: Plan) -> tuple[str, Standing]:
    """The shortest answer to whether to migrate, and what it looks like."""
    summary = plan.summary
    count = dict(summary.counts)
    if plan.aks is not None and not plan.aks.ready:
        return "not ready", Standing.WIDER
    if summary.ready:
        return "ready", Standing.EQUAL
    if summary.policies and count.get(Standing.EQUAL, 0) + count.get(Standing.ASSUMED, 0) == summary.policies:
        return "ready if the assumptions hold", Standing.ASSUMED
    return "not ready", Standing.WIDER


def no_risks(plan: Plan) -> str:
    """What is said where there are no risks."""
    if plan.aks is not None and not plan.aks.ready:
        return "None by the translation; what changes because AKS changes its dataplane is in the AKS section."
    return "None: nothing that passes today is lost, and nothing is gained."


def verdict_line(plan: Plan) -> str:
    """The verdict line without the verdict at its end."""
    return plan.summary.line.removesuffix(f": {verdict(plan)[0]}")


def graded(grade: Grade) -> str:
    """`A automatic`."""
    return f"{grade.name} {grade.value}"


def listed(names: Names, most: int = 0) -> str:
    """The names and how many more there are; at most `most` of them, if that is not 0."""
    shown = names.shown[:most] if most else names.shown
    more = names.count - len(shown)
    if not shown:
        return str(names.count) if names.count else ""
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def counted(names: Names, one: str, many: str) -> str:
    """`3 policies: a, b and 1 more`."""
    return f"{plural(names.count, one, many)}{': ' + listed(names) if names.shown else ''}"


def duration(minutes: int) -> str:
    """Minutes in words: `6.5 hours`."""
    return plural(minutes, "minute", "minutes") if minutes < 90 else f"{minutes / 60:.1f} hours"


def effort(plan: Plan) -> str:
    """`26 points (6.5 hours)`."""
    summary = plan.summary
    told = "" if summary.minutes is None else f" ({duration(summary.minutes)})"
    return plural(summary.points, "point", "points") + told


def destination(probe: Probe) -> str:
    """What a probe connects to, with its address where that is not its name."""
    known = not probe.address or probe.address in probe.destination
    return probe.destination if known else f"{probe.destination} ({probe.address})"


def port(probe: Probe) -> str:
    """`5432/tcp`, or the protocol alone."""
    return f"{probe.port}/{probe.protocol}" if probe.port else probe.protocol


def number_of(row: NamespaceRow, *standings: Standing) -> int:
    """How many policies of a namespace have one of these standings."""
    return sum(count for standing, count in row.counts if standing in standings)


def sentence(text: str) -> str:
    """A text that begins with a capital letter, if it begins with a word of ours and not with a name."""
    word = text.split(" ", 1)[0].rstrip(",:")
    return text[:1].upper() + text[1:] if word.isalpha() and word.isascii() and word.islower() else text
