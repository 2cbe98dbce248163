"""Which field of a Calico rule says a condition, so that a finding points at it and not at the whole rule."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.origin import Key, Origin
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
from npconv.source.document import Document

_SELECTORS = ("selector", "notSelector")


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    sides = ("source", "destination")
    own = sides[direction is Direction.INGRESS]
    side = own if part == "subject" else sides[own == "source"]
    value = _value(origin)
    for keys in _candidates(side, what):
        inner = value
        for key in keys:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if inner is not None:
            return origin.at(*keys)
    return origin


def _candidates(side: str, what: Dimension | Holds) -> Iterator[tuple[Key, ...]]:
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


def _selector(side: str, attribute: Attribute) -> Iterator[tuple[Key, ...]]:
    if attribute.scope is Scope.NAMESPACE:
        yield from ((side, "namespaceSelector"), ("namespaceSelector",))
    if attribute.scope is Scope.SERVICE_ACCOUNT:
        yield from ((side, "serviceAccounts"), ("serviceAccountSelector",))
    yield from ((side, name) for name in _SELECTORS)
    yield ("selector",)


def _value(origin: Origin) -> object:
    inner: object = origin.place.data if isinstance(origin.place, Document) else None
    for key in origin.path:
        if isinstance(inner, dict):
            inner = inner.get(str(key))
        elif isinstance(inner, list) and isinstance(key, int) and key < len(inner):
            inner = inner[key]
        else:
            return None
    return inner
