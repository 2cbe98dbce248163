"""One change to emitted Cilium policies, each of a kind that a slip of the lowering could make."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Callable, Iterator
from typing import Any

Object = dict[str, Any]
Change = Callable[[], None]

NAMESPACE = "k8s:io.kubernetes.pod.namespace"


def mutants(objects: list[Object]) -> Iterator[tuple[str, list[Object]]]:
    """Every change at every place, by the name of the change."""
    for name, mutate in MUTATIONS.items():
        for place in range(len(list(_changes(mutate, objects)))):
            changed = copy.deepcopy(objects)
            list(_changes(mutate, changed))[place]()
            yield name, changed


def _changes(mutate: Callable[[Object], Iterator[Change]], objects: list[Object]) -> Iterator[Change]:
    for one in objects:
        for rule in one.get("specs", [one.get("spec")]):
            if "endpointSelector" in rule:
                yield from mutate(rule)


def _entries(rule: Object) -> Iterator[tuple[str, list[Object], Object]]:
    for section in ("ingress", "ingressDeny", "egress", "egressDeny"):
        entries = rule.get(section, [])
        for entry in entries:
            yield section, entries, entry


def other_port(rule: Object) -> Iterator[Change]:
    """A port becomes the next one."""
    for _, _, entry in _entries(rule):
        for ports in entry.get("toPorts", []):
            for port in ports["ports"]:
                if port["port"].isdigit() and port["port"] != "0" and "endPort" not in port:
                    yield lambda port=port: port.update(port=str(int(port["port"]) % 65535 + 1))


def all_ports(rule: Object) -> Iterator[Change]:
    """An entry loses its ports."""
    for _, _, entry in _entries(rule):
        if entry.get("toPorts") and set(entry) - {"toPorts"}:
            yield lambda entry=entry: entry.pop("toPorts")


def other_label(rule: Object) -> Iterator[Change]:
    """A label value becomes another one."""
    for selector in _selectors(rule):
        for key in selector.get("matchLabels", {}):
            yield lambda selector=selector, key=key: selector["matchLabels"].update({key: "mutant"})


def swapped_operator(rule: Object) -> Iterator[Change]:
    """A requirement becomes its opposite."""
    opposite = {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}
    for selector in _selectors(rule):
        for one in selector.get("matchExpressions", []):
            yield lambda one=one: one.update(operator=opposite[one["operator"]])


def no_anchor(rule: Object) -> Iterator[Change]:
    """A selector no longer asks that there is a namespace."""
    for selector in _selectors(rule):
        expressions = selector.get("matchExpressions", [])
        for one in expressions:
            if one["key"] == NAMESPACE and one["operator"] == "Exists":
                yield lambda expressions=expressions, one=one: expressions.remove(one)


def dropped_entry(rule: Object) -> Iterator[Change]:
    """A rule loses an entry; where it was the last one of an allow section, the section stays as a default deny."""
    for section, entries, entry in _entries(rule):
        if entry:
            yield lambda rule=rule, section=section, entries=entries, entry=entry: _drop(rule, section, entries, entry)


def dropped_default_deny(rule: Object) -> Iterator[Change]:
    """A direction no longer isolates."""
    for section, direction in (("ingress", "ingress"), ("egress", "egress")):
        enabled = rule.get("enableDefaultDeny", {}).get(direction, True)
        if enabled and (rule.get(section) or rule.get(f"{section}Deny")):
            yield lambda direction=direction: rule.setdefault("enableDefaultDeny", {}).update({direction: False})


def wider_cidr(rule: Object) -> Iterator[Change]:
    """A CIDR loses a bit."""
    for _, _, entry in _entries(rule):
        for key in ("fromCIDR", "toCIDR"):
            for number, text in enumerate(entry.get(key, [])):
                if not text.endswith("/0"):
                    yield lambda entry=entry, key=key, number=number, text=text: entry[key].__setitem__(
                        number, str(ipaddress.ip_network(text).supernet())
                    )
        for key in ("fromCIDRSet", "toCIDRSet"):
            for item in entry.get(key, []):
                if "except" in item:
                    yield lambda item=item: item.pop("except")


def other_method(rule: Object) -> Iterator[Change]:
    """An HTTP rule allows another method."""
    for _, _, entry in _entries(rule):
        for ports in entry.get("toPorts", []):
            for http in ports.get("rules", {}).get("http", []):
                if "method" in http:
                    yield lambda http=http: http.update(method="OPTIONS")


def deny_as_allow(rule: Object) -> Iterator[Change]:
    """A deny becomes an allow."""
    for section in ("ingress", "egress"):
        if rule.get(f"{section}Deny"):
            yield lambda section=section: rule.update({section: rule.pop(f"{section}Deny")})


def _drop(rule: Object, section: str, entries: list[Object], entry: Object) -> None:
    entries.remove(entry)
    if not entries:
        if section.endswith("Deny"):
            del rule[section]
        if not any(rule.get(one) for one in ("ingress", "egress", "ingressDeny", "egressDeny")):
            rule[section.removesuffix("Deny")] = [{}]


def _selectors(rule: Object) -> Iterator[Object]:
    yield rule["endpointSelector"]
    for _, _, entry in _entries(rule):
        yield from entry.get("fromEndpoints", [])
        yield from entry.get("toEndpoints", [])


MUTATIONS: dict[str, Callable[[Object], Iterator[Change]]] = {
    one.__name__: one
    for one in (
        other_port,
        all_ports,
        other_label,
        swapped_operator,
        no_anchor,
        dropped_entry,
        dropped_default_deny,
        wider_cidr,
        other_method,
        deny_as_allow,
    )
}
