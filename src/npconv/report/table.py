"""A plan -> CSV of its policies, for spreadsheets: a row for each policy of the source.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, for names come from strangers
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from npconv.report.model import Plan
from npconv.report.texts import visible
from npconv.report.wording import CLUSTER

HEADS: Final = (
    "policy",
    "namespace",
    "standing",
    "class",
    "points",
    "wave",
    "codes",
    "pods",
    "source file",
    "line",
    "becomes",
    "output file",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def rendered(plan: Plan) -> str:
    """The policies as CSV (RFC 4180, with line feeds)."""
    plan = visible(plan)
    waves = {row.namespace: row.wave for row in plan.namespaces}
    whole = waves.get(CLUSTER, "")
    to = io.StringIO()
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(HEADS)
    for one in plan.objects:
        row: tuple[str | int, ...] = (
            one.policy,
            one.namespace,
            one.standing.value,
            one.grade.name,
            one.points,
            waves.get(one.namespace, whole),
            " ".join(one.codes),
            one.pods.count if plan.summary.pods is not None else "",
            one.spot.file,
            one.spot.line or "",
            "; ".join(one.outputs),
            one.file,
        )
        writer.writerow(list(_guarded(row)))
    return to.getvalue()


def _guarded(row: tuple[str | int, ...]) -> Iterator[str | int]:
    for cell in row:
        if isinstance(cell, str):
            flat = cell.replace("\n", " ")
            yield f"'{flat}" if flat.lstrip().startswith(_FORMULA) else flat
        else:
            yield cell
