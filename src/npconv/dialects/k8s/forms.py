"""Cuts clauses to the forms that NetworkPolicies have: anybody, pods by labels, or addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, assert_never

from npconv.dialects.k8s.wording import Blocks, Wording
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Axis, Kind, Kinds
from npconv.ir.policy import Direction
from npconv.lowering import addresses, forms
from npconv.lowering.addresses import OUTSIDE, PODS, WORLD, AddressPlan
from npconv.lowering.box import Box, Clause
from npconv.lowering.by_address import by_address, over_family
from npconv.lowering.remembered import remembered
from npconv.lowering.tiers import Split

NOBODY = Kinds(frozenset())
_OF_PODS: Final = (Axis.KIND, PODS)


def splitter(plan: AddressPlan, direction: Direction, wording: Wording) -> Split:
    """How a clause of a direction is cut, where pods and nodes have these addresses."""
    free = passing(wording, direction)
    if wording.blocks is Blocks.ANYBODY:
        plan = replace(plan, only_v4=plan.only_v4 or wording.addresses.v6.is_empty)

    def split(clause: Clause) -> tuple[Clause, ...]:
        pieces: list[Clause] = []
        for piece in forms.cut(clause, direction):
            for settled in (piece,) if _is_of_pods(piece.box) else _by_peer(piece, plan, free, wording):
                box = settled.box
                for traffic in wording.cut(box.traffic):
                    pieces.append(settled if traffic is box.traffic else settled.over(box.having("traffic", traffic)))
        return tuple(pieces)

    return remembered(split)


def passing(wording: Wording, direction: Direction) -> Kinds:
    """The kinds of peer that no policy stops."""
    return Kinds(frozenset({Kind.HOST})) if direction in wording.own_node else NOBODY


def passes_anyway(clause: Clause, kinds: Kinds) -> bool:
    """Whether a clause is only about peers that no policy stops."""
    found = clause.box.peer.members(Axis.KIND)
    return isinstance(found, Kinds) and found.members <= kinds.members


def _by_peer(clause: Clause, plan: AddressPlan, free: Kinds, wording: Wording) -> Iterator[Clause]:
    match wording.blocks:
        case Blocks.ANYBODY:
            for subject in addresses.by_subject(clause.box, plan):
                for box in over_family(subject, plan):
                    yield from (clause.over(one) for one in by_address(box, plan, free))
        case Blocks.OUTSIDE:
            whole = clause.over(_whole(clause.box, plan))
            for settled in addresses.split(whole, plan):
                yield from (settled.over(box) for box in _by_kind(settled.box, free))
        case _:
            assert_never(wording.blocks)


def _is_of_pods(box: Box) -> bool:
    """Whether a box asks for no address, and for pods as its peer: every engine of NetworkPolicies says that as it is.

    The kind is the first thing that a cube asks for, the addresses the next.
    """
    peer = box.peer.sets
    return (
        bool(peer)
        and peer[0] == _OF_PODS
        and (len(peer) == 1 or peer[1][0] is not Axis.ADDRESS)
        and box.traffic.members(Axis.FAMILY) is None
        and box.subject.members(Axis.ADDRESS) is None
    )


def _whole(box: Box, plan: AddressPlan) -> Box:
    """Where pods have IPv4 addresses only, `0.0.0.0/0` is everybody; of the outside alone it stays what it is."""
    asked, kinds = box.peer.members(Axis.ADDRESS), box.peer.members(Axis.KIND)
    if kinds == OUTSIDE:
        return box
    if plan.only_v4 and isinstance(asked, Addresses) and asked.v4.is_full:
        return box.having("peer", box.peer.having(Axis.ADDRESS, None))
    return box


def _by_kind(box: Box, free: Kinds) -> Iterator[Box]:
    """Cut a peer into anybody, or pods, addresses outside, and nodes."""
    seen = box.peer.members(Axis.KIND)
    kinds = (seen if isinstance(seen, Kinds) else WORLD) & WORLD
    if box.peer.members(Axis.ADDRESS) is None and (WORLD & ~free & ~kinds).is_empty:
        yield box.having("peer", box.peer.having(Axis.KIND, None))
        return
    for group in (PODS, OUTSIDE, WORLD & ~PODS & ~OUTSIDE & ~free, free):
        part = kinds & group
        if not part.is_empty:
            yield box.having("peer", box.peer.having(Axis.KIND, part))
