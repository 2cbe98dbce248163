"""Cilium's model -> plain data, keys in the order in which Cilium's own examples write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as fields_of
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumObject,
)
from npconv.dialects.cilium.model_l7 import L7Rules
from npconv.dialects.cilium.model_node import Node
from npconv.dialects.cilium.model_peers import AWSGroup
from npconv.source import label_selector, object_meta
from npconv.source.fields import Value
from npconv.source.label_selector import LabelSelector

_IRREGULAR = {
    "from_cidr": "fromCIDR",
    "from_cidr_set": "fromCIDRSet",
    "to_cidr": "toCIDR",
    "to_cidr_set": "toCIDRSet",
    "to_fqdns": "toFQDNs",
    "cidr_group_ref": "cidrGroupRef",
    "terminating_tls": "terminatingTLS",
    "originating_tls": "originatingTLS",
    "trusted_ca": "trustedCA",
    "client_id": "clientID",
    "external_cidrs": "externalCIDRs",
    "except_": "except",
}


def emit(obj: CiliumObject) -> dict[str, Value]:
    """The object as an API server takes it. Absent stays absent and empty stays empty."""
    return {
        "apiVersion": obj.api_version,
        "kind": type(obj).__name__,
        "metadata": object_meta.emit(obj.metadata),
        **_fields(obj),
        **({} if obj.status is None else {"status": obj.status}),
    }


@cache
def spelling(attribute: str) -> str:
    """How Cilium spells a field of the model: `from_cidr_set` is `fromCIDRSet`."""
    if attribute in _IRREGULAR:
        return _IRREGULAR[attribute]
    first, *rest = attribute.split("_")
    return first + "".join(part.capitalize() for part in rest)


class _Shape(NamedTuple):
    """How one kind of node is written: its fields all at once, and each with its key."""

    values: Callable[[Node], tuple[Any, ...]]
    keys: tuple[tuple[str, Callable[[Any], Value]], ...]


@cache
def _shape(kind: type) -> _Shape:
    apart = _OF_OBJECTS if issubclass(kind, _OBJECTS) else _ORIGIN
    names = [one.name for one in fields_of(kind) if one.name not in apart]
    several: Callable[[Any], Any] = attrgetter(*names)
    return _Shape(
        values=several if len(names) > 1 else lambda node: (several(node),),
        keys=tuple((spelling(name), _ODD.get((kind, name), _value)) for name in names),
    )


def _fields(node: Node) -> dict[str, Value]:
    kind: type = type(node)
    shape = _shape(kind)
    return {
        key: value if type(value) is str else write(value)
        for (key, write), value in zip(shape.keys, shape.values(node), strict=True)
        if value is not None
    }


def _value(value: object) -> Value:
    if isinstance(value, tuple):
        return [item if type(item) is str else _value(item) for item in value]
    if isinstance(value, Node):
        return _fields(value)
    if isinstance(value, LabelSelector):
        return label_selector.emit(value)
    if isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a model field holds {type(value).__name__}")


def _mapping(pairs: tuple[tuple[str, str], ...]) -> Value:
    return dict(pairs)


def _mappings(many: tuple[tuple[tuple[str, str], ...], ...]) -> Value:
    return [dict(pairs) for pairs in many]


_OBJECTS = (CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, CiliumCIDRGroup)
_ORIGIN = ("origin",)
_OF_OBJECTS = ("origin", "api_version", "metadata", "status")
"""What `emit` writes itself, and where an object stood."""
_ODD: dict[tuple[type, str], Callable[[Any], Value]] = {
    (AWSGroup, "labels"): _mapping,
    (L7Rules, "l7"): _mappings,
}
"""Tuples that are mappings."""
