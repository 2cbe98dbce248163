"""Source, output and endpoints that stand for all -> who reaches whom, before and after, namespace by namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.lowering.cube import Cubes, TooManyError
from npconv.report.model import Cell, Connectivity, Flow, MatrixCell
from npconv.report.pods import Pods
from npconv.report.samples import family_of
from npconv.report.traffic import EVERYTHING, Asked, asked, common, passing, text, without
from npconv.report.waves import CLUSTER
from npconv.semantics import flow as flows
from npconv.semantics.flow import Endpoint
from npconv.semantics.judge import Judge

MOST_NAMES: Final = 24
"""How many rows and columns the matrix has at most: what a page can show."""
_MOST_PAIRS: Final = 6000
_LEAST_ENDS: Final = 3
"""How many pairs of endpoints are asked about, and how many stand for a namespace at least."""


@dataclass(frozen=True, slots=True)
class _End:
    """An endpoint, and what both policy sets ask about it in either direction."""

    endpoint: Endpoint
    asked: Mapping[tuple[int, Direction], Asked]


def connectivity(
    sets: tuple[Judge, Judge],
    ends: Mapping[str, Sequence[Endpoint]],
    changed: Sequence[Flow],
    *,
    pods: Pods,
    counted: Mapping[str, int],
) -> Connectivity:
    """The matrix and the changed flows.

    `sets` are what is enforced before and after; `counted` says how many policies a namespace has: those with most are
    shown.
    """
    chosen = sorted(most_telling(ends, changed, counted))
    most = max(_LEAST_ENDS, int(_MOST_PAIRS**0.5 / max(1, len(chosen))))
    known = {name: [_end(sets, one) for one in ends[name][:most]] for name in chosen}
    cells = tuple(
        cell
        for source in chosen
        for target in chosen
        if (cell := _cell(source, target, known[source], known[target])) is not None
    )
    left = len({*ends, *counted} - {CLUSTER}) - len(chosen)
    return Connectivity(
        names=tuple(chosen),
        cells=cells,
        changed=tuple(changed),
        changed_count=len(changed),
        basis=_basis(pods, known, most),
        left_out=f"{left} more namespaces: those with changes and with most policies are shown" if left > 0 else "",
    )


def most_telling(names: Iterable[str], changed: Iterable[Flow], counted: Mapping[str, int]) -> list[str]:
    """The namespaces that are shown: those in which something changes, then those with most policies."""
    touched = {name for one in changed for name in (one.source_namespace, one.target_namespace)}
    return sorted(names, key=lambda name: (name not in touched, -counted.get(name, 0), name))[:MOST_NAMES]


def _basis(pods: Pods, known: Mapping[str, Sequence[_End]], most: int) -> str:
    count = sum(1 for ends in known.values() for end in ends if end.endpoint.kind is Kind.POD)
    if pods:
        return (
            f"{count} of the cluster's {len(pods.existing)} pods, up to {most} different ones of each namespace, "
            f"one outside address and one node"
        )
    return (
        f"{count} pods that were made up to fit the policies, up to {most} of each namespace, one outside "
        f"address and one node: the pods of the cluster are not known (`npconv snapshot` reads them)"
    )


def _end(sets: tuple[Judge, Judge], endpoint: Endpoint) -> _End:
    if endpoint.kind is not Kind.POD:
        return _End(endpoint, {})
    return _End(
        endpoint,
        {
            (which, direction): asked(one.near(endpoint, direction), endpoint, direction)
            for which, one in enumerate(sets)
            for direction in Direction
        },
    )


def _cell(source: str, target: str, senders: Sequence[_End], receivers: Sequence[_End]) -> MatrixCell | None:
    """What passes between two namespaces; None where neither end is a pod."""
    now: list[Cubes] = []
    lost: list[Cubes] = []
    gained: list[Cubes] = []
    for sender in senders:
        for receiver in receivers:
            if Kind.POD not in (sender.endpoint.kind, receiver.endpoint.kind):
                continue
            if sender is receiver and len(senders) > 1:
                continue
            found = _between(sender, receiver)
            if found is None:
                continue
            then, later = found
            now.append(then)
            if then != later:
                lost.append(without(then, later))
                gained.append(without(later, then))
    if not now:
        return None
    all_lost, all_gained = _joined(lost), _joined(gained)
    return MatrixCell(
        source=source,
        target=target,
        mark=_mark(bool(all_lost), bool(all_gained), any(now)),
        ports=text(_joined(now)),
        lost=text(all_lost),
        gained=text(all_gained),
    )


def _mark(lost: bool, gained: bool, anything: bool) -> Cell:
    if lost and gained:
        return Cell.BOTH
    if lost or gained:
        return Cell.LOST if lost else Cell.GAINED
    return Cell.SAME if anything else Cell.NONE


def _between(sender: _End, receiver: _End) -> tuple[Cubes, Cubes] | None:
    """The traffic that both sides let pass, before and after; None where it is too much to say."""
    try:
        return _passing(0, sender, receiver), _passing(1, sender, receiver)
    except TooManyError:
        return None


def _passing(which: int, sender: _End, receiver: _End) -> Cubes:
    leaving = _side(sender.asked.get((which, Direction.EGRESS)), sender, receiver, Direction.EGRESS)
    if not leaving:
        return ()
    arriving = _side(receiver.asked.get((which, Direction.INGRESS)), receiver, sender, Direction.INGRESS)
    return common(leaving, arriving)


def _side(what: Asked | None, subject: _End, peer: _End, direction: Direction) -> Cubes:
    if what is None or what.is_silent:
        return EVERYTHING
    one, other = subject.endpoint, peer.endpoint
    return passing(what, flows.Flow(direction=direction, subject=one, peer=other, family=family_of(one, other)))


def _joined(several: Sequence[Cubes]) -> Cubes:
    return tuple(dict.fromkeys(cube for cubes in several for cube in cubes))
