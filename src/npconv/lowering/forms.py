"""Cuts clauses to forms that targets can say: one kind of endpoint and one kind of protocol at a time.

What an endpoint or a protocol cannot have is settled here: only pods have pod labels, only TCP, UDP, SCTP and
UDP-Lite have ports, only ICMP has types. The cut is exact: the pieces hold the same flows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from npconv.ir.condition import REMEMBERED
from npconv.ir.dimensions import (
    AUTHENTICATION,
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    DstPortNamed,
    Kind,
    Kinds,
    LabelText,
    Request,
    Scope,
    SrcPortNamed,
)
from npconv.ir.intervals import Intervals, icmp, ports, protocols
from npconv.ir.policy import Direction
from npconv.ir.values import PRESENT, Values
from npconv.lowering.addresses import WORLD
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import Cube

POD_SCOPES = frozenset({Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT, Scope.CLUSTER})
_OF_PODS = frozenset(one.value for one in POD_SCOPES)
EVERY_POD_HAS = (NAMESPACE, SERVICE_ACCOUNT, Attribute.of(Scope.CLUSTER, NAME))
PODS = Kinds(frozenset({Kind.POD}))
NOT_PODS = WORLD & ~PODS

TCP = protocols(6)
WITH_PORTS = protocols(6, 17, 132)
"""TCP, UDP and SCTP: the protocols whose ports policies speak of. UDP-Lite has ports, but no dialect filters them."""
ICMP_V4 = protocols(1)
ICMP_V6 = protocols(58)
OTHERS = ~(WITH_PORTS | ICMP_V4 | ICMP_V6)
EVERY_PORT = ports((1, 65535))
NO_PORT = ports((0, 0))
NO_TYPE = icmp(0)


def cut(clause: Clause, direction: Direction) -> tuple[Clause, ...]:
    """The clause in pieces, each about pods or about others, and about one group of protocols."""
    box = clause.box
    return tuple(
        piece
        for peer in by_kind(box.peer)
        for piece in cut_traffic(clause.over(Box(box.subject, peer, box.traffic, box.request)), direction)
    )


def cut_traffic(clause: Clause, direction: Direction) -> tuple[Clause, ...]:
    """The clause in pieces, each about one group of protocols."""
    box = clause.box
    pieces = [Box(box.subject, box.peer, one, box.request) for one in _traffics(box.traffic, box.request)]
    if box.traffic.facts:
        pieces = [one for piece in pieces for one in by_port_name(piece, direction)]
    return tuple([clause.over(piece) for piece in pieces])


@lru_cache(maxsize=REMEMBERED)
def _traffics(traffic: Cube, request: Cube) -> tuple[Cube, ...]:
    return tuple(one for box in by_request(Box(traffic=traffic, request=request)) for one in by_protocol(box.traffic))


def by_request(box: Box) -> Iterator[Box]:
    """Cut what asks for a request into TCP, which carries HTTP, and other protocols, which do not."""
    if all(isinstance(one.fact, Request) and one.fact.protocol == AUTHENTICATION for one in box.request.facts):
        yield box  # whatever is sent
        return
    seen = box.traffic.members(Axis.PROTOCOL)
    numbers = seen if isinstance(seen, Intervals) else Intervals.all(255)
    for part in (numbers & TCP, numbers & ~TCP):
        if not part.is_empty:
            yield box.having("traffic", box.traffic.having(Axis.PROTOCOL, part))


def by_port_name(box: Box, direction: Direction) -> Iterator[Box]:
    """On egress a named port is the peer's, and only pods declare any."""
    names = [one for one in box.traffic.facts if isinstance(one.fact, DstPortNamed)]
    if not names or direction is Direction.INGRESS:
        yield box
        return
    seen = box.peer.members(Axis.KIND)
    kinds = seen if isinstance(seen, Kinds) else WORLD
    if Kind.POD in kinds:
        yield box.having("peer", box.peer.having(Axis.KIND, PODS))
    others = kinds & NOT_PODS
    if not others.is_empty and all(one.negated for one in names):
        yield box.having("peer", box.peer.having(Axis.KIND, others)).having("traffic", box.traffic.without(*names))


def by_kind(peer: Cube) -> Iterator[Cube]:
    """Cut a peer that asks for pod labels into pods that have them and others, which have none."""
    whom = peer.members(Axis.KIND)
    if whom == PODS:
        of_pods = _of_pods(peer)
        if of_pods is not None:
            yield of_pods
        return
    if isinstance(whom, Kinds) and (whom & WORLD).is_empty:
        return  # what only one engine knows, left over from cutting kinds out of everything
    asked = [(one, members) for one, members in peer.sets if isinstance(one, Attribute) and one.scope_name in _OF_PODS]
    texts = [one for one in peer.facts if isinstance(one.fact, LabelText) and one.fact.attribute.scope in POD_SCOPES]
    if not asked and not texts:
        yield peer
        return
    kinds = whom if isinstance(whom, Kinds) else WORLD
    of_pods = _of_pods(peer) if Kind.POD in kinds else None
    if of_pods is not None:
        yield of_pods.having(Axis.KIND, PODS)
    if not all(isinstance(members, Values) and members.absent for _, members in asked):
        return
    others = kinds & NOT_PODS
    without = peer
    for attribute, _ in asked:
        without = without.having(attribute, None)
    if others.is_empty or any(not one.negated for one in texts):
        return
    yield without.without(*texts).having(Axis.KIND, others)


def _of_pods(cube: Cube) -> Cube | None:
    """What a cube asks of a pod, which has a namespace, a service account and a cluster; None if it has no pod."""
    for attribute in EVERY_POD_HAS:
        asked = cube.members(attribute)
        if isinstance(asked, Values) and (asked.absent or not asked.named):
            members = asked & PRESENT
            if members.is_empty:
                return None
            cube = cube.having(attribute, None if members == PRESENT else members)
    return cube


@lru_cache(maxsize=REMEMBERED)
def by_protocol(traffic: Cube) -> tuple[Cube, ...]:
    """Cut traffic that asks for protocols, ports or ICMP into protocols with ports, ICMP, ICMPv6, and the rest."""
    return tuple(_by_protocol(traffic))


def _by_protocol(traffic: Cube) -> Iterator[Cube]:
    named = any(isinstance(one.fact, DstPortNamed | SrcPortNamed) for one in traffic.facts)
    asked = (Axis.PROTOCOL, Axis.DST_PORT, Axis.SRC_PORT, Axis.ICMP_TYPE, Axis.ICMP_CODE)
    if not named and all(traffic.members(axis) is None for axis in asked):
        yield traffic
        return
    seen = traffic.members(Axis.PROTOCOL)
    numbers = seen if isinstance(seen, Intervals) else Intervals.all(255)
    for group in (WITH_PORTS, ICMP_V4, ICMP_V6, OTHERS):
        part = numbers & group
        if part.is_empty:
            continue
        piece = _with_ports(traffic) if group is WITH_PORTS else _without_ports(traffic)
        piece = piece.having(Axis.PROTOCOL, part) if piece is not None else None
        if group not in (ICMP_V4, ICMP_V6):
            piece = _fixed(piece, (Axis.ICMP_TYPE, Axis.ICMP_CODE), NO_TYPE)
        if piece is not None:
            yield piece


def _with_ports(traffic: Cube) -> Cube | None:
    """The traffic of protocols with ports, which start at 1; None if it asks for port 0 alone."""
    for axis in (Axis.DST_PORT, Axis.SRC_PORT):
        asked = traffic.members(axis)
        if isinstance(asked, Intervals):
            numbers = asked & EVERY_PORT
            if numbers.is_empty:
                return None
            traffic = traffic.having(axis, None if numbers == EVERY_PORT else numbers)
    return traffic


def _without_ports(traffic: Cube) -> Cube | None:
    """The traffic of protocols without ports: their port is 0, and none is called by a name."""
    names = [one for one in traffic.facts if isinstance(one.fact, DstPortNamed | SrcPortNamed)]
    if not all(one.negated for one in names):
        return None
    return _fixed(traffic.without(*names), (Axis.DST_PORT, Axis.SRC_PORT), NO_PORT)


def _fixed(cube: Cube | None, axes: tuple[Axis, ...], only: Intervals) -> Cube | None:
    """The cube where some axes have just one value; None if it does not hold that value."""
    for axis in axes:
        if cube is None:
            return None
        members = cube.members(axis)
        if isinstance(members, Intervals) and (members & only).is_empty:
            return None
        cube = cube.having(axis, None)
    return cube


def named_ports_of(box: Box) -> tuple[str, ...]:
    """The names of destination ports that a box asks for."""
    return tuple(
        sorted(one.fact.name for one in box.traffic.facts if isinstance(one.fact, DstPortNamed) and not one.negated)
    )
