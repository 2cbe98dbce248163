"""Which field of a Calico rule says a condition, so that a finding points at it and not at the whole rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.lift_selector import NAME_LABEL, NAMESPACE_LABEL, SERVICE_ACCOUNT_LABEL
from npconv.ir.condition import Holds
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
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
from npconv.source.place_of import Saying, Steps, first

_NAMESPACES: Final = "namespaceSelector"
_SELECTORS: Final = ("selector", "notSelector")


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
    if attribute.scope is Scope.SERVICE_ACCOUNT:
        yield (side, "serviceAccounts")
    yield from ((side, name, Saying(word)) for name in (_NAMESPACES, *_SELECTORS) for word in _words(attribute))
    yield from _subject(attribute)


def _subject(what: Dimension | Holds) -> Iterator[Steps]:
    """Where a policy says it of whom it selects."""
    match what:
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            if attribute.scope is Scope.SERVICE_ACCOUNT:
                yield ("serviceAccountSelector",)
            yield from ((name, Saying(word)) for name in (_NAMESPACES, "selector") for word in _words(attribute))
            if attribute.scope is Scope.NAMESPACE:
                yield (_NAMESPACES,)
            yield ("selector",)
        case _:
            return


def _words(attribute: Attribute) -> Iterator[str]:
    """What a selector that asks for an attribute has in it."""
    if attribute.key == NAME or attribute == NAMESPACE:
        yield from (NAME_LABEL, NAMESPACE_LABEL if attribute == NAMESPACE else SERVICE_ACCOUNT_LABEL)
    if attribute.key != NAME:
        yield attribute.key
    if attribute.scope is not Scope.POD:
        yield "all()"
