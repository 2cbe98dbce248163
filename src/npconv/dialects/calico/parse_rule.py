"""Fields of a document -> rules of the Calico model. Reports what cannot be decoded; judges nothing else."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import parse_values
from npconv.dialects.calico.model_rule import (
    Action,
    EntityRule,
    HttpMatch,
    HttpPath,
    Icmp,
    Port,
    Protocol,
    Rule,
    ServiceAccountMatch,
    ServiceMatch,
)
from npconv.dialects.calico.parse_values import Undecodable
from npconv.source.by_value import by_value
from npconv.source.fields import Fields, Value

_ACTIONS: Final = {action.value: action for action in Action}

_ENTERPRISE = "open-source Calico has no such field, and its API server drops it"


def rules(fields: Fields, key: str) -> tuple[Rule, ...] | None:
    """The rules under `key`; one whose action cannot be read (which is reported) stays, for the others' index."""
    return _rule.each(fields, key)


def enterprise_only(fields: Fields, *keys: str) -> None:
    """Report each of these fields as one of Calico Enterprise; an empty one restricts nothing and is passed over."""
    for key in keys:
        if fields.raw(key) not in (None, [], {}, ""):
            origin = Origin(fields.origin.place, (*fields.origin.path, key), key=True)
            message = f"`{key}` is a field of Calico Enterprise and Calico Cloud"
            fields.sink.error(codes.ENTERPRISE_ONLY, origin, message, help=_ENTERPRISE)


def protocol(fields: Fields, key: str) -> Protocol | None:
    """A protocol field."""
    value = _whole(fields.raw(key))
    if value is None:
        return None
    found = parse_values.protocol(value)
    if isinstance(found, Undecodable):
        fields.sink.error(codes.PROTOCOL, fields.at(key), found.message, help=found.help)
        return None
    return found


@by_value
def _rule(fields: Fields) -> Rule:
    with fields:
        return Rule(
            action=_action(fields) or Action.ALLOW,
            ip_version=fields.integer("ipVersion"),
            protocol=protocol(fields, "protocol"),
            not_protocol=protocol(fields, "notProtocol"),
            icmp=_icmp(fields, "icmp"),
            not_icmp=_icmp(fields, "notICMP"),
            source=_entity.below(fields, "source"),
            destination=_entity.below(fields, "destination"),
            http=_http(fields),
            annotations=_annotations(fields),
        )


def _action(fields: Fields) -> Action | None:
    written = fields.text("action")
    if written in _ACTIONS:
        return _ACTIONS[written]
    if written is None:
        if fields.value.get("action") is None:
            message = "`action` is required: `Allow`, `Deny`, `Log` or `Pass`"
            fields.sink.error(codes.ACTION, fields.origin, message)
        return None
    close = next((name for name in _ACTIONS if name.lower() == written.lower()), "")
    fields.sink.error(
        codes.ACTION,
        fields.at("action"),
        f"unknown action `{written}` (expected `Allow`, `Deny`, `Log` or `Pass`)",
        label=f"did you mean `{close}`?" if close else "",
    )
    return None


def _icmp(fields: Fields, key: str) -> Icmp | None:
    inner = fields.mapping(key)
    if inner is None:
        return None
    with inner:
        return Icmp(type=inner.integer("type"), code=inner.integer("code"))


def _http(fields: Fields) -> HttpMatch | None:
    inner = fields.mapping("http")
    if inner is None:
        return None
    with inner:
        enterprise_only(inner, "headers")
        paths = inner.mappings("paths")
        return HttpMatch(
            methods=inner.words("methods"), paths=None if paths is None else tuple(_path(path) for path in paths)
        )


def _path(fields: Fields) -> HttpPath:
    with fields:
        return HttpPath(exact=fields.text("exact"), prefix=fields.text("prefix"))


def _annotations(fields: Fields) -> dict[str, str] | None:
    inner = fields.mapping("metadata")
    if inner is None:
        return None
    with inner:
        return inner.strings("annotations")


@by_value
def _entity(fields: Fields) -> EntityRule:
    with fields:
        enterprise_only(fields, "domains")
        return EntityRule(
            nets=fields.words("nets"),
            not_nets=fields.words("notNets"),
            selector=fields.text("selector"),
            not_selector=fields.text("notSelector"),
            namespace_selector=fields.text("namespaceSelector"),
            services=_services(fields),
            service_accounts=_service_accounts(fields),
            ports=_ports(fields, "ports"),
            not_ports=_ports(fields, "notPorts"),
        )


def _services(fields: Fields) -> ServiceMatch | None:
    inner = fields.mapping("services")
    if inner is None:
        return None
    with inner:
        return ServiceMatch(name=inner.text("name"), namespace=inner.text("namespace"))


def _service_accounts(fields: Fields) -> ServiceAccountMatch | None:
    inner = fields.mapping("serviceAccounts")
    if inner is None:
        return None
    with inner:
        return ServiceAccountMatch(names=inner.words("names"), selector=inner.text("selector"))


def _ports(fields: Fields, key: str) -> tuple[Port, ...] | None:
    items = fields.listed(key)
    if items is None:
        return None
    found: list[Port] = []
    for index, value in enumerate(items):
        port = parse_values.port(_whole(value))
        if isinstance(port, Undecodable):
            fields.sink.error(codes.PORT, fields.at(key, index), port.message, help=port.help)
        else:
            found.append(port)
    return tuple(found) if len(found) == len(items) else None  # items keep their index, or are not judged further


def _whole(value: Value) -> Value:
    """A float without a fraction as the integer that Go's YAML library hands to the JSON decoder."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
