"""Which field of a Cilium rule says a condition, so that a finding points at it and not at the whole rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium import labels
from npconv.dialects.cilium.lift_selectors import CLUSTER
from npconv.ir.condition import Holds
from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    BackendOf,
    Dimension,
    DstPortNamed,
    HttpMethod,
    HttpPath,
    LabelText,
    Named,
    Request,
    Scope,
)
from npconv.ir.policy import Direction
from npconv.source.label_place import asks_for
from npconv.source.place_of import ANY, Item, Steps, first

_LISTS: Final = ("ingress", "ingressDeny", "egress", "egressDeny")
_PREFIXES: Final = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_SUBJECTS: Final = ("endpointSelector", "nodeSelector")
_PORTS: Final[Steps] = ("toPorts", ANY, "ports", ANY)


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of an entry (or of a rule) that asks for a condition; the given one if none does.

    An origin may stand below its entry, at the one item of `toPorts` that it is about.
    """
    depth = next((index for index, key in enumerate(origin.path) if key in _LISTS), None)
    if part == "subject":
        rule = origin if depth is None else Origin(origin.place, origin.path[:depth])
        found = first(rule, _subject(what))
    else:
        entry = origin if depth is None else Origin(origin.place, origin.path[: depth + 2])
        found = first(origin, _port(("ports", ANY), what)) or first(entry, _candidates(_PREFIXES[direction], what))
    return origin if found is None else found


def _candidates(prefix: str, what: Dimension | Holds) -> Iterator[Steps]:
    match what:
        case Axis.DST_PORT | Axis.PROTOCOL | Axis.ICMP_TYPE | Axis.ICMP_CODE | Holds(DstPortNamed()):
            yield from _port(_PORTS, what)
            yield from _icmp(what)
            yield ("toPorts",)
        case Axis.FAMILY:
            yield ("icmps", ANY, "fields", ANY, "family")
            yield from ((prefix + name,) for name in ("CIDR", "CIDRSet"))
        case Axis.ADDRESS:
            yield from ((prefix + name,) for name in ("CIDR", "CIDRSet"))
        case Axis.KIND:
            names = ("Entities", "Nodes", "CIDR", "CIDRSet", "FQDNs", "Groups", "Endpoints")
            yield from ((prefix + name,) for name in names)
        case Holds(Named(pattern)):
            yield from ((prefix + "FQDNs", Item(key, pattern)) for key in ("matchName", "matchPattern"))
            yield (prefix + "FQDNs",)
        case Holds(BackendOf()):
            yield (prefix + "Services",)
        case Holds(HttpMethod() | HttpPath() | Request()):
            yield ("toPorts", ANY, "rules")
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            yield from _peer(prefix, attribute)
        case _:
            return


def _port(item: Steps, what: Dimension | Holds) -> Iterator[Steps]:
    match what:
        case Holds(DstPortNamed(name)):
            yield (*item[:-1], Item("port", name), "port")
        case Axis.DST_PORT:
            yield from ((*item, name) for name in ("endPort", "port"))
        case Axis.PROTOCOL:
            yield (*item, "protocol")
        case _:
            return


def _icmp(what: Dimension | Holds) -> Iterator[Steps]:
    if what in (Axis.ICMP_TYPE, Axis.ICMP_CODE):
        yield ("icmps", ANY, "fields", ANY, "type")
    if what in (Axis.ICMP_TYPE, Axis.ICMP_CODE, Axis.PROTOCOL):
        yield ("icmps",)


def _peer(prefix: str, attribute: Attribute) -> Iterator[Steps]:
    if attribute.scope is Scope.CIDR_GROUP:
        yield from ((prefix + "CIDRSet", ANY, name) for name in ("cidrGroupRef", "cidrGroupSelector"))
        yield (prefix + "CIDRSet",)
    if attribute.scope is Scope.RESERVED:
        yield (prefix + "Entities",)
    listed = "Nodes" if attribute.scope is Scope.NODE else "Endpoints"
    yield from ((prefix + listed, ANY, *rest) for key in _keys(attribute) for rest in asks_for(key))
    yield (prefix + listed,)


def _subject(what: Dimension | Holds) -> Iterator[Steps]:
    """Where a rule says it of the endpoints that it selects."""
    match what:
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            ways = [rest for key in _keys(attribute) for rest in asks_for(key)]
            yield from ((name, *rest) for name in _SUBJECTS for rest in ways)
        case _:
            pass
    yield from ((name,) for name in _SUBJECTS)


def _keys(attribute: Attribute) -> Iterator[str]:
    """The spellings of a label's key."""
    match attribute.scope:
        case Scope.NAMESPACE:
            names = [labels.NAMESPACE_LABELS + attribute.key]
        case Scope.OTHER | Scope.RESERVED | Scope.CIDR_GROUP:
            source = {Scope.RESERVED: labels.RESERVED, Scope.CIDR_GROUP: labels.CIDR_GROUP}
            yield source.get(attribute.scope, "") + attribute.key
            return
        case _:
            names = [attribute.key]
    if attribute == NAMESPACE:
        names.insert(0, labels.POD_NAMESPACE)
    elif attribute == SERVICE_ACCOUNT:
        names = [labels.SERVICE_ACCOUNT]
    elif attribute == CLUSTER:
        names = [labels.CLUSTER]
    yield from (source + name for name in names for source in (labels.K8S, "", labels.ANY))
