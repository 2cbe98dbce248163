"""Which field of a NetworkPolicy says a condition, so that a finding points at it and not at the whole rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.k8s.placed import PEERS
from npconv.ir.condition import Holds
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Dimension, DstPortNamed, LabelText, Scope
from npconv.ir.policy import Direction
from npconv.source.label_place import asks_for
from npconv.source.place_of import ANY, Item, Steps, first

_SELECTORS: Final = {Scope.POD: "podSelector", Scope.NAMESPACE: "namespaceSelector"}


def field(origin: Origin, direction: Direction, part: str, what: Dimension | Holds) -> Origin:
    """The origin of the field of a rule (or of a policy's spec) that asks for a condition; the rule's own if none."""
    if part == "subject":
        found = first(Origin(origin.place, origin.path[:1]), _subject(what))
    else:
        found = first(origin, _candidates(PEERS[direction], what))
    return origin if found is None else found


def _candidates(peers: str, what: Dimension | Holds) -> Iterator[Steps]:
    match what:
        case Holds(DstPortNamed(name)):
            yield ("ports", Item("port", name), "port")
        case Axis.DST_PORT:
            yield from (("ports", ANY, "endPort"), ("ports", ANY, "port"), ("ports",))
        case Axis.PROTOCOL:
            yield from (("ports", ANY, "protocol"), ("ports",))
        case Axis.ADDRESS | Axis.FAMILY:
            yield (peers, ANY, "ipBlock")
        case Axis.KIND:
            yield from ((peers, ANY, name) for name in ("ipBlock", "namespaceSelector", "podSelector"))
        case Holds(LabelText(attribute)) | (Attribute() as attribute):
            for name in (name for scope, name in _SELECTORS.items() if scope is attribute.scope):
                yield from ((peers, ANY, name, *rest) for rest in asks_for(attribute.key))
                yield (peers, ANY, name)
            if attribute == NAMESPACE:
                yield (peers, ANY, "podSelector")
        case _:
            return


def _subject(what: Dimension | Holds) -> Iterator[Steps]:
    """Where a policy says it of the pods that it selects."""
    if isinstance(what, Attribute) and what.scope is Scope.POD:
        yield from (("podSelector", *rest) for rest in asks_for(what.key))
    yield ("podSelector",)
