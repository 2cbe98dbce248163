"""Long lists of a plan -> short ones that unfold: by namespace, and by whether there is anything to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

from npconv.dataclass import dataclass
from npconv.render.summary import plural
from npconv.report.model import Cell, Connectivity, Grade, MatrixCell, NamespaceRow, ObjectRow, Plan, Standing
from npconv.report.wording import CLUSTER

Row = TypeVar("Row")

_MOST_ROWS: Final = 40
"""So many namespaces are read at once."""

_MOST_SAME: Final = 60
"""So many namespaces are named on one line of those that do not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the page: its anchor, its heading, and what the table of contents counts."""

    id: str
    title: str
    short: str = ""
    """What the table of contents calls it, if not the same."""
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
    found: list[Section] = []
    if plan.inputs:
        found.append(Section(id="inputs", title="Inputs", count=_number(len(plan.inputs))))
    if plan.aks is not None:
        count = _number(len(plan.aks.steps))
        found.append(Section(id="aks", title="AKS: before and after the dataplane changes", short="AKS", count=count))
    found += [
        Section(id="risks", title="Top risks", count=_number(len(plan.risks))),
        Section(id="readiness", title="Readiness by namespace", short="Readiness", count=_number(len(plan.namespaces))),
        Section(id="connectivity", title="Who reaches whom"),
    ]
    if plan.shared:
        found.append(Section(id="shared", title="Agree on these first", count=_number(len(plan.shared))))
    if plan.waves:
        found.append(Section(id="rollout", title="Roll-out", count=_number(len(plan.waves))))
    if plan.probes:
        found.append(Section(id="tests", title="Test plan", count=_number(len(plan.probes))))
    if plan.rollback.steps or plan.rollback.lost:
        found.append(Section(id="rollback", title="Roll-back"))
    found += [
        Section(id="decisions", title="Decisions to take", count=_number(len(plan.decisions))),
        Section(id="policies", title="Every policy", count=_number(len(plan.objects))),
    ]
    if plan.codes:
        found.append(Section(id="codes", title="Codes", count=_number(len(plan.codes))))
    trusted = _number(len(plan.assumptions) + len(plan.unread))
    found.append(Section(id="trust", title="How far to trust this", count=trusted))
    return tuple(found)


def _number(count: int) -> str:
    return f"{count:,}"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded(Generic[Row]):
    """A long list: the rows that are shown, and those that are folded away, below a line that says what they are."""

    shown: tuple[Row, ...]
    folds: tuple[tuple[str, tuple[Row, ...]], ...] = ()


def by_need(plan: Plan) -> Folded[NamespaceRow]:
    """The namespaces where there is something to do first; few of them stay together."""
    return _folded(plan.namespaces, lambda row: row.grade is not Grade.A, "with nothing to do")


def by_difference(groups: tuple[Group, ...]) -> Folded[Group]:
    """The namespaces with policies that are not equal first; few of them stay together."""
    return _folded(groups, lambda group: any(one.standing not in _EXACT for one in group.rows), "in which all is equal")


_EXACT: Final = (Standing.EQUAL, Standing.ASSUMED)


def _folded(rows: tuple[Row, ...], is_busy: Callable[[Row], bool], calm: str) -> Folded[Row]:
    if len(rows) <= _MOST_ROWS:
        return Folded(shown=rows)
    busy = tuple(row for row in rows if is_busy(row))
    rest = tuple(row for row in rows if not is_busy(row))
    folds = ((f"{len(busy) - _MOST_ROWS} more", busy[_MOST_ROWS:]), (f"{_namespaces(rest)} {calm}", rest))
    return Folded(shown=busy[:_MOST_ROWS], folds=tuple(fold for fold in folds if fold[1]))


def _namespaces(rows: tuple[object, ...]) -> str:
    return plural(len(rows), "namespace", "namespaces")


def changed_cells(found: Connectivity) -> tuple[MatrixCell, ...]:
    """The pairs of namespaces that change."""
    return tuple(one for one in found.cells if one.mark not in (Cell.SAME, Cell.NONE))


def same_by_source(found: Connectivity) -> tuple[SameRow, ...]:
    """Whom each namespace reaches before and after alike, on a line."""
    targets: dict[str, list[str]] = {}
    for one in found.cells:
        if one.mark is not Cell.SAME:
            continue
        targets.setdefault(one.source, []).append(f"{one.target} ({one.ports})" if one.ports else one.target)
    return tuple(
        SameRow(source=source, targets=tuple(names[:_MOST_SAME]), more=max(0, len(names) - _MOST_SAME))
        for source, names in targets.items()
    )
