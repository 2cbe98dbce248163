"""Allow clauses of one subject and direction -> the rules of a NetworkPolicy: one for each rule of the source."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.k8s.lower_ports import ports
from npconv.dialects.k8s.lower_selectors import peers
from npconv.dialects.k8s.model import Rule
from npconv.dialects.k8s.wording import Wording
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube, covers


def rules(clauses: list[Clause], namespace: str, wording: Wording) -> tuple[Rule, ...]:
    """The rules; `namespace` is the policy's own, empty if it is one of many that a cluster-wide policy became."""
    if len(clauses) == 1:
        return tuple(_rules(clauses, namespace, wording))
    by_rule: dict[int, list[Clause]] = {}
    for clause in clauses:
        by_rule.setdefault(id(clause.rule), []).append(clause)
    found = tuple(rule for part in by_rule.values() for rule in _rules(_widest(part), namespace, wording))
    return found if len(found) < 2 else tuple(dict.fromkeys(found))


def _widest(clauses: list[Clause]) -> list[Clause]:
    """The clauses without those that others of them hold."""
    kept: list[Clause] = clauses[:1]
    for clause in clauses[1:]:
        if any(_holds(one, clause) for one in kept):
            continue
        kept = [one for one in kept if not _holds(clause, one)] + [clause]
    return kept


def _holds(outer: Clause, inner: Clause) -> bool:
    """Whether a clause allows all that another one does, for the same pods."""
    wide, narrow = outer.box, inner.box
    return (
        covers(wide.peer, narrow.peer) and covers(wide.traffic, narrow.traffic) and covers(wide.request, narrow.request)
    )


def _rules(clauses: list[Clause], namespace: str, wording: Wording) -> Iterator[Rule]:
    for cubes, traffics in _by_peer(clauses):
        who, what = peers(cubes, namespace, wording), ports(traffics)
        if who != () and what != ():  # an empty list would be everybody, or everything
            yield Rule(peers=who, ports=what)


def _by_peer(clauses: list[Clause]) -> Iterator[tuple[list[Cube], tuple[Cube, ...]]]:
    """Clauses as products of peers and traffic: peers that may do the same stand together."""
    if len(clauses) == 1:
        box = clauses[0].box
        yield [box.peer], (box.traffic,)
        return
    by_peer: dict[Cube, list[Cube]] = {}
    for clause in clauses:
        by_peer.setdefault(clause.box.peer, []).append(clause.box.traffic)
    alike: dict[tuple[Cube, ...], list[Cube]] = {}
    for peer, traffics in by_peer.items():
        alike.setdefault(tuple(dict.fromkeys(traffics)), []).append(peer)
    yield from ((cubes, traffics) for traffics, cubes in alike.items())
