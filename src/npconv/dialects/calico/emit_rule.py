"""Rules of the Calico model -> data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npconv.dialects.calico.model_rule import (
    EntityRule,
    HttpMatch,
    HttpPath,
    Icmp,
    NamedPort,
    Port,
    PortRange,
    Rule,
    ServiceAccountMatch,
    ServiceMatch,
)
from npconv.source.fields import Value


def written(fields: Mapping[str, Value | None]) -> dict[str, Value]:
    """The fields without those that are not written, in their order."""
    return {key: value for key, value in fields.items() if value is not None}


def texts(items: Sequence[str] | None) -> list[Value] | None:
    """A list of text."""
    return None if items is None else list(items)


def rules(items: Sequence[Rule] | None) -> list[Value] | None:
    """A list of rules."""
    return None if items is None else [_rule(item) for item in items]


def port(item: Port) -> Value:
    """A port as Calico itself writes it: a number, `first:last` or a name."""
    match item:
        case PortRange(first=first, last=last):
            return first if first == last else f"{first}:{last}"
        case NamedPort(name=name):
            return name


def _rule(rule: Rule) -> dict[str, Value]:
    metadata: dict[str, Value] | None = None
    if rule.annotations is not None:
        metadata = {"annotations": dict(rule.annotations)}
    return written(
        {
            "action": rule.action.value,
            "ipVersion": rule.ip_version,
            "protocol": rule.protocol,
            "notProtocol": rule.not_protocol,
            "icmp": _icmp(rule.icmp),
            "notICMP": _icmp(rule.not_icmp),
            "source": _entity(rule.source),
            "destination": _entity(rule.destination),
            "http": _http(rule.http),
            "metadata": metadata,
        }
    )


def _icmp(icmp: Icmp | None) -> dict[str, Value] | None:
    return None if icmp is None else written({"type": icmp.type, "code": icmp.code})


def _entity(entity: EntityRule | None) -> dict[str, Value] | None:
    if entity is None:
        return None
    return written(
        {
            "nets": texts(entity.nets),
            "notNets": texts(entity.not_nets),
            "selector": entity.selector,
            "notSelector": entity.not_selector,
            "namespaceSelector": entity.namespace_selector,
            "services": _services(entity.services),
            "serviceAccounts": _service_accounts(entity.service_accounts),
            "ports": _ports(entity.ports),
            "notPorts": _ports(entity.not_ports),
        }
    )


def _ports(items: Sequence[Port] | None) -> list[Value] | None:
    return None if items is None else [port(item) for item in items]


def _services(match: ServiceMatch | None) -> dict[str, Value] | None:
    return None if match is None else written({"name": match.name, "namespace": match.namespace})


def _service_accounts(match: ServiceAccountMatch | None) -> dict[str, Value] | None:
    return None if match is None else written({"names": texts(match.names), "selector": match.selector})


def _http(http: HttpMatch | None) -> dict[str, Value] | None:
    if http is None:
        return None
    paths: list[Value] | None = None if http.paths is None else [_path(path) for path in http.paths]
    return written({"methods": texts(http.methods), "paths": paths})


def _path(path: HttpPath) -> dict[str, Value]:
    return written({"exact": path.exact, "prefix": path.prefix})
