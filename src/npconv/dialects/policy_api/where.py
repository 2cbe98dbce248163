"""Which field of a ClusterNetworkPolicy says a condition, so that a finding points at it and not at the whole rule.

AdminNetworkPolicy and BaselineAdminNetworkPolicy are written alike, but for their ports.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.policy_api.ports import TRANSPORTS
from npconv.ir.condition import Holds
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Dimension, DstPortNamed, LabelText, Named, Scope
from npconv.ir.policy import Direction
from npconv.source.label_place import asks_for
from npconv.source.place_of import ANY, Item, Steps, first

_PEERS: Final = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_PORTS: Final = ("protocols", "ports")


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    if part == "subject":
        found = first(Origin(origin.place, origin.path[:1]), _subject(what))
    else:
        found = first(origin, _candidates(_PEERS[direction], what))
    return origin if found is None else found


def _candidates(peers: str, what: Dimension | Holds) -> Iterator[Steps]:
    match what:
        case Holds(DstPortNamed(name)):
            yield ("protocols", Item("destinationNamedPort", name))
            yield ("ports", Item("namedPort", name))
        case Axis.DST_PORT:
            yield from (("protocols", ANY, name, "destinationPort") for name in TRANSPORTS)
            yield from (("ports", ANY, name) for name in ("portRange", "portNumber"))
        case Axis.PROTOCOL:
            yield from (("ports", ANY, name, "protocol") for name in ("portNumber", "portRange"))
            yield from ((name,) for name in _PORTS)
        case Axis.ADDRESS | Axis.FAMILY:
            yield (peers, ANY, "networks")
        case Axis.KIND:
            yield from ((peers, ANY, name) for name in ("nodes", "networks", "domainNames", "namespaces", "pods"))
        case Holds(Named()):
            yield (peers, ANY, "domainNames")
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            yield from ((peers, ANY, *rest) for rest in _labels(attribute))
        case _:
            return


def _subject(what: Dimension | Holds) -> Iterator[Steps]:
    """Where a policy says it of the pods that it selects."""
    match what:
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            yield from (("subject", *rest) for rest in _labels(attribute))
        case _:
            pass
    yield ("subject",)


def _labels(attribute: Attribute) -> Iterator[Steps]:
    """The ways from a subject or a peer to what it asks of a label."""
    places: tuple[Steps, ...] = ()
    match attribute.scope:
        case Scope.POD:
            places = (("pods", "podSelector"),)
        case Scope.NAMESPACE:
            places = (("namespaces",), ("pods", "namespaceSelector"))
        case Scope.NODE:
            places = (("nodes",),)
        case _:
            return
    yield from ((*place, *rest) for place in places for rest in asks_for(attribute.key))
    yield from places
    if attribute == NAMESPACE:
        yield ("pods",)
