"""A plan of many policies and namespaces, for measuring renderers."""

from __future__ import annotations

from dataclasses import replace

from plans import BATCH, shop_plan

from npconv.report.model import (
    Cell,
    Grade,
    InputFile,
    MatrixCell,
    Names,
    NamespaceRow,
    ObjectRow,
    Plan,
    Spot,
    Standing,
)

_KINDS = tuple(Standing)


def large_plan(policies: int, namespaces: int, *, matrix: int = 40) -> Plan:
    """`policies` spread over `namespaces`; the matrix has the first `matrix` of them."""
    plan = shop_plan()
    names = [f"team-{number:04d}" for number in range(namespaces)]
    objects = tuple(_row(number, names[number % namespaces]) for number in range(policies))
    counts = {one: sum(1 for row in objects if row.standing is one) for one in Standing}
    rows = tuple(
        NamespaceRow(
            namespace=name,
            policies=policies // namespaces,
            exact=policies // namespaces - 1,
            counts=tuple((one, 1 if one is _KINDS[number % len(_KINDS)] else 0) for one in Standing),
            points=number % 13,
            grade=tuple(Grade)[number % 4],
            wave=1 + number % 3,
            pods=number,
        )
        for number, name in enumerate(names)
    )
    shown = tuple(names[:matrix])
    cells = tuple(
        MatrixCell(source=source, target=target, mark=_mark(row, column), ports="8080/tcp", lost="443/tcp")
        for row, source in enumerate(shown)
        for column, target in enumerate(shown)
    )
    return replace(
        plan,
        summary=replace(
            plan.summary, policies=policies, namespaces=namespaces, counts=tuple(counts.items()), pods=policies * 4
        ),
        inputs=tuple(
            InputFile(file=f"policies/{row.namespace}/{number}.yaml", sha256="5e" * 32, policies=1)
            for number, row in enumerate(objects)
        ),
        risks=tuple(replace(plan.risks[number % 3], code=f"NPC{400 + number}") for number in range(40)),
        namespaces=rows,
        connectivity=replace(
            plan.connectivity, names=shown, cells=cells, changed=(BATCH,) * 200, changed_count=policies
        ),
        probes=tuple(replace(plan.probes[number % 3], number=number + 1) for number in range(500)),
        decisions=plan.decisions * 60,
        objects=objects,
    )


def _row(number: int, namespace: str) -> ObjectRow:
    name = f"service-{number:05d}"
    standing = _KINDS[number % 37 % len(_KINDS)] if number % 37 < len(_KINDS) else Standing.EQUAL
    return ObjectRow(
        policy=f"NetworkPolicy/{namespace}/{name}",
        namespace=namespace,
        spot=Spot(file=f"policies/{namespace}/{number}.yaml", line=1, column=1),
        standing=standing,
        grade=Grade.A,
        points=number % 6,
        codes=("NPC418",) if standing is not Standing.EQUAL else (),
        outputs=(f"CiliumNetworkPolicy/{namespace}/{name}",),
        file=f"{namespace}/{number}.yaml",
        pods=Names(shown=(f"{namespace}/{name}-0",), count=3),
    )


def _mark(row: int, column: int) -> Cell:
    if row == column:
        return Cell.SAME
    return tuple(Cell)[(row * 7 + column * 3) % 11] if (row * 7 + column * 3) % 11 < len(Cell) else Cell.NONE
