"""Long lists of a plan -> short ones that unfold: by namespace, and by whether there is anything to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from npconv.dataclass import dataclass
from npconv.report.model import Cell, Connectivity, Grade, MatrixCell, NamespaceRow, ObjectRow, Plan, Standing
from npconv.report.wording import CLUSTER

_MOST_CHANGED: Final = 1000
_MOST_SAME: Final = 60
"""So many namespaces are named on one line of those that do not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the page: its anchor, its heading, and what the table of contents counts."""

    id: str
    title: str
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The policies of a namespace."""

    namespace: str
    title: str
    rows: tuple[ObjectRow, ...]
    counts: tuple[tuple[Standing, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameRow:
    """What a namespace reaches before and after alike."""

    source: str
    targets: tuple[str, ...]
    more: int


def sections(plan: Plan) -> tuple[Section, ...]:
    """What the page has, in order."""
    found = [
        Section(id="risks", title="Top risks", count=str(len(plan.risks))),
        Section(id="decisions", title="Decisions to take", count=str(len(plan.decisions))),
        Section(id="readiness", title="Readiness by namespace", count=str(len(plan.namespaces))),
        Section(id="connectivity", title="Who reaches whom", count=""),
    ]
    if plan.shared:
        found.append(Section(id="shared", title="Agree on these first", count=str(len(plan.shared))))
    if plan.waves:
        found.append(Section(id="rollout", title="Roll-out", count=str(len(plan.waves))))
    if plan.probes:
        found.append(Section(id="tests", title="Test plan", count=str(len(plan.probes))))
    if plan.rollback.steps or plan.rollback.lost:
        found.append(Section(id="rollback", title="Roll-back"))
    found += [
        Section(id="trust", title="How far to trust this", count=str(len(plan.assumptions) + len(plan.unread))),
        Section(id="policies", title="Every policy", count=str(len(plan.objects))),
    ]
    if plan.codes:
        found.append(Section(id="codes", title="Codes", count=str(len(plan.codes))))
    if plan.inputs:
        found.append(Section(id="inputs", title="Inputs", count=str(len(plan.inputs))))
    return tuple(found)


def by_namespace(objects: Iterable[ObjectRow]) -> tuple[Group, ...]:
    """The policies by namespace, in the order in which the plan has them."""
    found: dict[str, list[ObjectRow]] = {}
    for one in objects:
        found.setdefault(one.namespace or CLUSTER, []).append(one)
    return tuple(
        Group(
            namespace=namespace,
            title="the whole cluster" if namespace == CLUSTER else namespace,
            rows=tuple(rows),
            counts=tuple(sorted(Counter(one.standing for one in rows).items(), key=lambda one: _ORDER[one[0]])),
        )
        for namespace, rows in found.items()
    )


_ORDER: Final = {standing: number for number, standing in enumerate(Standing)}


def by_need(plan: Plan) -> tuple[tuple[NamespaceRow, ...], tuple[NamespaceRow, ...]]:
    """The namespaces where there is something to do, and the others; few of them stay together."""
    if len(plan.namespaces) <= 40:
        return plan.namespaces, ()
    busy = tuple(row for row in plan.namespaces if row.grade is not Grade.A)
    return busy, tuple(row for row in plan.namespaces if row.grade is Grade.A)


def halves(found: Connectivity) -> tuple[tuple[MatrixCell, ...], tuple[MatrixCell, ...]]:
    """The cells that change (as many as anybody reads), and those through which the same passes."""
    changed = tuple(one for one in found.cells if one.mark not in (Cell.SAME, Cell.NONE))
    return changed[:_MOST_CHANGED], tuple(one for one in found.cells if one.mark is Cell.SAME)


def same_by_source(found: Connectivity) -> tuple[SameRow, ...]:
    """Whom each namespace reaches before and after alike, on a line."""
    targets: dict[str, list[str]] = {}
    for one in halves(found)[1]:
        targets.setdefault(one.source, []).append(f"{one.target} ({one.ports})" if one.ports else one.target)
    return tuple(
        SameRow(source=source, targets=tuple(names[:_MOST_SAME]), more=max(0, len(names) - _MOST_SAME))
        for source, names in targets.items()
    )
