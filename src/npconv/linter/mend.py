"""Findings of the front ends -> the same with a safe fix, where the text can only mean one thing."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import calico, kubernetes, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.linter.model import Finding, Replace
from npconv.linter.unknown import explained
from npconv.source import cidr
from npconv.source.place_of import value_at

_CIDRS: Final = (kubernetes.CIDR, kubernetes.OLD_CIDR, kubernetes.CIDR_FORM, calico.CIDR)
_WORDS: Final = ("TCP", "UDP", "SCTP", "Ingress", "Egress", "Allow", "Deny", "Log", "Pass", "ICMP", "ICMPv6", "UDPLite")
_CASED: Final = (kubernetes.PROTOCOL, kubernetes.POLICY_TYPES, calico.PROTOCOL, calico.ACTION, calico.TYPES)


def mended(diagnostic: Diagnostic) -> Finding:
    """A finding of a front end, with its fix."""
    origin, code = diagnostic.origin, diagnostic.code
    if code is reading.UNKNOWN_FIELD:
        return explained(diagnostic)
    value = value_at(origin) if origin is not None and origin.path else None
    if origin is None or not isinstance(value, str):
        return Finding(diagnostic=diagnostic)
    if code in _CIDRS:
        read = cidr.lenient(value)
        meant = "" if read is None else cidr.usual_form(read)
        return Finding(diagnostic=diagnostic, fix=Replace(origin, meant) if meant and meant != value else None)
    if code is kubernetes.PORT and value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return Finding(diagnostic=diagnostic, fix=Replace(origin, str(int(value)), quoted=False))
    if code in _CASED:
        word = next((one for one in _WORDS if one.lower() == value.lower() and one != value), "")
        return Finding(diagnostic=diagnostic, fix=Replace(origin, word) if word else None)
    return Finding(diagnostic=diagnostic)
