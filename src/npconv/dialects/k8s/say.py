"""What NetworkPolicies cannot say of a box, condition by condition (facts/k8s_np.md 5.1, 5.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.diagnostics.codes import losses
from npconv.dialects.k8s.forms import passing
from npconv.dialects.k8s.wording import Blocks, Wording, no_limits
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Holds
from npconv.ir.dimensions import (
    API_SERVER,
    NAMESPACE,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Kinds,
    LabelText,
    Named,
    Scope,
    SrcPortNamed,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Action, Direction
from npconv.ir.values import Values
from npconv.lowering.addresses import NODES, OUTSIDE, PODS
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.forms import ICMP_V4, ICMP_V6, WITH_PORTS
from npconv.lowering.namespaces import names
from npconv.lowering.sayable import Target, Unsayable
from npconv.source.names import port_name

_Known: TypeAlias = Callable[[Cube], tuple[Unsayable, ...]]
"""What cannot be said of a part of a box, worked out once for each: rules repeat each other's."""


def target(wording: Wording, direction: Direction) -> Target:
    """What a NetworkPolicy for this engine cannot say of a clause. A Deny without a rule isolates its subject."""
    free = passing(wording, direction)
    limits = None if wording.limits is no_limits else wording.limits
    of_subject: _Known = cache(lambda cube: (*_subject(cube), *_own_side(cube)))
    of_peer: _Known = cache(lambda cube: tuple(_peer(cube, wording, free)))
    of_traffic: _Known = cache(lambda cube: tuple(_traffic(cube)))
    of_request: _Known = cache(lambda cube: tuple(_request(cube)))

    def unsayable(clause: Clause) -> tuple[Unsayable, ...]:
        box = clause.box
        found = of_subject(box.subject)
        if clause.rule is not None or clause.action is Action.ALLOW:
            found += of_peer(box.peer) + of_traffic(box.traffic)
            if box.request.facts:
                found += of_request(box.request)
        return found if limits is None else found + limits(clause)

    return unsayable


def _subject(cube: Cube) -> Iterator[Unsayable]:
    members = cube.members(NAMESPACE)
    if names(members if isinstance(members, Values) else None) is None:
        why = "a NetworkPolicy is of one namespace, and the namespaces of the cluster are not known"
        yield Unsayable("subject", NAMESPACE, codes.CLUSTER_WIDE, why)
    for dimension, _ in cube.sets:
        if isinstance(dimension, Attribute) and dimension.scope is Scope.NAMESPACE and dimension != NAMESPACE:
            why = f"which namespaces have the label `{dimension.key}` is not known"
            yield Unsayable("subject", dimension, codes.CLUSTER_WIDE, why)
    yield from _attributes("subject", cube)
    yield from _facts("subject", cube)


def _own_side(cube: Cube) -> Iterator[Unsayable]:
    if cube.members(Axis.ADDRESS) is not None:
        why = "NetworkPolicies choose pods by labels, not by address"
        yield Unsayable("subject", Axis.ADDRESS, codes.OWN_ADDRESS, why)


def _peer(cube: Cube, wording: Wording, free: Kinds) -> Iterator[Unsayable]:
    yield from _attributes("peer", cube)
    yield from _facts("peer", cube)
    kinds, addresses = cube.members(Axis.KIND), cube.members(Axis.ADDRESS)
    if not isinstance(kinds, Kinds):
        labelled = any(isinstance(one, Attribute) for one, _ in cube.sets)
        if addresses is not None and (labelled or wording.blocks is Blocks.OUTSIDE):
            yield Unsayable("peer", Axis.ADDRESS, codes.POD_ADDRESSES, "no peer has both labels and an address")
        return
    if not (kinds & PODS).is_empty and isinstance(addresses, Addresses):
        why = "the range holds some of the pods, and pods are selected by labels"
        yield Unsayable("peer", Axis.ADDRESS, codes.POD_ADDRESSES, why)
    if not (kinds & NODES & ~free).is_empty:
        yield Unsayable("peer", Axis.KIND, codes.NODES, "no peer of a NetworkPolicy is a node")
    if kinds == OUTSIDE and wording.blocks is Blocks.ANYBODY:
        why = f"an `ipBlock` is for whoever has the address in {wording.engine}, and pods or nodes may"
        yield Unsayable("peer", Axis.KIND, codes.OUTSIDE_ALONE, why)


def _attributes(part: str, cube: Cube) -> Iterator[Unsayable]:
    for dimension, _ in cube.sets:
        if not isinstance(dimension, Attribute):
            continue
        match dimension.scope:
            case Scope.POD | Scope.NAMESPACE:
                continue
            case Scope.SERVICE_ACCOUNT:
                why = "NetworkPolicies do not know service accounts"
                yield Unsayable(part, dimension, codes.SERVICE_ACCOUNT, why)
            case Scope.NODE | Scope.HOST_ENDPOINT if _asks_nodes(cube):
                continue  # that they are nodes is reason enough
            case Scope.NODE | Scope.HOST_ENDPOINT:
                yield Unsayable(part, dimension, codes.NODES, "no peer of a NetworkPolicy is a node")
            case Scope.CIDR_GROUP:
                yield Unsayable(part, dimension, codes.ENGINE_LABEL, "what is in the group is not known")
            case _ if dimension == API_SERVER:
                why = "NetworkPolicies know the API server by its address alone, and that is not known"
                yield Unsayable(part, dimension, codes.ENGINE_LABEL, why)
            case _:
                why = f"`{dimension}` is no label of a pod or a namespace"
                yield Unsayable(part, dimension, codes.ENGINE_LABEL, why)


def _asks_nodes(cube: Cube) -> bool:
    kinds = cube.members(Axis.KIND)
    return isinstance(kinds, Kinds) and not (kinds & NODES).is_empty


def _facts(part: str, cube: Cube) -> Iterator[Unsayable]:
    for literal in sorted(cube.facts, key=str):
        yield _fact(part, literal)


def _fact(part: str, literal: Holds) -> Unsayable:
    match literal.fact:
        case LabelText():
            why = "label selectors compare whole values, not parts of them"
            return Unsayable(part, literal, losses.LABEL_TEXT, why)
        case BackendOf():
            return Unsayable(part, literal, losses.SERVICE, "the Service object is not in the input")
        case Named():
            return Unsayable(part, literal, codes.DOMAIN_NAME, "NetworkPolicies do not know domain names")
        case SrcPortNamed():
            return Unsayable(part, literal, codes.SOURCE_PORT, "NetworkPolicies have no source ports")
        case _:
            return Unsayable(part, literal, codes.LAYER_7, "NetworkPolicies end at ports")


def _traffic(cube: Cube) -> Iterator[Unsayable]:
    if cube.members(Axis.SRC_PORT) is not None:
        yield Unsayable("traffic", Axis.SRC_PORT, codes.SOURCE_PORT, "NetworkPolicies have no source ports")
    if cube.members(Axis.FAMILY) is not None:
        why = "NetworkPolicies cannot tell the families of pods apart"
        yield Unsayable("traffic", Axis.FAMILY, codes.FAMILY, why)
    numbers = cube.members(Axis.PROTOCOL)
    if isinstance(numbers, Intervals) and not (numbers & ~WITH_PORTS).is_empty:
        icmp = not (numbers & (ICMP_V4 | ICMP_V6)).is_empty
        code = codes.ICMP if icmp else codes.OTHER_PROTOCOL
        alone = "NetworkPolicies have ICMP only together with all other protocols"
        why = alone if icmp else "NetworkPolicies have TCP, UDP and SCTP, or all protocols at once"
        yield Unsayable("traffic", Axis.PROTOCOL, code, why)
    named = [one for one in sorted(cube.facts, key=str) if isinstance(one.fact, DstPortNamed)]
    for literal in sorted(cube.facts, key=str):
        if not isinstance(literal.fact, DstPortNamed):
            yield _fact("traffic", literal)
        elif literal.negated or len(named) > 1 or cube.members(Axis.DST_PORT) is not None:
            why = "a port can be named, not excluded by name"
            yield Unsayable("traffic", literal, codes.NOT_NAMED_PORT, why)
        elif port_name(literal.fact.name):
            why = f"`{literal.fact.name}` is no name that a port can have"
            yield Unsayable("traffic", literal, codes.NOT_NAMED_PORT, why)


def _request(cube: Cube) -> Iterator[Unsayable]:
    for literal in sorted(cube.facts, key=str):
        yield _fact("request", literal)
