"""Cilium's model -> plain data, keys in the order in which Cilium's own examples write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as fields_of
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

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

_Write: TypeAlias = Callable[[Any], Any]
"""What writes a value as data."""

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
        **_WRITE[type(obj)](obj),
        **({} if obj.status is None else {"status": obj.status}),
    }


@cache
def spelling(attribute: str) -> str:
    """How Cilium spells a field of the model: `from_cidr_set` is `fromCIDRSet`."""
    if attribute in _IRREGULAR:
        return _IRREGULAR[attribute]
    first, *rest = attribute.split("_")
    return first + "".join(part.capitalize() for part in rest)


class _Writers(dict[type, _Write]):
    """How the values of each type are written; worked out when one of it is met first."""

    def __missing__(self, kind: type) -> _Write:
        write = self[kind] = _node(kind) if issubclass(kind, Node) else _not_written
        return write


def _node(kind: type) -> _Write:
    """How a kind of node is written: field by field, in their order."""
    apart = _OF_OBJECTS if issubclass(kind, _OBJECTS) else _ORIGIN
    names = [one.name for one in fields_of(kind) if one.name not in apart]
    if not names:
        return lambda _: {}
    several: Callable[[Any], Any] = attrgetter(*names)
    values = several if len(names) > 1 else lambda node: (several(node),)
    keys = tuple((spelling(name), _ODD.get((kind, name))) for name in names)

    def write(node: Any) -> Value:
        return {
            key: value if type(value) is str else _WRITE[type(value)](value) if odd is None else odd(value)
            for (key, odd), value in zip(keys, values(node), strict=True)
            if value is not None
        }

    return write


def _list(many: tuple[Any, ...]) -> Value:
    return [item if type(item) is str else _WRITE[type(item)](item) for item in many]


def _itself(value: Any) -> Value:
    return value  # type: ignore[no-any-return]


def _not_written(value: object) -> Value:
    raise TypeError(f"a model field holds {type(value).__name__}")


def _mapping(pairs: tuple[tuple[str, str], ...]) -> Value:
    return dict(pairs)


def _mappings(many: tuple[tuple[tuple[str, str], ...], ...]) -> Value:
    return [dict(pairs) for pairs in many]


_OBJECTS = (CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, CiliumCIDRGroup)
_ORIGIN = ("origin",)
_OF_OBJECTS = ("origin", "api_version", "metadata", "status")
"""What `emit` writes itself, and where an object stood."""
_ODD: dict[tuple[type, str], _Write] = {
    (AWSGroup, "labels"): _mapping,
    (L7Rules, "l7"): _mappings,
}
"""Tuples that are mappings."""
_WRITE = _Writers(
    {
        tuple: _list,
        str: _itself,
        bool: _itself,
        int: _itself,
        float: _itself,
        LabelSelector: label_selector.emit,
    }
)
