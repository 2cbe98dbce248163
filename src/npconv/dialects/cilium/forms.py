"""Cuts clauses to the forms that Cilium has: the general ones, and ICMP types listed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from npconv.dialects.cilium.cidr_match import Matched
from npconv.dialects.cilium.icmp_types import LISTED
from npconv.dialects.cilium.lift_ports import EXTENDED
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate_ports import protocols as known_protocols
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Both, Condition, Either, Within
from npconv.ir.dimensions import Attribute, Axis, DstPortNamed, Kind, Kinds
from npconv.ir.intervals import Intervals, icmp, protocols
from npconv.ir.policy import Action, Direction
from npconv.lowering import addresses, forms
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import FULL, Cube
from npconv.lowering.remembered import remembered
from npconv.lowering.tiers import Split

EVERY_TYPE = ~icmp()
CILIUMS = Kinds(frozenset({Kind.HEALTH, Kind.INGRESS, Kind.INIT, Kind.UNMANAGED}))
"""The endpoints that only Cilium knows as such."""
NO_PROTOCOL = protocols()
NOTHING_MATCHED = Matched()


def extended(profile: CiliumProfile) -> Intervals:
    """The protocols without ports that this Cilium has words for (facts/cilium.md 1.4: from 1.19, with a flag)."""
    names = known_protocols(profile.version) if profile.extended_protocols else ()
    return protocols(*(EXTENDED[name] for name in names if name in EXTENDED))


def splitter(
    plan: AddressPlan, direction: Direction, others: Intervals = NO_PROTOCOL, matched: Matched = NOTHING_MATCHED
) -> Split:
    """How a clause of a direction is cut for Cilium, where pods and nodes have these addresses.

    `others` are the protocols without ports that have words of their own; `matched` is what CIDRs match in the cluster.
    """

    @cache
    def traffics(traffic: Cube, request: Cube) -> tuple[Cube, ...]:
        """The traffic of a request, whoever it is with: cut as below."""
        return tuple(
            by_word
            for box in forms.by_request(Box(FULL, FULL, traffic, request))
            for by_protocol in forms.by_protocol(box.traffic)
            for by_type in _by_type(by_protocol)
            for by_word in _by_word(by_type, others)
        )

    def split(clause: Clause) -> tuple[Clause, ...]:
        box = clause.box
        if _are_apart(box, direction):
            peers = (*forms.by_kind(_of_world(clause).box.peer), *(one.box.peer for one in _of_cilium(clause)))
            said = traffics(box.traffic, box.request)
            return tuple(clause.over(Box(box.subject, peer, one, box.request)) for peer in peers for one in said)
        pieces = (
            *(one for piece in forms.cut(_of_world(clause), direction) for one in addresses.split(piece, plan)),
            *(one for piece in _of_cilium(clause) for one in forms.cut_traffic(piece, direction)),
        )
        return tuple(
            settled.over(settled.box.having("traffic", traffic).having("peer", peer))
            for settled in pieces
            for peer in _by_match(settled.box.peer, matched)
            for by_type in _by_type(settled.box.traffic)
            for traffic in _by_word(by_type, others)
        )

    return remembered(split)


def _are_apart(box: Box, direction: Direction) -> bool:
    """Whether the peer has nothing to do with how the traffic is cut, nor the other way around.

    Addresses are cut by the family, and on egress named ports are the peer's.
    """
    return not (
        box.subject.members(Axis.ADDRESS) is not None
        or box.peer.members(Axis.ADDRESS) is not None
        or box.traffic.members(Axis.FAMILY) is not None
        or (direction is Direction.EGRESS and any(isinstance(one.fact, DstPortNamed) for one in box.traffic.facts))
    )


def _of_world(clause: Clause) -> Clause:
    """The clause without the endpoints that only Cilium has, unless it is for everybody."""
    asked = clause.box.peer.members(Axis.KIND)
    if not isinstance(asked, Kinds) or asked.members <= addresses.WORLD.members:
        return clause
    if (asked & addresses.WORLD).is_empty or (asked & CILIUMS).is_empty:
        return clause
    return clause.over(clause.box.having("peer", clause.box.peer.having(Axis.KIND, asked & addresses.WORLD)))


def _of_cilium(clause: Clause) -> Iterator[Clause]:
    """The clause for the endpoints that only Cilium has, where it names any: `ingress`, `health`, all in `cluster`.

    What is left of everything once pods or nodes, or what a Deny is about, are cut out of it names none.
    """
    asked = clause.box.peer.members(Axis.KIND)
    if not isinstance(asked, Kinds) or not _are_named(asked):
        return
    if clause.rule is None or not _names_ciliums(clause.rule.peer):
        return
    if clause.action is Action.ALLOW and clause.rule.action is Action.DENY:
        return  # what the Deny leaves open
    if any(isinstance(one, Attribute) for one, _ in clause.box.peer.sets) or clause.box.peer.facts:
        return  # they have no labels
    yield clause.over(clause.box.having("peer", clause.box.peer.having(Axis.KIND, asked & CILIUMS)))


def _names_ciliums(peer: Condition) -> bool:
    match peer:
        case Within(Axis.KIND, Kinds() as kinds):
            return _are_named(kinds)
        case Both(parts) | Either(parts):
            return any(_names_ciliums(one) for one in parts)
        case _:
            return False


def _are_named(kinds: Kinds) -> bool:
    return Kind.OUTSIDE not in kinds and not (kinds & CILIUMS).is_empty


def _by_match(peer: Cube, matched: Matched) -> Iterator[Cube]:
    asked = peer.members(Axis.ADDRESS)
    if isinstance(asked, Addresses):
        yield from (peer.having(Axis.ADDRESS, part) for part in matched.cut(asked))
    else:
        yield peer


def _by_word(traffic: Cube, others: Intervals) -> Iterator[Cube]:
    """Cut protocols that have words apart from those that have none."""
    numbers = traffic.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals) or (numbers & others).is_empty or (numbers & ~others).is_empty:
        yield traffic
        return
    yield traffic.having(Axis.PROTOCOL, numbers & others)
    yield traffic.having(Axis.PROTOCOL, numbers & ~others)


def _by_type(traffic: Cube) -> Iterator[Cube]:
    """Cut ICMP into the types that are listed and the rest, for which there are no words."""
    numbers = traffic.members(Axis.PROTOCOL)
    family = {forms.ICMP_V4: "IPv4", forms.ICMP_V6: "IPv6"}.get(numbers) if isinstance(numbers, Intervals) else None
    if family is None:
        yield traffic
        return
    asked = traffic.members(Axis.ICMP_TYPE)
    types = asked if isinstance(asked, Intervals) else EVERY_TYPE
    for part in (types & LISTED[family], types & ~LISTED[family]):
        if not part.is_empty:
            yield traffic.having(Axis.ICMP_TYPE, part)
