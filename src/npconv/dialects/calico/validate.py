"""A Calico object -> what Calico refuses about it, with Calico's reasons, by version and by way into the datastore.

Objects that Calico's own validator saw are judged by it. Stored objects and native CRDs are judged by the schema and
by what Felix cannot use: there a bare address or `protocol: tcp` works, and is not refused (facts 1.12).
"""

from __future__ import annotations

from typing import Final, assert_never

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Path
from npconv.dialects.calico import validate_metadata as meta
from npconv.dialects.calico.defaults import default_action_of, order_of
from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.model import (
    CalicoObject,
    GlobalNetworkPolicy,
    NetworkPolicy,
    Staged,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from npconv.dialects.calico.model_kubernetes import StagedAction, StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_metadata import Form
from npconv.dialects.calico.model_sets import (
    GlobalNetworkSet,
    HostEndpoint,
    NetworkSet,
    Profile,
    Tier,
    TierDefault,
)
from npconv.dialects.calico.parse import Parsed, decode
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate_checks import Checks, Gate, gate_of
from npconv.dialects.calico.validate_entity import parse_cidr
from npconv.dialects.calico.validate_policy import policy, staged_delete, staged_kubernetes
from npconv.dialects.calico.validate_rule import has_ports, protocol_name, rules
from npconv.pattern import pattern
from npconv.source import cidr, names
from npconv.source.document import Document
from npconv.source.refusals import Refusals

_SPEC: Final[Path] = ("spec",)
_RESERVED_LABEL: Final = "projectcalico.org/namespace"
_INTERFACE: Final = pattern(r"\*|[a-zA-Z0-9_.-]{1,15}")

_BUILT_IN: Final = {
    "default": (1_000_000.0, TierDefault.DENY),
    "kube-admin": (1_000.0, TierDefault.PASS),
    "kube-baseline": (10_000_000.0, TierDefault.PASS),
}
"""Tiers that Calico creates, from 3.32."""

_BUILT_IN_BEFORE_3_32: Final = {
    "default": (1_000_000.0, TierDefault.DENY),
    "adminnetworkpolicy": (1_000.0, TierDefault.PASS),
    "baselineadminnetworkpolicy": (10_000_000.0, TierDefault.PASS),
}


def read(document: Document, profile: CalicoProfile) -> Parsed:
    """Parse and validate at once: the object, None if anything is an error, and every finding of both."""
    found, diagnostics = decode(document)
    if found is not None:
        diagnostics = diagnostics + validate(found, profile)
    return (None if any(one.is_error for one in diagnostics) else found), diagnostics


def validate(found: CalicoObject, profile: CalicoProfile) -> list[Diagnostic]:
    """Everything that this Calico refuses about the object; nothing if it takes it."""
    form = _form(found)
    checks = Checks(refusals=Refusals(found.origin), profile=profile, gate=gate_of(form, profile))
    meta.metadata(found.metadata, checks)
    match found:
        case NetworkPolicy() | GlobalNetworkPolicy():
            meta.policy_name(found, checks)
            policy(found, checks)
        case StagedNetworkPolicy(policy=inner) | StagedGlobalNetworkPolicy(policy=inner):
            meta.policy_name(inner, checks)
            if found.staged_action is StagedAction.DELETE:
                staged_delete(found, _written(found), checks)
            else:
                policy(inner, checks)
        case StagedKubernetesNetworkPolicy():
            meta.plain_name(found.metadata, checks)
            if found.staged_action is StagedAction.DELETE:
                staged_delete(found, _written(found), checks)
            else:
                staged_kubernetes(found, checks)
        case NetworkSet() | GlobalNetworkSet():
            meta.plain_name(found.metadata, checks)
            _network_set(found, checks)
        case Tier():
            meta.tier_name(found.metadata, checks)
            _tier(found, checks)
        case HostEndpoint():
            meta.plain_name(found.metadata, checks)
            _host_endpoint(found, checks)
        case Profile():
            meta.plain_name(found.metadata, checks)
            rules(found.ingress, (*_SPEC, "ingress"), checks, namespaced=False)
            rules(found.egress, (*_SPEC, "egress"), checks, namespaced=False)
        case _:
            assert_never(found)
    return checks.refusals.diagnostics


def _form(found: CalicoObject) -> Form:
    return found.policy.form if isinstance(found, StagedNetworkPolicy | StagedGlobalNetworkPolicy) else found.form


def _written(found: Staged) -> tuple[str, ...]:
    spec = emit(found)["spec"]
    return tuple(spec) if isinstance(spec, dict) else ()


def _network_set(found: NetworkSet | GlobalNetworkSet, checks: Checks) -> None:
    if _RESERVED_LABEL in found.metadata.labels:
        checks.add(codes.METADATA, ("metadata", "labels", _RESERVED_LABEL), "is reserved for Calico")
    for index, text in enumerate(found.nets or ()):
        if parse_cidr(text) is None and ("/" in text or not cidr.single(text)):
            hint = "" if checks.gate is Gate.CALICO else "Felix leaves it out of the set"
            checks.add(codes.CIDR, (*_SPEC, "nets", index), f"must be an address or a CIDR (found `{text}`)", help=hint)


def _tier(tier: Tier, checks: Checks) -> None:
    built_in = _BUILT_IN_BEFORE_3_32 if checks.profile.version < (3, 32) else _BUILT_IN
    fixed = built_in.get(tier.metadata.name)
    if fixed is None:
        return
    order, action = fixed
    found = order_of(tier, checks.profile)
    if found != order:
        shown = "none" if found is None else f"`{str(found).removesuffix('.0')}`"
        text = f"must be {int(order)} for tier `{tier.metadata.name}` (found {shown})"
        checks.add(codes.TIER, (*_SPEC, "order"), text)
    if default_action_of(tier) is not action:
        text = f"must be `{action.value}` for tier `{tier.metadata.name}` (found `{default_action_of(tier).value}`)"
        checks.add(codes.TIER, (*_SPEC, "defaultAction"), text)


def _host_endpoint(endpoint: HostEndpoint, checks: Checks) -> None:
    if not endpoint.node:
        checks.add(codes.HOST_ENDPOINT, (*_SPEC, "node"), "is required")
    if not endpoint.interface_name and not endpoint.expected_ips:
        checks.add(codes.HOST_ENDPOINT, _SPEC, "must have `interfaceName` or `expectedIPs`")
    if endpoint.interface_name and not _INTERFACE.fullmatch(endpoint.interface_name):
        text = f"must be `*`, or at most 15 letters, digits, `_`, `.` and `-` (found `{endpoint.interface_name}`)"
        checks.add(codes.HOST_ENDPOINT, (*_SPEC, "interfaceName"), text)
    for index, text in enumerate(endpoint.expected_ips or ()):
        if not cidr.single(text):
            checks.add(codes.HOST_ENDPOINT, (*_SPEC, "expectedIPs", index), f"must be an address (found `{text}`)")
    for index, name in enumerate(endpoint.profiles or ()):
        checks.refusals.add_all(codes.HOST_ENDPOINT, (*_SPEC, "profiles", index), names.dns_subdomain(name), name)
    for index, port in enumerate(endpoint.ports or ()):
        at: Path = (*_SPEC, "ports", index)
        if not port.name:
            checks.add(codes.HOST_ENDPOINT, (*at, "name"), "is required")
        else:
            checks.refusals.add_all(codes.HOST_ENDPOINT, (*at, "name"), names.port_name(port.name), port.name)
        protocol_name(port.protocol, (*at, "protocol"), checks)
        if not has_ports(port.protocol, checks):
            text = f"must be TCP, UDP or SCTP (found `{port.protocol}`)"
            checks.add(codes.HOST_ENDPOINT, (*at, "protocol"), text)
        if not 1 <= port.port <= 65535:
            checks.add(codes.HOST_ENDPOINT, (*at, "port"), f"must be between 1 and 65535 (found `{port.port}`)")
