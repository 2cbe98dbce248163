"""Port ranges -> single ports, for a Cilium whose provider does not vouch for ranges.

Cilium has had `endPort` since 1.16 (facts/cilium.md 0.1), but Microsoft's migration guide says that AKS takes it from
1.17 only, and to list ports one by one before. A list means the same, whoever is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeVar

from npconv.dialects.cilium.lower_ports import chunked_ports
from npconv.dialects.cilium.model import CiliumPolicy, EgressDenyRule, EgressRule, IngressDenyRule, IngressRule, Rule
from npconv.dialects.cilium.model_ports import PortDenyRule, PortProtocol, PortRule
from npconv.dialects.cilium.profile import CiliumProfile, Platform

MOST: Final = 256
"""The widest range that is listed: every single port takes a place in the map of each endpoint (16,384 by default)."""

_Entry = TypeVar("_Entry", IngressRule, IngressDenyRule, EgressRule, EgressDenyRule)
_Ports = TypeVar("_Ports", PortRule, PortDenyRule)


def doubts_ranges(profile: CiliumProfile) -> bool:
    """Whether port ranges are better not relied on."""
    return profile.platform in (Platform.AKS, Platform.AKS_ACNS) and profile.version < (1, 17)


def without_ranges(policy: CiliumPolicy) -> CiliumPolicy:
    """The policy with every range of up to `MOST` ports as a list of these, in entries of as many as Cilium takes."""
    specs = None if policy.specs is None else tuple(_rule(one) for one in policy.specs)
    return replace(policy, spec=None if policy.spec is None else _rule(policy.spec), specs=specs)


def _rule(rule: Rule) -> Rule:
    return replace(
        rule,
        ingress=_entries(rule.ingress),
        ingress_deny=_entries(rule.ingress_deny),
        egress=_entries(rule.egress),
        egress_deny=_entries(rule.egress_deny),
    )


def _entries(entries: tuple[_Entry, ...] | None) -> tuple[_Entry, ...] | None:
    return None if entries is None else tuple(_entry(one) for one in entries)


def _entry(entry: _Entry) -> _Entry:
    if entry.to_ports is None:
        return entry
    return replace(entry, to_ports=tuple(part for one in entry.to_ports for part in _listed(one)))


def _listed(rule: _Ports) -> Iterator[_Ports]:
    single = tuple(dict.fromkeys(port for one in rule.ports or () for port in _single(one)))
    if single == rule.ports or not single:
        yield rule
        return
    for part in chunked_ports(single):
        yield replace(rule, ports=part)


def _single(port: PortProtocol) -> Iterator[PortProtocol]:
    first, last = port.number, port.end_port
    if first is None or last is None or last - first >= MOST:
        yield port
        return
    for number in range(first, last + 1):
        yield replace(port, port=str(number), end_port=None)
