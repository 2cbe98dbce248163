"""Which field of a Calico rule says a condition, so that a finding points at it and not at the whole rule."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.origin import Origin
from npconv.ir.condition import Holds
from npconv.ir.dimensions import (
    Attribute,
    Axis,
    BackendOf,
    Dimension,
    DstPortNamed,
    HttpMethod,
    HttpPath,
    LabelText,
    Scope,
    SrcPortNamed,
)
from npconv.ir.policy import Direction
from npconv.source.place_of import Steps, first

_SELECTORS = ("selector", "notSelector")


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    sides = ("source", "destination")
    own = sides[direction is Direction.INGRESS]
    side = own if part == "subject" else sides[own == "source"]
    found = first(origin, _candidates(side, what))
    if found is None and part == "subject":
        found = first(Origin(origin.place, origin.path[:1]), _subject(what))
    return origin if found is None else found


def _candidates(side: str, what: Dimension | Holds) -> Iterator[Steps]:
    match what:
        case Axis.SRC_PORT | Holds(SrcPortNamed()):
            yield from (("source", "ports"), ("source", "notPorts"))
        case Axis.DST_PORT | Holds(DstPortNamed()):
            yield from (("destination", "ports"), ("destination", "notPorts"))
        case Axis.ICMP_TYPE | Axis.ICMP_CODE:
            yield from (("icmp",), ("notICMP",), ("protocol",))
        case Axis.PROTOCOL:
            yield from (("protocol",), ("notProtocol",), ("notICMP",))
        case Axis.FAMILY:
            yield from (("ipVersion",), ("protocol",), (side, "notNets"), (side, "nets"))
        case Axis.ADDRESS:
            yield from ((side, "nets"), (side, "notNets"))
        case Holds(BackendOf()):
            yield from ((side, "services"),)
        case Holds(HttpMethod() | HttpPath()):
            yield ("http",)
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            yield from _selector(side, attribute)
        case _:
            return


def _selector(side: str, attribute: Attribute) -> Iterator[Steps]:
    if attribute.scope is Scope.NAMESPACE:
        yield (side, "namespaceSelector")
    if attribute.scope is Scope.SERVICE_ACCOUNT:
        yield (side, "serviceAccounts")
    yield from ((side, name) for name in _SELECTORS)
    yield from _subject(attribute)


def _subject(what: Dimension | Holds) -> Iterator[Steps]:
    """Where a policy says it of whom it selects."""
    match what:
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            if attribute.scope is Scope.NAMESPACE:
                yield ("namespaceSelector",)
            if attribute.scope is Scope.SERVICE_ACCOUNT:
                yield ("serviceAccountSelector",)
            yield ("selector",)
        case _:
            return
