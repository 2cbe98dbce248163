"""Fields of a document -> rules of the Calico model. Reports what cannot be decoded; judges nothing else."""

from __future__ import annotations

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
from npconv.source.fields import Fields, Value

_ENTERPRISE = "open-source Calico has no such field, and its API server drops it"


def rules(fields: Fields, key: str) -> tuple[Rule, ...] | None:
    """The rules under `key`; one whose action cannot be read (which is reported) stays, for the others' index."""
    items = fields.mappings(key)
    return None if items is None else tuple(_rule(item) for item in items)


def texts(fields: Fields, key: str) -> tuple[str, ...] | None:
    """A list of text, without positions."""
    items = fields.texts(key)
    return None if items is None else tuple(text for text, _ in items)


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


def _rule(fields: Fields) -> Rule:
    with fields:
        return Rule(
            action=_action(fields) or Action.ALLOW,
            ip_version=fields.integer("ipVersion"),
            protocol=protocol(fields, "protocol"),
            not_protocol=protocol(fields, "notProtocol"),
            icmp=_icmp(fields, "icmp"),
            not_icmp=_icmp(fields, "notICMP"),
            source=_entity(fields, "source"),
            destination=_entity(fields, "destination"),
            http=_http(fields),
            annotations=_annotations(fields),
            origin=fields.origin,
        )


def _action(fields: Fields) -> Action | None:
    names = [action.value for action in Action]
    written = fields.text("action")
    if written in names:
        return Action(written)
    if written is None:
        if fields.value.get("action") is None:
            message = "`action` is required: `Allow`, `Deny`, `Log` or `Pass`"
            fields.sink.error(codes.ACTION, fields.origin, message)
        return None
    close = next((name for name in names if name.lower() == written.lower()), "")
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
            methods=texts(inner, "methods"), paths=None if paths is None else tuple(_path(path) for path in paths)
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


def _entity(fields: Fields, key: str) -> EntityRule | None:
    inner = fields.mapping(key)
    if inner is None:
        return None
    with inner:
        enterprise_only(inner, "domains")
        return EntityRule(
            nets=texts(inner, "nets"),
            not_nets=texts(inner, "notNets"),
            selector=inner.text("selector"),
            not_selector=inner.text("notSelector"),
            namespace_selector=inner.text("namespaceSelector"),
            services=_services(inner),
            service_accounts=_service_accounts(inner),
            ports=_ports(inner, "ports"),
            not_ports=_ports(inner, "notPorts"),
            origin=inner.origin,
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
        return ServiceAccountMatch(names=texts(inner, "names"), selector=inner.text("selector"))


def _ports(fields: Fields, key: str) -> tuple[Port, ...] | None:
    items = fields.items(key)
    if items is None:
        return None
    found: list[Port] = []
    for value, origin in items:
        port = parse_values.port(_whole(value))
        if isinstance(port, Undecodable):
            fields.sink.error(codes.PORT, origin, port.message, help=port.help)
        else:
            found.append(port)
    return tuple(found) if len(found) == len(items) else None  # items keep their index, or are not judged further


def _whole(value: Value) -> Value:
    """A float without a fraction as the integer that Go's YAML library hands to the JSON decoder."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
