"""Rules of Calico policies: what Calico refuses about them.

Sources: libcalico-go/lib/validator/v3/validator.go (`validateRule`, `validateHTTPRule`), CEL rules on Rule
(api/config/crd), Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.calico.model_rule import SIDES, Action, HttpMatch, Icmp, PortRange, Protocol, Rule
from npconv.dialects.calico.validate_checks import Checks
from npconv.dialects.calico.validate_entity import address, entity
from npconv.dialects.calico.validate_metadata import check_annotations

_PROTOCOLS: Final = ("TCP", "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite")
_WITH_PORTS: Final[tuple[Protocol, ...]] = ("TCP", "UDP", "SCTP", 6, 17, 132)
_ICMP: Final[tuple[Protocol, ...]] = ("ICMP", "ICMPv6", 1, 58)
_IP_VERSIONS: Final[dict[Protocol, int]] = {"ICMP": 4, "ICMPv6": 6}


def rules(items: Sequence[Rule] | None, path: Path, checks: Checks, *, namespaced: bool) -> None:
    """Every rule by itself; what a direction forbids is checked with its policy."""
    for index, rule in enumerate(items or ()):
        _rule(rule, (*path, index), checks, namespaced=namespaced)


def has_ports(protocol: Protocol | None, checks: Checks) -> bool:
    """Whether the protocol has ports. Where no validator judges, Felix ignores case."""
    if isinstance(protocol, str) and not checks.strict:
        protocol = protocol.upper()
    return protocol in _WITH_PORTS


def protocol_name(protocol: Protocol | None, path: Path, checks: Checks) -> None:
    """A number from 1 to 255, or one of six names."""
    match protocol:
        case None:
            return
        case int():
            if protocol == 0:
                checks.add(codes.PROTOCOL, path, "must be between 1 and 255 (found `0`)")
        case str():
            close = next((name for name in _PROTOCOLS if name.lower() == protocol.lower()), "")
            if protocol not in _PROTOCOLS and (checks.strict or not close):
                checks.add(
                    codes.PROTOCOL,
                    path,
                    f"must be a number, `TCP`, `UDP`, `ICMP`, `ICMPv6`, `SCTP` or `UDPLite` (found `{protocol}`)",
                    label=f"did you mean `{close}`?" if close else "",
                )


def _rule(rule: Rule, path: Path, checks: Checks, *, namespaced: bool) -> None:
    protocol_name(rule.protocol, (*path, "protocol"), checks)
    protocol_name(rule.not_protocol, (*path, "notProtocol"), checks)
    for side in SIDES:
        entity(rule.entity(side), (*path, side), checks, namespaced=namespaced)
    _icmp(rule, path, checks)
    _ip_version(rule, path, checks)
    _ports(rule, path, checks)
    _nets(rule, path, checks)
    if rule.http is not None:
        _http(rule, rule.http, (*path, "http"), checks)
    destination = rule.entity("destination")
    if destination.services is not None:
        for key, ports in (("ports", destination.ports), ("notPorts", destination.not_ports)):
            if ports:
                text = "must not stand beside `services`: a Service brings its own ports"
                checks.add(codes.SERVICES, (*path, "destination", key), text)
    check_annotations(rule.annotations or {}, (*path, "metadata", "annotations"), checks)


def _icmp(rule: Rule, path: Path, checks: Checks) -> None:
    for key, match in (("icmp", rule.icmp), ("notICMP", rule.not_icmp)):
        if match is not None:
            _icmp_numbers(match, (*path, key), checks)
    if rule.icmp is not None and rule.protocol not in _ICMP:
        found = "nothing" if rule.protocol is None else f"`{rule.protocol}`"
        checks.add(codes.ICMP, (*path, "icmp"), f"needs `protocol: ICMP` or `ICMPv6` (found {found})")


def _icmp_numbers(match: Icmp, path: Path, checks: Checks) -> None:
    if match.type is not None and not 0 <= match.type <= 254:
        checks.add(codes.ICMP, (*path, "type"), f"must be between 0 and 254 (found `{match.type}`)")
    if match.code is not None and not 0 <= match.code <= 255:
        checks.add(codes.ICMP, (*path, "code"), f"must be between 0 and 255 (found `{match.code}`)")
    if match.code is not None and match.type is None:
        checks.add(codes.ICMP, (*path, "code"), "needs a `type` beside it")


def _ip_version(rule: Rule, path: Path, checks: Checks) -> None:
    version = rule.ip_version
    at = (*path, "ipVersion")
    if version is None:
        return
    if version not in (4, 6):
        checks.add(codes.IP_VERSION, at, f"must be 4 or 6 (found `{version}`)")
    for key, protocol in (("protocol", rule.protocol), ("notProtocol", rule.not_protocol)):
        wanted = None if protocol is None else _IP_VERSIONS.get(protocol)
        if wanted is not None and version != wanted:
            checks.add(codes.IP_VERSION, at, f"must be {wanted} with `{key}: {protocol}` (found `{version}`)")


def _ports(rule: Rule, path: Path, checks: Checks) -> None:
    if has_ports(rule.protocol, checks):
        return
    for side in SIDES:
        found = rule.entity(side)
        for key, ports in (("ports", found.ports), ("notPorts", found.not_ports)):
            if not ports:
                continue
            at = (*path, side, key)
            if rule.protocol is not None:
                text = f"must stand with protocol TCP, UDP or SCTP (found `{rule.protocol}`)"
                checks.add(codes.PORT_PROTOCOL, at, text)
            elif checks.profile.ports_need_protocol:
                text = "must stand with a `protocol`, which ports by name need up to Calico 3.31, too"
                checks.add(codes.PORT_PROTOCOL, at, text, help="add `protocol: TCP`, `UDP` or `SCTP` to the rule")
            elif any(isinstance(port, PortRange) for port in ports):
                text = "must stand with a `protocol`, since it holds numbers"
                checks.add(codes.PORT_PROTOCOL, at, text, help="add `protocol: TCP`, `UDP` or `SCTP` to the rule")


def _nets(rule: Rule, path: Path, checks: Checks) -> None:
    seen: set[int] = set()
    for side in SIDES:
        found = rule.entity(side)
        if not found.nets and not found.not_nets:
            continue
        for key, nets in (("nets", found.nets), ("notNets", found.not_nets)):
            at = (*path, side, key)
            versions: set[int] = set()
            for index, text in enumerate(nets or ()):
                range_ = address(text, (*at, index), checks)
                if range_ is None:
                    continue
                versions.add(range_.version)
                if key == "notNets" and range_.network.prefixlen == 0 and checks.strict:
                    found_text = f"must not exclude every address (found `{text}`)"
                    checks.add(codes.NEGATED_EVERYTHING, (*at, index), found_text)
            if checks.strict:
                _families(rule, versions, seen, at, checks)
            seen |= versions


def _families(rule: Rule, versions: set[int], seen: set[int], path: Path, checks: Checks) -> None:
    if rule.ip_version is not None and versions - {rule.ip_version}:
        other = ", ".join(f"IPv{version}" for version in sorted(versions - {rule.ip_version}))
        text = f"must agree with `ipVersion: {rule.ip_version}` (found {other})"
        checks.add(codes.IP_VERSION, path, text)
    if versions and len(versions | seen) > 1:
        text = "must be of the same family as every other range of the rule"
        checks.add(codes.FAMILIES, path, text, help="write one rule for IPv4 and one for IPv6")


def _http(rule: Rule, http: HttpMatch, path: Path, checks: Checks) -> None:
    if rule.action is not Action.ALLOW:
        checks.add(codes.HTTP, path, f"may stand only in `Allow` rules (found `{rule.action.value}`)")
    # The validator compares with the name (3.28.5 asked, conformance/calico); the CEL rule of native CRDs takes 6, too.
    if rule.protocol is not None and rule.protocol not in (("TCP",) if checks.strict else ("TCP", 6)):
        checks.add(codes.HTTP, path, f"needs protocol TCP or none (found `{rule.protocol}`)")
    methods = http.methods or ()
    for index, method in enumerate(methods):
        if method in methods[:index]:
            checks.add(codes.HTTP, (*path, "methods", index), f"must not repeat (found `{method}`)")
    for index, item in enumerate(http.paths or ()):
        at = (*path, "paths", index)
        if bool(item.exact) == bool(item.prefix):
            checks.add(codes.HTTP, at, "must have exactly one of `exact` and `prefix`")
            continue
        text = item.exact or item.prefix or ""
        if not text.startswith("/") or any(character in "? #" for character in text):
            checks.add(codes.HTTP, at, f"must start with `/` and hold no space, `?` or `#` (found `{text}`)")
