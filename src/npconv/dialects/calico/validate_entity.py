"""`source` and `destination` of a Calico rule: what Calico refuses about them.

Sources: libcalico-go/lib/validator/v3/validator.go (`validateEntityRule`), CEL rules on EntityRule (api/config/crd),
Calico 3.29 to 3.32.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.calico.model_rule import EntityRule, NamedPort, Port, PortRange
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate_checks import Checks, Gate
from npconv.pattern import pattern
from npconv.source import cidr, names
from npconv.source.by_value import REMEMBERED
from npconv.source.cidr import Interface
from npconv.source.refusals import Refusals

_ONLY_GLOBAL: Final = pattern(r"[ \t]*global\([ \t]*\)[ \t]*")


def entity(found: EntityRule, path: Path, checks: Checks, *, namespaced: bool) -> None:
    """Everything about an entity that does not depend on the rest of its rule."""
    if not _is_valid(found, namespaced, checks.profile, checks.gate):
        _refuse(found, path, checks, namespaced=namespaced)


@lru_cache(maxsize=REMEMBERED)
def _is_valid(found: EntityRule, namespaced: bool, profile: CalicoProfile, gate: Gate) -> bool:
    """Whether there is nothing to say of an entity."""
    checks = Checks(refusals=Refusals(None), profile=profile, gate=gate)
    _refuse(found, (), checks, namespaced=namespaced)
    return not checks.refusals.diagnostics


def _refuse(found: EntityRule, path: Path, checks: Checks, *, namespaced: bool) -> None:
    checks.selector((*path, "selector"), found.selector)
    checks.selector((*path, "notSelector"), found.not_selector)
    checks.selector((*path, "namespaceSelector"), found.namespace_selector)
    checks.no_global((*path, "selector"), found.selector)
    if namespaced:
        checks.blank_selector((*path, "selector"), found.selector)
    _global(found.namespace_selector, (*path, "namespaceSelector"), checks)
    if found.service_accounts is not None:
        checks.selector((*path, "serviceAccounts", "selector"), found.service_accounts.selector)
    if found.services is not None:
        _services(found, path, checks)
    for key, ports in (("ports", found.ports), ("notPorts", found.not_ports)):
        for index, port in enumerate(ports or ()):
            _port(port, (*path, key, index), checks)


def address(text: str, path: Path, checks: Checks) -> Interface | None:
    """The range that an item of `nets` or `notNets` of a rule stands for, None if it is refused."""
    found = parse_cidr(text)
    if found is None and "/" not in text and cidr.single(text):
        if checks.strict:
            full = cidr.single(text)
            checks.add(codes.CIDR, path, f"must have a prefix length (found `{text}`)", help=f"write `{full}`")
            return None
        return parse_cidr(cidr.single(text))
    if found is None:
        text_of = f"must be an address with a prefix length (found `{text}`)"
        hint = "" if checks.strict else "Felix skips it; a rule with no other address then matches every one"
        checks.add(codes.CIDR, path, text_of, help=hint)
        return None
    if checks.strict and cidr.has_host_bits(found):
        text_of = f"must have no bits beyond its prefix (found `{text}`)"
        checks.add(codes.CIDR, path, text_of, help=f"did you mean `{found.network}`?")
        return None
    return found


def parse_cidr(text: str) -> Interface | None:
    """The CIDR as Go's `net.ParseCIDR` reads it: no leading zeros in the address, any in the prefix length."""
    return cidr.strict(re.sub(r"/0+(?=[0-9])", "/", text))


def _global(text: str | None, path: Path, checks: Checks) -> None:
    if text is not None and "global(" in text and not _ONLY_GLOBAL.fullmatch(text):
        checks.add(
            codes.GLOBAL,
            path,
            "must not combine `global()` with anything",
            help="write `namespaceSelector: global()`, and the rest as `selector`",
        )


def _services(found: EntityRule, path: Path, checks: Checks) -> None:
    at = (*path, "services")
    if not (found.services and found.services.name):
        checks.add(codes.SERVICES, (*at, "name"), "is required")
    beside = {
        "namespaceSelector": found.namespace_selector,
        "selector": found.selector,
        "notSelector": found.not_selector,
        "serviceAccounts": found.service_accounts,
        "nets": found.nets,
        "notNets": found.not_nets,
    }
    for key, value in beside.items():
        # `serviceAccounts: {}` counts as written, empty text and lists do not.
        if value if key != "serviceAccounts" else value is not None:
            checks.add(codes.SERVICES, at, f"must not stand beside `{key}`")


def _port(port: Port, path: Path, checks: Checks) -> None:
    match port:
        case PortRange(first=first):
            if first < 1:
                checks.add(codes.PORT, path, f"must be between 1 and 65535 (found `{port}`)")
        case NamedPort(name=name):
            reasons = names.port_name(name)
            numbers = re.fullmatch(r"([0-9]+)-([0-9]+)", name)
            help = f'write the range as `"{numbers[1]}:{numbers[2]}"`' if numbers else ""
            for reason in reasons[:1]:
                checks.add(codes.PORT, path, f"{reason} (found the port name `{name}`)", help=help)
