"""Ports, ICMP types and layer 7 rules as the CRD's schema checks them, beyond `PortRule.Validate`."""

from __future__ import annotations

import re

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model_l7 import L7Rules
from npconv.dialects.cilium.model_peers import FQDNSelector
from npconv.dialects.cilium.model_ports import ICMP_TYPES, ICMPRule, Listener, PortProtocol, PortRule
from npconv.dialects.cilium.validate_findings import Findings
from npconv.dialects.cilium.validate_ports import MOST, fqdn, protocols
from npconv.pattern import pattern

_ICMP_NAMES = {name for names in ICMP_TYPES.values() for name in names} - {"ExtendedEchoReply"}
"""The schema's pattern spells this one `ExtendedEcho Reply`, so that nobody can write it."""
_BYTE = pattern(r"[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]")
_ENDS_AS_NAME = pattern(r"[a-zA-Z](?:-?[a-zA-Z0-9])*\Z")
"""The schema's pattern for ports is anchored by halves: a digit in front, or a name at the end, is enough for it."""
_SERVER_NAME = pattern(r"(?:\*?\*\.)?[-a-zA-Z0-9_.]+")
_SERVER_PATTERN = pattern(r"[-a-zA-Z0-9_*.]+")
_CONFIG_KINDS = ("CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig")
_LONGEST_NAME = 255


def ports(many: tuple[PortProtocol, ...] | None, path: Path, findings: Findings) -> None:
    """The ports of an allow or a deny."""
    if not many or many in findings.faultless.ports:
        return
    before = findings.count
    known = protocols(findings.version)
    for index, one in enumerate(many):
        at: Path = (*path, "ports", index)
        if one.port == "" or (one.port is None and findings.version < (1, 19)):
            findings.add(codes.PORT, at, "must have a port")
        elif one.port is not None and not (one.port[:1].isdigit() or _ENDS_AS_NAME.search(one.port[-64:])):
            findings.add(codes.PORT, (*at, "port"), f"must be a number or a port name (found `{one.port}`)")
        if one.end_port is not None and not 0 <= one.end_port <= 65535:
            findings.add(codes.PORT, (*at, "endPort"), f"must be from 0 to 65535 (found `{one.end_port}`)")
        if one.protocol is not None and one.protocol not in known:
            listed = ", ".join(f"`{name}`" for name in known)
            label = f"did you mean `{one.protocol.upper()}`?" if one.protocol.upper() in known else ""
            text = f"must be one of {listed} (found `{one.protocol}`)"
            findings.add(codes.PORT, (*at, "protocol"), text, label=label)
    if findings.count == before:
        findings.faultless.ports.add(many)


def port_rule(rule: PortRule, path: Path, findings: Findings) -> None:
    """An entry of `toPorts` of an allow."""
    ports(rule.ports, path, findings)
    if len(rule.ports or ()) > MOST:
        findings.add(
            codes.TOO_MANY, (*path, "ports"), f"must have at most {MOST} ports (found {len(rule.ports or ())})"
        )
    if rule.server_names is not None:
        _server_names(rule.server_names, (*path, "serverNames"), findings)
    if rule.listener is not None:
        _listener(rule.listener, (*path, "listener"), findings)
    if rule.rules is not None:
        _l7_rules(rule.rules, (*path, "rules"), findings)


def icmp_rule(rule: ICMPRule, path: Path, findings: Findings) -> None:
    """An entry of `icmps`. Numbers go unchecked: the schema's pattern is for texts only."""
    if len(rule.fields or ()) > MOST:
        text = f"must have at most {MOST} types (found {len(rule.fields or ())})"
        findings.add(codes.TOO_MANY, (*path, "fields"), text)
    for index, one in enumerate(rule.fields or ()):
        at: Path = (*path, "fields", index)
        if one.family not in (None, "IPv4", "IPv6"):
            findings.add(codes.ICMP, (*at, "family"), f"must be `IPv4` or `IPv6` (found `{one.family}`)")
        if isinstance(one.type, str) and one.type not in _ICMP_NAMES and not _BYTE.fullmatch(one.type):
            label = f"write the number: {one.number}" if one.number is not None and one.number <= 255 else ""
            text = f"must be a number from 0 to 255 or the name of a type (found `{one.type}`)"
            findings.add(codes.ICMP, (*at, "type"), text, label=label)
        elif isinstance(one.type, int) and not 0 <= one.type <= 255:
            findings.add(codes.MATCHES_NOTHING, (*at, "type"), f"is a type that no packet has (found `{one.type}`)")


def name_shape(one: FQDNSelector, path: Path, findings: Findings) -> None:
    """Whether a DNS name or pattern is made of non-empty labels."""
    fqdn(one, path, findings, both=False)
    for key, text in (("matchName", one.match_name), ("matchPattern", one.match_pattern)):
        if text is not None and not _has_full_labels(text):
            findings.add(codes.NAME, (*path, key), f"must have no empty label (found `{text}`)")


def _has_full_labels(text: str) -> bool:
    labels = text.split(".")
    return all(labels[:-1]) and (bool(labels[-1]) or len(labels) > 1)


def _server_names(many: tuple[str, ...], path: Path, findings: Findings) -> None:
    if not many:
        findings.add(codes.NAME, path, "must not be empty")
    for index, name in enumerate(many):
        at: Path = (*path, index)
        if name in many[:index]:
            findings.add(codes.NAME, at, f"is given twice (`{name}`)")
        if findings.version < (1, 18):
            continue
        pattern = _SERVER_PATTERN if findings.version >= (1, 20) else _SERVER_NAME
        plain = name if findings.version >= (1, 20) else re.sub(r"^\*\*?\.", "", name)
        if len(name) > _LONGEST_NAME or not pattern.fullmatch(name) or not _has_full_labels(plain):
            where = "" if findings.version >= (1, 20) else ", only as `*.` or `**.` in front"
            text = f"must be a DNS name, with `*` for wildcards{where} (found `{name}`)"
            findings.add(codes.NAME, at, text)


def _listener(one: Listener, path: Path, findings: Findings) -> None:
    if one.priority is not None and not 1 <= one.priority <= 100:
        findings.add(codes.LISTENER, (*path, "priority"), f"must be from 1 to 100 (found `{one.priority}`)")
    kind = one.envoy_config.kind
    if kind is not None and kind not in _CONFIG_KINDS:
        known = " or ".join(f"`{name}`" for name in _CONFIG_KINDS)
        findings.add(codes.VALUE, (*path, "envoyConfig", "kind"), f"must be {known} (found `{kind}`)")
    for key, name in (("name", one.name), ("envoyConfig", one.envoy_config.name)):
        if not name:
            at: Path = (*path, "name") if key == "name" else (*path, key, "name")
            findings.add(codes.VALUE, at, "must not be empty")


def _l7_rules(rules: L7Rules, path: Path, findings: Findings) -> None:
    kinds = ("http", "dns") if findings.version >= (1, 20) else ("http", "dns", "kafka", "l7proto")
    given = [kind for kind in kinds if getattr(rules, kind) is not None]
    if len(given) != 1:
        known = ", ".join(f"`{kind}`" for kind in kinds)
        findings.add(codes.L7, path, f"must have one kind of rules, of {known}")
    for index, one in enumerate(rules.dns or ()):
        at: Path = (*path, "dns", index)
        if (one.match_name is None) == (one.match_pattern is None):
            findings.add(codes.NAME, at, "must have one of `matchName` and `matchPattern`")
        name_shape(one, at, findings)
    for index, kafka in enumerate(rules.kafka or ()):
        if kafka.role is not None and kafka.role not in ("produce", "consume"):
            text = f"must be `produce` or `consume` (found `{kafka.role}`)"
            findings.add(codes.HTTP, (*path, "kafka", index, "role"), text)
    for index, http in enumerate(rules.http or ()):
        for number, header in enumerate(http.header_matches or ()):
            if header.mismatch == "":
                where: Path = (*path, "http", index, "headerMatches", number, "mismatch")
                findings.add(codes.HTTP, where, "must not be empty")
