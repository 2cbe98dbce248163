"""NetworkPolicy -> what the API server refuses about it.

Source: Kubernetes 1.36, pkg/apis/networking/validation/validation.go (`ValidateNetworkPolicy`); answers of a real
server: facts/k8s_np.md 5.2. Reading has already seen to the types, and to peers of two kinds.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final, assert_never

from npconv.diagnostics.codes import kubernetes as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Path
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.source import cidr, label_selector, names, object_meta
from npconv.source.by_value import REMEMBERED
from npconv.source.refusals import Refusals

PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
POLICY_TYPES: Final = ("Ingress", "Egress")


class Cidrs(Enum):
    """Which CIDRs pass."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    STRICT = "strict"
    """Those of new objects since 1.36 (StrictIPCIDRValidation)."""
    STORED = "stored"
    """Those of 1.35 and before, which live on in clusters: host bits, leading zeros and IPv4-mapped, with a note."""


def validate(policy: NetworkPolicy, *, cidrs: Cidrs = Cidrs.STRICT) -> list[Diagnostic]:
    """The findings, in the order of the fields; empty if the server stores the policy without a warning."""
    refusals = Refusals(policy.origin)
    object_meta.validate(policy.metadata, refusals)
    if policy.pod_selector is not None:
        label_selector.validate(policy.pod_selector, ("spec", "podSelector"), refusals)
    _validate_types(policy.policy_types or (), refusals)
    for index, rule in enumerate(policy.ingress or ()):
        if not _is_valid(rule, cidrs):
            _validate_rule(rule, ("spec", "ingress", index), "from", refusals, cidrs)
    for index, rule in enumerate(policy.egress or ()):
        if not _is_valid(rule, cidrs):
            _validate_rule(rule, ("spec", "egress", index), "to", refusals, cidrs)
    return refusals.diagnostics


def _validate_types(types: tuple[str, ...], refusals: Refusals) -> None:
    path: Path = ("spec", "policyTypes")
    if len(types) > len(POLICY_TYPES):
        refusals.add(codes.POLICY_TYPES, path, f"may not hold more than two items (found {len(types)})")
        return
    for index, found in enumerate(types):
        if found not in POLICY_TYPES:
            text = f"must be `Ingress` or `Egress` (found `{found}`)"
            refusals.add(codes.POLICY_TYPES, (*path, index), text, label=_other_case(found, POLICY_TYPES))


@lru_cache(maxsize=REMEMBERED)
def _is_valid(rule: Rule, cidrs: Cidrs) -> bool:
    """Whether there is nothing to say of a rule; which of its fields holds its peers makes no difference to that."""
    refusals = Refusals(None)
    _validate_rule(rule, (), "from", refusals, cidrs)
    return not refusals.diagnostics


def _validate_rule(rule: Rule, path: Path, peers: str, refusals: Refusals, cidrs: Cidrs) -> None:
    for index, peer in enumerate(rule.peers or ()):
        _validate_peer(peer, (*path, peers, index), refusals, cidrs)
    for index, port in enumerate(rule.ports or ()):
        _validate_port(port, (*path, "ports", index), refusals)


def _validate_peer(peer: Peer, path: Path, refusals: Refusals, cidrs: Cidrs) -> None:
    match peer:
        case SelectorPeer(pod_selector=None, namespace_selector=None):
            text = "must specify a peer: `podSelector`, `namespaceSelector` or `ipBlock`"
            refusals.add(codes.PEER, path, text, help=f"to allow every peer, leave out `{path[-2]}`")
        case SelectorPeer(pod_selector=pods, namespace_selector=namespaces):
            if pods is not None:
                label_selector.validate(pods, (*path, "podSelector"), refusals)
            if namespaces is not None:
                label_selector.validate(namespaces, (*path, "namespaceSelector"), refusals)
        case IPBlock():
            _validate_block(peer, (*path, "ipBlock"), refusals, cidrs)
        case _:
            assert_never(peer)


def _validate_block(block: IPBlock, path: Path, refusals: Refusals, cidrs: Cidrs) -> None:
    if not block.cidr:
        refusals.add(codes.CIDR, (*path, "cidr"), "is required")
        return
    _validate_cidr(block.cidr, (*path, "cidr"), refusals, cidrs)
    outer = cidr.lenient(block.cidr)
    for index, text in enumerate(block.except_ or ()):
        at: Path = (*path, "except", index)
        _validate_cidr(text, at, refusals, cidrs)
        inner = cidr.lenient(text)
        if outer is not None and inner is not None and not cidr.is_inside(inner, outer):
            refusals.add(codes.EXCEPT, at, f"must be a strict subset of `cidr` (`{block.cidr}`, found `{text}`)")


def _validate_cidr(text: str, path: Path, refusals: Refusals, cidrs: Cidrs) -> None:
    """Kubernetes 1.36: `IsValidCIDRForLegacyField` under StrictIPCIDRValidation; before: `GetWarningsForCIDR`."""
    value = cidr.lenient(text)
    if value is None:
        message = f"must be a valid CIDR, such as `10.9.8.0/24` or `2001:db8::/64` (found `{text}`)"
        single = cidr.single(text)
        refusals.add(codes.CIDR, path, message, help=f"one address is `{single}`" if single else "")
        return
    form = cidr.usual_form(value)
    reasons: list[str] = []
    if cidr.in_ipv4_mapped(value):
        reasons.append("must not have an IPv4-mapped IPv6 address")
    elif cidr.strict(text) is None:
        reasons.append("must not have leading 0s in IP or prefix length")
    if cidr.has_host_bits(value):
        reasons.append("must not have bits set beyond the prefix length")
    for reason in reasons:
        match cidrs:
            case Cidrs.STRICT:
                meant = f"write `{form}`" + (f", or `{cidr.single(value.ip)}`" if cidr.has_host_bits(value) else "")
                refusals.add(codes.CIDR, path, f"{reason} (found `{text}`)", help=meant)
            case Cidrs.STORED:
                refusals.add(codes.OLD_CIDR, path, f"{reason} (found `{text}`)", help=f"it is read as `{form}`")
            case _:
                assert_never(cidrs)
    if not reasons and value.version == 6 and form != text:
        text = f"should be in the canonical form of RFC 5952 (found `{text}`)"
        refusals.add(codes.CIDR_FORM, path, text, help=f"write `{form}`")


def _validate_port(port: Port, path: Path, refusals: Refusals) -> None:
    if port.protocol is not None and port.protocol not in PROTOCOLS:
        text = f"must be `TCP`, `UDP` or `SCTP` (found `{port.protocol}`)"
        refusals.add(codes.PROTOCOL, (*path, "protocol"), text, label=_other_case(port.protocol, PROTOCOLS))
    match port.port:
        case int(number):
            _validate_number(number, (*path, "port"), refusals)
            if port.end_port is not None and port.end_port < number:
                text = f"must be greater than or equal to `port` (`{number}`, found `{port.end_port}`)"
                refusals.add(codes.PORT, (*path, "endPort"), text)
            if port.end_port is not None:
                _validate_number(port.end_port, (*path, "endPort"), refusals)
        case str(name):
            _validate_name(name, (*path, "port"), refusals)
            if port.end_port is not None:
                refusals.add(codes.PORT, (*path, "endPort"), "may not be specified when `port` is a name")
        case None:
            if port.end_port is not None:
                refusals.add(codes.PORT, (*path, "endPort"), "may not be specified without `port`")
        case _:
            assert_never(port.port)


def _validate_number(number: int, path: Path, refusals: Refusals) -> None:
    if not 1 <= number <= 65535:
        refusals.add(codes.PORT, path, f"must be between 1 and 65535, inclusive (found `{number}`)")


def _validate_name(name: str, path: Path, refusals: Refusals) -> None:
    reasons = names.port_name(name)
    hint = f"write {int(name)} without quotes" if name.isascii() and name.isdigit() and len(name) <= 5 else ""
    for reason in reasons:
        refusals.add(codes.PORT, path, f"{reason} (found `{name}`)", help=hint)


def _other_case(found: str, known: tuple[str, ...]) -> str:
    """A label for a word that is only cased wrongly."""
    meant = next((word for word in known if word.lower() == found.lower()), "")
    return f"did you mean `{meant}`?" if meant else ""
