"""What Cilium cannot say of a box, condition by condition (facts/cilium.md 1.2 to 1.5, 2.5 to 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from npconv.diagnostics.codes import losses
from npconv.dialects.cilium import lower_names
from npconv.dialects.cilium.cidr_match import Matched
from npconv.dialects.cilium.forms import NO_PROTOCOL, NOTHING_MATCHED, extended
from npconv.dialects.cilium.icmp_types import LISTED
from npconv.dialects.cilium.labels import is_added, is_identity_label
from npconv.dialects.cilium.lower_selectors import group_of, is_api_server, key_of
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.dialects.cilium.say_requests import requests
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import (
    API_SERVER,
    NAME,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Kind,
    Kinds,
    LabelText,
    Named,
    Scope,
    SrcPortNamed,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Action
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.forms import ICMP_V4, ICMP_V6, WITH_PORTS
from npconv.lowering.sayable import Target, Unsayable


def target(profile: CiliumProfile, matched: Matched = NOTHING_MATCHED) -> Target:
    """What a Cilium of this profile, whose CIDRs match this in the cluster, cannot say of a clause."""
    known = WITH_PORTS | extended(profile) | (ICMP_V4 | ICMP_V6 if profile.icmp_rules else NO_PROTOCOL)

    @cache
    def of_attribute(part: str, attribute: Attribute) -> tuple[Unsayable, ...]:
        return tuple(_attribute(part, attribute, profile))

    @cache
    def of_subject(cube: Cube) -> tuple[Unsayable, ...]:
        return tuple(_subject(cube, of_attribute))

    @cache
    def of_denied(cube: Cube) -> tuple[Unsayable, ...]:
        return tuple(_peer(cube, Action.DENY, profile, matched, of_attribute))

    @cache
    def of_allowed(cube: Cube) -> tuple[Unsayable, ...]:
        return tuple(_peer(cube, Action.ALLOW, profile, matched, of_attribute))

    @cache
    def of_traffic(cube: Cube) -> tuple[Unsayable, ...]:
        return tuple(_traffic(cube, known))

    def unsayable(clause: Clause) -> tuple[Unsayable, ...]:
        box = clause.box
        found = of_subject(box.subject) + (of_allowed if clause.action is Action.ALLOW else of_denied)(box.peer)
        if box.request.is_full:
            return found + of_traffic(box.traffic)
        asked = tuple(requests(clause, profile))
        beside_tcp = any(one.code is losses.HTTP_BESIDE_TCP for one in asked)
        return found + (() if beside_tcp else of_traffic(box.traffic)) + asked  # no other protocol would help

    return unsayable


_OfAttribute: TypeAlias = Callable[[str, Attribute], tuple[Unsayable, ...]]


def _subject(cube: Cube, of_attribute: _OfAttribute) -> Iterator[Unsayable]:
    for dimension, _ in cube.sets:
        if isinstance(dimension, Attribute):
            yield from of_attribute("subject", dimension)
        elif dimension is Axis.ADDRESS:
            yield Unsayable(
                "subject", dimension, losses.OWN_ADDRESS, "Cilium chooses subjects by labels, not by address"
            )
    yield from _endpoint_facts("subject", cube)


def _peer(
    cube: Cube, action: Action, profile: CiliumProfile, matched: Matched, of_attribute: _OfAttribute
) -> Iterator[Unsayable]:
    kinds = cube.members(Axis.KIND)
    for dimension, members in cube.sets:
        if (dimension == API_SERVER and is_api_server(cube)) or (isinstance(dimension, Attribute) and group_of(cube)):
            continue
        if isinstance(dimension, Attribute):
            yield from of_attribute("peer", dimension)
        elif dimension is Axis.ADDRESS and not (isinstance(kinds, Kinds) and kinds.members == {Kind.OUTSIDE}):
            yield Unsayable(
                "peer",
                dimension,
                losses.PARTLY_CLUSTER,
                "the range holds some of the pods or nodes, and a CIDR matches none in Cilium",
            )
        elif isinstance(members, Addresses) and matched.has_more(members):
            why = "with this `policy-cidr-match-mode` a CIDR also matches the pods or nodes in it"
            yield Unsayable("peer", dimension, losses.PARTLY_CLUSTER, why)
    if cube.facts:
        yield from _names(cube, action, profile)
        yield from _endpoint_facts("peer", cube)


def _names(cube: Cube, action: Action, profile: CiliumProfile) -> Iterator[Unsayable]:
    """DNS names: `toFQDNs` of an Allow, with nothing else about the peer (facts/cilium.md 1.3, 2.8, 4.1, 4.2)."""
    named = [one for one in sorted(cube.facts, key=str) if isinstance(one.fact, Named)]
    alone = len(cube.facts) == 1 and all(dimension is Axis.KIND for dimension, _ in cube.sets)
    for literal in named:
        assert isinstance(literal.fact, Named), "chosen by that"
        match profile.platform:
            case Platform.AKS:
                why = "AKS has DNS names only with Advanced Container Networking Services"
            case Platform.GKE:
                why = "GKE Dataplane V2 has no DNS names"
            case _ if not profile.l7_proxy:
                why = "without `enable-l7-proxy` Cilium learns no DNS names"
            case _ if action is not Action.ALLOW or literal.negated:
                why = "DNS names can only be allowed"
            case _ if not alone:
                why = "DNS names stand alone: no other condition on the peer can be asked for beside them"
            case _:
                why = lower_names.problem(literal.fact.pattern, profile)
        if why:
            yield Unsayable("peer", literal, losses.REQUEST, why)


def _attribute(part: str, attribute: Attribute, profile: CiliumProfile) -> Iterator[Unsayable]:
    match attribute.scope:
        case Scope.SERVICE_ACCOUNT if attribute.key != NAME:
            yield Unsayable(
                part, attribute, losses.SERVICE_ACCOUNT_LABEL, "Cilium knows a service account's name, not its labels"
            )
        case Scope.NODE | Scope.HOST_ENDPOINT:
            why = (
                "npconv does not write `fromNodes` and `toNodes` yet"
                if profile.node_selector_labels
                else "Cilium tells nodes apart by labels only if told to (`enable-node-selector-labels`)"
            )
            yield Unsayable(part, attribute, losses.NODE_LABEL, why)
        case Scope.CIDR_GROUP | Scope.RESERVED | Scope.OTHER:
            yield Unsayable(part, attribute, losses.NOT_IDENTITY, f"`{attribute}` is no label of a pod")
        case Scope.POD if is_added(attribute.key):
            why = f"`{attribute.key}` is no label of pods in Cilium: it says where they belong"
            yield Unsayable(part, attribute, losses.NOT_IDENTITY, why)
        case _ if not is_identity_label(key_of(attribute), profile.labels):
            yield Unsayable(part, attribute, losses.NOT_IDENTITY, f"`{attribute.key}` is no part of an identity")
        case _:
            return


def _endpoint_facts(part: str, cube: Cube) -> Iterator[Unsayable]:
    for literal in sorted(cube.facts, key=str):
        match literal.fact:
            case LabelText():
                yield Unsayable(
                    part, literal, losses.LABEL_TEXT, "label selectors compare whole values, not parts of them"
                )
            case BackendOf():
                yield Unsayable(part, literal, losses.SERVICE, "the Service object is not in the input")
            case Named() if part == "peer":
                pass  # see `_names`
            case _:
                yield Unsayable(part, literal, losses.REQUEST, f"npconv does not write `{literal.fact}` here yet")


def _traffic(cube: Cube, known: Intervals) -> Iterator[Unsayable]:
    if cube.members(Axis.SRC_PORT) is not None:
        yield Unsayable("traffic", Axis.SRC_PORT, losses.SOURCE_PORT, "Cilium has no source ports")
    if cube.members(Axis.ICMP_CODE) is not None:
        yield Unsayable("traffic", Axis.ICMP_CODE, losses.ICMP_CODE, "Cilium has ICMP types, no codes")
    if cube.members(Axis.FAMILY) is not None:
        yield Unsayable(
            "traffic", Axis.FAMILY, losses.FAMILY, "Cilium cannot tell the families of pods and nodes apart"
        )
    numbers = cube.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals):
        if cube.members(Axis.ICMP_TYPE) is not None:
            yield Unsayable("traffic", Axis.ICMP_TYPE, losses.ICMP_TYPES, "a type is one of ICMP or ICMPv6")
    elif not (numbers & ~known).is_empty:
        yield Unsayable("traffic", Axis.PROTOCOL, losses.PROTOCOL, "Cilium has no word for this protocol")
    else:
        yield from _icmp(numbers, cube)
    yield from _port_names(cube)


def _icmp(numbers: Intervals, cube: Cube) -> Iterator[Unsayable]:
    for group, family in ((ICMP_V4, "IPv4"), (ICMP_V6, "IPv6")):
        if (numbers & group).is_empty:
            continue
        types = cube.members(Axis.ICMP_TYPE)
        listed = LISTED[family]
        if not isinstance(types, Intervals) or not (types & ~listed).is_empty:
            axis = Axis.ICMP_TYPE if isinstance(types, Intervals) else Axis.PROTOCOL
            yield Unsayable("traffic", axis, losses.ICMP_TYPES, "types are listed one by one, and nobody uses the rest")


def _port_names(cube: Cube) -> Iterator[Unsayable]:
    named = [one for one in sorted(cube.facts, key=str) if isinstance(one.fact, DstPortNamed)]
    for literal in sorted(cube.facts, key=str):
        match literal.fact:
            case DstPortNamed() if literal.negated or len(named) > 1 or cube.members(Axis.DST_PORT) is not None:
                yield Unsayable("traffic", literal, losses.NOT_NAMED_PORT, "a port can be named, not excluded by name")
            case DstPortNamed():
                pass
            case SrcPortNamed():
                yield Unsayable("traffic", literal, losses.SOURCE_PORT, "Cilium has no source ports")
            case BackendOf():
                yield Unsayable("traffic", literal, losses.SERVICE, "the Service object is not in the input")
            case _:
                yield Unsayable(
                    "traffic", literal, losses.REQUEST, f"`{literal.fact}` is no condition on ports in Cilium"
                )
