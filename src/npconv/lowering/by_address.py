"""What a kind of endpoint means, crossed to engines that match IP addresses, whoever holds them.

Calico and Azure NPM match addresses: a CIDR is for pods, nodes and what is outside alike (facts/azure_npm.md 2.1).
A condition on kinds of endpoint is therefore said by where pods and nodes have their addresses: known from `--pod-cidr`
and `--node-cidr`, or else assumed. Pods, and nothing else, can be selected as such, by their labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.ir.addresses import ALL_V4, ALL_V6, EVERY_ADDRESS, Addresses
from npconv.ir.dimensions import Axis, Families, Family, Kind, Kinds
from npconv.lowering.addresses import PODS, WORLD, AddressPlan, Relation
from npconv.lowering.box import Box


def by_address(box: Box, plan: AddressPlan, passing: Kinds) -> Iterator[Box]:
    """The box cut so that each piece is for pods alone, or for an address of anybody, or has no words.

    `passing` are kinds of peer that no policy of the target stops: what is asked of these does not matter. Pieces
    without words are about single kinds of endpoint that share addresses with others.
    """
    asked = _asked(box, plan)
    if asked.is_empty:
        return
    kinds = _kinds(box) & WORLD
    free = None if asked.is_full else asked
    if _has_labels(box):
        yield from _labelled(box, plan, free)
        return
    judged = WORLD & ~passing
    if (judged & ~kinds).is_empty:
        yield _said(box, None, free)
        return
    if not (kinds & passing).is_empty:
        yield _said(box, kinds & passing, None)
    left = kinds & judged
    if Kind.POD in left and (free is None or plan.relation(PODS, free) is Relation.COVERS):
        yield _said(box, PODS, None)
        left &= ~PODS
    elif Kind.POD in left and free is not None and plan.relation(PODS, free) is Relation.APART:
        left &= ~PODS
    if left.is_empty:
        return
    block = asked & ALL_V4 if plan.only_v4 else asked
    for one in sorted((judged & ~kinds).members, key=lambda kind: kind.value):
        block &= ~_home(one, plan)
    if not block.is_empty:
        yield _said(box, None, _shorter(block, left, plan))
    for one in sorted(left.members, key=lambda kind: kind.value):
        missed = asked & ~block & _home(one, plan)  # where only IPv4 is spoken, homes are IPv4
        if not missed.is_empty:
            yield _said(box, Kinds(frozenset({one})), missed)


def _shorter(block: Addresses, left: Kinds, plan: AddressPlan) -> Addresses:
    """The block without where pods alone are, if it is not for pods, and is said in fewer words so."""
    pods = _home(Kind.POD, plan)
    if any(not (_home(one, plan) & pods).is_empty for one in left.members):
        return block
    return min(block, block & ~pods, key=_words)


def _words(block: Addresses) -> int:
    return sum(1 + len(without) for _, without in block.ranges())


def over_family(box: Box, plan: AddressPlan) -> Iterator[Box]:
    """The box with the family said by addresses, for engines that match these."""
    families = box.traffic.members(Axis.FAMILY)
    if not isinstance(families, Families):
        yield box
        return
    free = box.having("traffic", box.traffic.having(Axis.FAMILY, None))
    asked = box.peer.members(Axis.ADDRESS)
    within = asked if isinstance(asked, Addresses) else EVERY_ADDRESS
    over = within & (ALL_V4 if Family.V4 in families else ~ALL_V4)
    if plan.only_v4 and Family.V4 in families:
        yield free
    elif not over.is_empty:
        yield free.having("peer", free.peer.having(Axis.ADDRESS, over))


def _asked(box: Box, plan: AddressPlan) -> Addresses:
    """The addresses of the peer. Where pods have IPv4 addresses only, no flow of theirs has another."""
    members = box.peer.members(Axis.ADDRESS)
    asked = members if isinstance(members, Addresses) else EVERY_ADDRESS
    if plan.only_v4:
        return EVERY_ADDRESS if asked.v4.is_full else asked & ALL_V4
    return asked


def _kinds(box: Box) -> Kinds:
    seen = box.peer.members(Axis.KIND)
    return seen if isinstance(seen, Kinds) else WORLD


def _has_labels(box: Box) -> bool:
    return bool(box.peer.facts) or any(one not in (Axis.KIND, Axis.ADDRESS) for one, _ in box.peer.sets)


def _labelled(box: Box, plan: AddressPlan, asked: Addresses | None) -> Iterator[Box]:
    """What is selected by labels and by address is so only by labels where the addresses hold all pods."""
    if asked is None:
        yield _said(box, _kinds(box), None)
        return
    match plan.relation(PODS, asked) if _kinds(box) == PODS else Relation.PARTLY:
        case Relation.COVERS:
            yield _said(box, PODS, None)
        case Relation.PARTLY:
            yield _said(box, _kinds(box), asked)
        case Relation.APART:
            return


def _said(box: Box, kinds: Kinds | None, addresses: Addresses | None) -> Box:
    peer = box.peer.having(Axis.KIND, None if kinds == WORLD else kinds)
    return box.having("peer", peer.having(Axis.ADDRESS, addresses))


def _home(kind: Kind, plan: AddressPlan) -> Addresses:
    """Where endpoints of a kind may have their addresses: anywhere, if nothing was said of a family."""
    if kind is Kind.POD:
        found = plan.pods.addresses
    elif kind is Kind.OUTSIDE:
        assumed = plan.pods.assumed or plan.nodes.assumed
        found = EVERY_ADDRESS if assumed else ~(plan.pods.addresses | plan.nodes.addresses)
    else:
        found = plan.nodes.addresses
    if plan.only_v4:
        return found & ALL_V4
    return found | ALL_V6 if found.v6.is_empty and kind is not Kind.OUTSIDE else found
