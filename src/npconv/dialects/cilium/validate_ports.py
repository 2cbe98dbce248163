"""Ports, ICMP types and layer 7 rules as Cilium checks them (`PortRule.Validate` and below, rule_validation.go)."""

from __future__ import annotations

import re
from functools import cache

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model_l7 import L7Rules, PortRuleHTTP, PortRuleKafka
from npconv.dialects.cilium.model_peers import FQDNSelector
from npconv.dialects.cilium.model_ports import ICMP_TYPES, ICMPRule, PortDenyRule, PortProtocol, PortRule
from npconv.dialects.cilium.validate_findings import Findings
from npconv.dialects.cilium.validate_regex import problem
from npconv.pattern import pattern

MOST = 40
"""How many ports an entry of `toPorts`, and how many types an entry of `icmps` may have."""

_TRANSPORT = ("TCP", "UDP", "SCTP", "ANY")
_EXTENDED = {(1, 19): ("VRRP", "IGMP"), (1, 20): ("GRE", "IPIP", "IPV6", "ESP", "AH")}
_NAME = pattern(r"[-a-zA-Z0-9_.]+")
_PATTERN = pattern(r"[-a-zA-Z0-9_.*]+")
_MISMATCH = ("LOG", "ADD", "DELETE", "REPLACE")
_TOPIC = pattern(r"[a-zA-Z0-9._-]+")
_LONGEST_NAME = 255


@cache
def protocols(version: tuple[int, int]) -> tuple[str, ...]:
    """The protocols that a release knows in `ports`."""
    extended = [name for since, found in _EXTENDED.items() if version >= since for name in found]
    return (*_TRANSPORT, *extended)


def port_rule(rule: PortRule, path: Path, findings: Findings, *, ingress: bool) -> None:
    """An entry of `toPorts` of an allow."""
    if not rule.says_more:
        _ports(rule.ports, path, findings, has_dns=False)
        return
    rules = rule.rules if rule.rules is not None and not rule.rules.is_absent else None
    has_dns = rules is not None and bool(rules.dns)
    if ingress and has_dns:
        findings.add(codes.L7, (*path, "rules", "dns"), "is not allowed on ingress")
    if rule.server_names and rules is not None and rule.terminating_tls is None:
        findings.add(codes.LISTENER, (*path, "serverNames"), "needs `terminatingTLS` beside layer 7 rules")
    for index, name in enumerate(rule.server_names or ()):
        if not name:
            findings.add(codes.NAME, (*path, "serverNames", index), "must not be empty")
    _ports(rule.ports, path, findings, has_dns=has_dns)
    if rule.listener is not None:
        if ingress:
            findings.add(codes.LISTENER, (*path, "listener"), "is not allowed on ingress")
        if rules is not None:
            findings.add(codes.LISTENER, (*path, "listener"), "is not allowed beside layer 7 rules")
    if rules is not None:
        _carriers(rule, path, findings, has_dns=has_dns)
        _l7_rules(rules, (*path, "rules"), findings, ports=rule.ports or ())


def port_deny_rule(rule: PortDenyRule, path: Path, findings: Findings) -> None:
    """An entry of `toPorts` of a deny."""
    _ports(rule.ports, path, findings, has_dns=False)


def icmp_rule(rule: ICMPRule, path: Path, findings: Findings) -> None:
    """An entry of `icmps`. The types' names are looked up while Cilium decodes the object (icmp.go)."""
    if len(rule.fields or ()) > MOST:
        text = f"must have at most {MOST} types (found {len(rule.fields or ())})"
        findings.add(codes.TOO_MANY, (*path, "fields"), text)
    for index, one in enumerate(rule.fields or ()):
        at: Path = (*path, "fields", index)
        if one.family not in (None, "", "IPv4", "IPv6"):
            findings.add(codes.ICMP, (*at, "family"), f"must be `IPv4` or `IPv6` (found `{one.family}`)")
        elif one.number is None:
            family = "IPv6" if one.family == "IPv6" else "IPv4"
            other = "IPv4" if family == "IPv6" else "IPv6"
            label = f"this is a type of {other}" if one.type in ICMP_TYPES[other] else ""
            findings.add(codes.ICMP, (*at, "type"), f"must be a type of {family} (found `{one.type}`)", label=label)


def fqdn(one: FQDNSelector, path: Path, findings: Findings, *, both: bool) -> None:
    """A DNS name or pattern; `both` may be given in a DNS rule, as far as Cilium itself is concerned."""
    if one.match_name and one.match_pattern and not both:
        findings.add(codes.NAME, path, "must have only one of `matchName` and `matchPattern`")
    for key, text, allowed in (
        ("matchName", one.match_name, _NAME),
        ("matchPattern", one.match_pattern, _PATTERN),
    ):
        if text and not allowed.fullmatch(text):
            extra = " and `*`" if key == "matchPattern" else ""
            findings.add(codes.NAME, (*path, key), f"must hold letters, digits, `-`, `_`, `.`{extra} (found `{text}`)")
        elif text and len(text) > _LONGEST_NAME:
            findings.add(codes.NAME, (*path, key), f"must have at most {_LONGEST_NAME} characters (found {len(text)})")


def _ports(ports: tuple[PortProtocol, ...] | None, path: Path, findings: Findings, *, has_dns: bool) -> None:
    if not ports or (not has_dns and ports in findings.faultless.plain_ports):
        return
    before = findings.count
    if len(ports) > MOST:
        findings.add(codes.TOO_MANY, (*path, "ports"), f"must have at most {MOST} ports (found {len(ports)})")
    for index, one in enumerate(ports):
        _port(one, (*path, "ports", index), findings, has_dns=has_dns)
    if not has_dns and findings.count == before:
        findings.faultless.plain_ports.add(ports)


def _port(one: PortProtocol, path: Path, findings: Findings, *, has_dns: bool) -> None:
    known = protocols(findings.version)
    if not one.port:
        if not findings.profile.extended_protocols:
            findings.add(codes.PORT, path, "must have a port", help='write `port: "0"` for every port')
    elif one.name is None:
        if one.port != "0" and one.protocol in known[len(_TRANSPORT) :]:
            text = f'must be left out or "0" with protocol `{one.protocol}` (found `{one.port}`)'
            findings.add(codes.PORT, (*path, "port"), text)
        elif one.number is None:
            plain = one.port.lstrip("0")
            label = f'did you mean "{plain}"?' if plain.isascii() and plain.isdigit() and int(plain) <= 65535 else ""
            text = f"must be a number from 0 to 65535 or a port name (found `{one.port}`)"
            findings.add(codes.PORT, (*path, "port"), text, label=label)
        elif has_dns and findings.version >= (1, 17) and (one.end_port or 0) > one.number:
            findings.add(codes.L7, (*path, "endPort"), "is not allowed beside DNS rules")
    if one.protocol and one.protocol.upper() not in known:
        _protocol(one.protocol, (*path, "protocol"), findings)


def _protocol(found: str, path: Path, findings: Findings) -> None:
    known = ", ".join(f"`{name}`" for name in protocols(findings.version))
    help = "write ICMP types under `icmps`" if found.upper() in ("ICMP", "ICMPV6") else ""
    findings.add(codes.PORT, path, f"must be one of {known} (found `{found}`)", help=help)


def _carriers(rule: PortRule, path: Path, findings: Findings, *, has_dns: bool) -> None:
    """Whether layer 7 rules can be enforced on the ports that they stand beside."""
    for index, one in enumerate(rule.ports or ()):
        at: Path = (*path, "ports", index)
        # Since 1.19 the check comes before Cilium upper-cases protocols.
        protocol = one.protocol or "ANY"
        if not has_dns and (protocol if findings.version >= (1, 19) else protocol.upper()) != "TCP":
            where: Path = (*at, "protocol") if one.protocol else at
            findings.add(codes.L7, where, f"must be protocol `TCP` beside layer 7 rules (found `{protocol}`)")
        if one.number == 0:
            findings.add(codes.L7, (*at, "port"), "must not be 0 beside layer 7 rules")


def _l7_rules(rules: L7Rules, path: Path, findings: Findings, *, ports: tuple[PortProtocol, ...]) -> None:
    kinds = [name for name in ("http", "kafka", "dns") if getattr(rules, name) is not None]
    kinds += ["l7proto"] if rules.l7proto else []
    if len(kinds) > 1:
        found = ", ".join(f"`{kind}`" for kind in kinds)
        findings.add(codes.L7, path, f"must have only one kind of rules (found {found})")
    if rules.dns is not None and not ports:
        findings.add(codes.L7, (*path, "dns"), "needs `ports` beside it, with the port of the DNS server")
    if rules.l7 is not None and not rules.l7proto:
        findings.add(codes.L7, (*path, "l7"), "needs `l7proto` beside it")
    for index, http in enumerate(rules.http or ()):
        _http(http, (*path, "http", index), findings)
    for index, dns in enumerate(rules.dns or ()):
        fqdn(dns, (*path, "dns", index), findings, both=True)
    for index, kafka in enumerate(rules.kafka or ()):
        _kafka(kafka, (*path, "kafka", index), findings)
    for index, pairs in enumerate(rules.l7 or ()):
        if any(not key for key, _ in pairs):
            findings.add(codes.L7, (*path, "l7", index), "must not have an empty key")


def _http(one: PortRuleHTTP, path: Path, findings: Findings) -> None:
    for key, text in (("method", one.method), ("path", one.path)):
        trouble = problem(text or "")
        if trouble:
            findings.add(codes.HTTP, (*path, key), f"must be a regular expression of Go: {trouble} (found `{text}`)")
    for index, header in enumerate(one.header_matches or ()):
        at: Path = (*path, "headerMatches", index)
        if not header.name:
            findings.add(codes.HTTP, (*at, "name"), "must not be empty")
        if header.mismatch and header.mismatch not in _MISMATCH:
            known = ", ".join(f"`{name}`" for name in _MISMATCH)
            findings.add(codes.HTTP, (*at, "mismatch"), f"must be one of {known} (found `{header.mismatch}`)")
        if header.secret is not None and not header.secret.name:
            findings.add(codes.HTTP, (*at, "secret", "name"), "must not be empty")


def _kafka(one: PortRuleKafka, path: Path, findings: Findings) -> None:
    if one.role and one.api_key:
        findings.add(codes.HTTP, path, "must have only one of `role` and `apiKey`")
    if one.role and one.role.lower() not in ("produce", "consume"):
        findings.add(codes.HTTP, (*path, "role"), f"must be `produce` or `consume` (found `{one.role}`)")
    if one.api_version and not re.fullmatch(r"[+-]?[0-9]{1,5}", one.api_version):
        findings.add(codes.HTTP, (*path, "apiVersion"), f"must be a whole number (found `{one.api_version}`)")
    if one.topic and (len(one.topic) > _LONGEST_NAME or not _TOPIC.fullmatch(one.topic)):
        text = f"must have at most {_LONGEST_NAME} letters, digits, `.`, `_` and `-`"
        findings.add(codes.HTTP, (*path, "topic"), text)
