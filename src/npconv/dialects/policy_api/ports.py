"""An item of `protocols` (v1alpha2) or `ports` (v1alpha1) -> Port."""

from __future__ import annotations

from typing import Final

from npconv.dialects.policy_api.choice import one_of
from npconv.dialects.policy_api.forms import CLUSTER, Form
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.model import NamedPort, Port, PortNumber, PortRange
from npconv.source.fields import Fields

TRANSPORTS: Final = {"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}
"""v1alpha2's fields for what Kubernetes elsewhere calls by its name."""


def read(fields: Fields, form: Form, channel: Channel) -> Port | None:
    """The port; None if it cannot be read, which has then been reported."""
    with fields:
        return _v1alpha2(fields) if form is CLUSTER else _v1alpha1(fields, form, channel)


def _v1alpha2(fields: Fields) -> Port | None:
    key = one_of(fields, (*TRANSPORTS, "destinationNamedPort"))
    if key is None:
        return None
    if key == "destinationNamedPort":
        return _named(fields, key)
    transport = fields.mapping(key)
    if transport is None:
        return None
    with transport:
        port = transport.mapping("destinationPort") if transport.required("destinationPort") else None
        if port is None:
            return None
        with port:
            return _number_or_range(port, TRANSPORTS[key])


def _number_or_range(fields: Fields, protocol: str) -> Port | None:
    match one_of(fields, ("number", "range")):
        case None:
            return None
        case "number":
            number = fields.integer("number")
            return None if number is None else PortNumber(protocol=protocol, number=number, origin=fields.origin)
        case _:
            found = fields.mapping("range")
            return None if found is None else _range(found, protocol)


def _v1alpha1(fields: Fields, form: Form, channel: Channel) -> Port | None:
    keys = ("portNumber", "portRange", *(("namedPort",) if form.named_ports(channel) else ()))
    key = one_of(fields, keys, experimental=("namedPort",))
    if key == "namedPort":
        return _named(fields, key)
    found = None if key is None else fields.mapping(key)
    if found is None:
        return None
    if key == "portRange":
        return _range(found, found.text("protocol"))
    with found:
        protocol = found.text("protocol")
        number = found.integer("port") if found.required("port") else None
        return None if number is None else PortNumber(protocol=protocol, number=number, origin=found.origin)


def _range(fields: Fields, protocol: str | None) -> PortRange | None:
    with fields:
        start = fields.integer("start") if fields.required("start") else None
        end = fields.integer("end") if fields.required("end") else None
        if start is None or end is None:
            return None
        return PortRange(protocol=protocol, start=start, end=end, origin=fields.origin)


def _named(fields: Fields, key: str) -> NamedPort | None:
    name = fields.text(key)
    return None if name is None else NamedPort(name=name, origin=fields.at(key))
