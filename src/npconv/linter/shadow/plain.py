"""Boxes of which a flow certainly exists, so that nobody has to be asked: sets that hang together in no way."""

from __future__ import annotations

from typing import Final

from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Axis, DstPortNamed, Kind, Kinds, Scope
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction
from npconv.ir.values import Values
from npconv.lowering.box import Box
from npconv.lowering.cube import Cube
from npconv.semantics.space import DECLARABLE, PORTED

_OF_PODS: Final = (Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)


def is_plain(box: Box, direction: Direction) -> bool:
    """Whether some flow of a box certainly exists. Says no where it would have to think."""
    if not box.request.is_full or not _is_pod(box.subject):
        return False
    if not _is_pod(box.peer) and not _is_outside(box.peer):
        return False
    if _shares(box.subject) and _shares(box.peer):
        return False
    destination = box.subject if direction is Direction.INGRESS else box.peer
    return _is_traffic(box.traffic, to_pod=_is_pod(destination))


def _is_pod(cube: Cube) -> bool:
    """Whether a pod can be found that meets a cube."""
    if cube.facts:
        return False
    for dimension, members in cube.sets:
        if dimension is Axis.KIND and isinstance(members, Kinds):
            if Kind.POD not in members:
                return False
        elif isinstance(dimension, Attribute) and isinstance(members, Values):
            if dimension.scope not in _OF_PODS:
                return False
            if dimension in (NAMESPACE, SERVICE_ACCOUNT) and not (members.named or members.cofinite):
                return False
        else:
            return False
    return True


def _is_outside(cube: Cube) -> bool:
    """Whether an address outside of the cluster meets a cube."""
    if cube.facts:
        return False
    for dimension, members in cube.sets:
        if dimension is Axis.KIND and isinstance(members, Kinds):
            if Kind.OUTSIDE not in members:
                return False
        elif dimension is not Axis.ADDRESS:
            return False
    return True


def _shares(cube: Cube) -> bool:
    """Whether a cube asks for labels of an object that both ends may share: their namespace or service account."""
    shared = (Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)
    return any(
        isinstance(dimension, Attribute) and dimension.scope in shared and dimension not in (NAMESPACE, SERVICE_ACCOUNT)
        for dimension, _ in cube.sets
    )


def _is_traffic(cube: Cube, *, to_pod: bool) -> bool:
    protocols, ports = cube.members(Axis.PROTOCOL), cube.members(Axis.DST_PORT)
    if any(dimension not in (Axis.PROTOCOL, Axis.DST_PORT) for dimension, _ in cube.sets):
        return False
    if any(not isinstance(one.fact, DstPortNamed) for one in cube.facts):
        return False
    if cube.facts and (ports is not None or not to_pod):
        return False
    usable = DECLARABLE if cube.facts else PORTED
    with_ports = protocols is None or any(one in protocols for one in usable)
    if with_ports:
        return not isinstance(ports, Intervals) or any(high > 0 for _, high in ports.spans)
    return not cube.facts and (ports is None or (isinstance(ports, Intervals) and 0 in ports))
