"""Cilium's model -> plain data, keys in the order in which Cilium's own examples write them."""

from __future__ import annotations

from dataclasses import fields as fields_of
from functools import cache

from npconv.dialects.cilium.model import CiliumObject
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
    data: dict[str, Value] = {
        "apiVersion": obj.api_version,
        "kind": type(obj).__name__,
        "metadata": object_meta.emit(obj.metadata),
    }
    data.update(_fields(obj, skip=("api_version", "metadata", "status")))
    if obj.status is not None:
        data["status"] = obj.status
    return data


@cache
def spelling(attribute: str) -> str:
    """How Cilium spells a field of the model: `from_cidr_set` is `fromCIDRSet`."""
    if attribute in _IRREGULAR:
        return _IRREGULAR[attribute]
    first, *rest = attribute.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _fields(node: Node, skip: tuple[str, ...] = ()) -> dict[str, Value]:
    data: dict[str, Value] = {}
    for one in fields_of(node):
        name, value = one.name, getattr(node, one.name)
        if value is None or name == "origin" or name in skip:
            continue
        key = spelling(name)
        if (type(node), name) == (AWSGroup, "labels"):
            data[key] = dict(value)
        elif (type(node), name) == (L7Rules, "l7"):
            data[key] = [dict(item) for item in value]
        else:
            data[key] = _value(value)
    return data


def _value(value: object) -> Value:
    if isinstance(value, Node):
        return _fields(value)
    if isinstance(value, LabelSelector):
        return dict(label_selector.emit(value))
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a model field holds {type(value).__name__}")
