"""Policy API object -> what the API server refuses about it, beyond what its types already rule out.

Source: the CRDs of kubernetes-sigs/network-policy-api v0.2.0 and v0.1.8, schema and CEL rules; answers of a real
server: facts/k8s_np.md 6.2 and 6.3.
"""

from __future__ import annotations

from typing import Final, assert_never

from npconv.diagnostics.codes import policy_api as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Path
from npconv.dialects.policy_api.forms import CLUSTER, Form, form_of
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.model import (
    BaselineAdminNetworkPolicy,
    DomainNames,
    NamedPort,
    Namespaces,
    Networks,
    Nodes,
    Peer,
    Pods,
    Policy,
    Port,
    PortNumber,
    PortRange,
    Rule,
)
from npconv.pattern import pattern
from npconv.source import cidr, label_selector, object_meta
from npconv.source.label_selector import LabelSelector
from npconv.source.refusals import Refusals

_PRIORITIES: Final = range(1001)
_PORTS: Final = range(1, 65536)
_NAME_LIMIT: Final = 100
_SET_LIMIT: Final = 25
_NETWORK_LIMIT: Final = 43
_PROTOCOLS: Final = (None, "TCP", "UDP", "SCTP")

# The API's own pattern. `A-z` (for `A-Z`) is upstream's slip: it lets `[\]^_` and the backquote pass, too.
_LABEL: Final = r"[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?"
_DOMAIN: Final = pattern(rf"(\*\.)?({_LABEL}\.)+{_LABEL}\.?")


def validate(policy: Policy, *, channel: Channel = Channel.EXPERIMENTAL) -> list[Diagnostic]:
    """The findings, in the order of the fields. Notes are about what the server stores but nothing can match."""
    refusals, form = Refusals(policy.origin), form_of(policy)
    object_meta.validate(policy.metadata, refusals)
    if isinstance(policy, BaselineAdminNetworkPolicy):
        if policy.metadata.name != "default":
            text = f"of a {form.kind} must be `default` (found `{policy.metadata.name}`)"
            refusals.add(codes.BASELINE_NAME, ("metadata", "name"), text)
    elif policy.priority not in _PRIORITIES:
        text = f"must be between 0 and 1000, inclusive (found `{policy.priority}`)"
        refusals.add(codes.RANGE, ("spec", "priority"), text)
    _validate_peer(policy.subject, ("spec", "subject"), refusals)
    for key, peers, rules in (("ingress", "from", policy.ingress), ("egress", "to", policy.egress)):
        _validate_count(len(rules or ()), 0, form.limit, ("spec", key), refusals)
        for index, rule in enumerate(rules or ()):
            path: Path = ("spec", key, index)
            _validate_rule(rule, path, peers, form, refusals)
            if channel is Channel.EXPERIMENTAL:
                _validate_named_ports(rule, (*path, form.ports), refusals)
    return refusals.diagnostics


def _validate_rule(rule: Rule, path: Path, peers: str, form: Form, refusals: Refusals) -> None:
    if rule.name is not None and len(rule.name) > _NAME_LIMIT:
        text = f"must be at most {_NAME_LIMIT} characters (found {len(rule.name)})"
        refusals.add(codes.COUNT, (*path, "name"), text)
    _validate_count(len(rule.peers), 1, form.limit, (*path, peers), refusals)
    for index, peer in enumerate(rule.peers):
        _validate_peer(peer, (*path, peers, index), refusals)
    if rule.ports is not None:
        _validate_count(len(rule.ports), 1, form.limit, (*path, form.ports), refusals)
    for index, port in enumerate(rule.ports or ()):
        _validate_port(port, (*path, form.ports, index), form, refusals)


def _validate_named_ports(rule: Rule, path: Path, refusals: Refusals) -> None:
    """A CEL rule of the experimental channel; only there can v1alpha1 name ports at all."""
    names = [index for index, port in enumerate(rule.ports or ()) if isinstance(port, NamedPort)]
    if names and any(isinstance(peer, Networks | Nodes | DomainNames) for peer in rule.peers):
        text = "may not name a port beside `networks`, `nodes` or `domainNames`, which have no port names"
        refusals.add(codes.NAMED_PORT_PEER, (*path, names[0]), text)


def _validate_peer(peer: Peer, path: Path, refusals: Refusals) -> None:
    match peer:
        case Namespaces():
            _validate_selector(peer.selector, (*path, "namespaces"), refusals)
        case Nodes():
            _validate_selector(peer.selector, (*path, "nodes"), refusals)
        case Pods():
            if peer.namespace_selector is not None:
                _validate_selector(peer.namespace_selector, (*path, "pods", "namespaceSelector"), refusals)
            _validate_selector(peer.pod_selector, (*path, "pods", "podSelector"), refusals)
        case Networks():
            _validate_set(peer.cidrs, (*path, "networks"), refusals)
            for index, text in enumerate(peer.cidrs):
                _validate_network(text, (*path, "networks", index), refusals)
        case DomainNames():
            _validate_set(peer.names, (*path, "domainNames"), refusals)
            for index, text in enumerate(peer.names):
                if not _DOMAIN.fullmatch(text):
                    message = f"must be a domain name, with `*.` in front if at all (found `{text}`)"
                    refusals.add(codes.DOMAIN, (*path, "domainNames", index), message)
        case _:
            assert_never(peer)


def _validate_selector(selector: LabelSelector, path: Path, refusals: Refusals) -> None:
    """The schema does not look into selectors: what is wrong there is worth a note only."""
    label_selector.validate(selector, path, refusals, codes.SELECTOR_UNCHECKED)


def _validate_network(text: str, path: Path, refusals: Refusals) -> None:
    """CEL's `isCIDR`: bits beyond the prefix pass, IPv4-mapped addresses do not."""
    value = cidr.strict(text)
    if value is None or cidr.in_ipv4_mapped(value) or len(text) > _NETWORK_LIMIT:
        message = f"must be a valid CIDR, such as `10.9.8.0/24` or `2001:db8::/64` (found `{text}`)"
        refusals.add(codes.NETWORK, path, message)


def _validate_port(port: Port, path: Path, form: Form, refusals: Refusals) -> None:
    match port:
        case NamedPort():
            return
        case PortNumber(protocol=protocol, number=number):
            at = _place(protocol, "portNumber", form)
            _validate_number(number, (*path, *at, "number" if form is CLUSTER else "port"), refusals)
        case PortRange(protocol=protocol, start=start, end=end):
            at = _place(protocol, "portRange", form)
            at += ("range",) if form is CLUSTER else ()
            _validate_number(start, (*path, *at, "start"), refusals)
            _validate_number(end, (*path, *at, "end"), refusals)
            if form is CLUSTER and start >= end:
                text = f"must start below its end (found `{start}` to `{end}`)"
                label = f"one port is `number: {start}`" if start == end else ""
                refusals.add(codes.RANGE, (*path, *at), text, label=label)
            elif start > end:
                text = f"matches nothing: it ends before it starts (`{start}` to `{end}`)"
                refusals.add(codes.ODD_PORT, (*path, *at), text)
        case _:
            assert_never(port)
    if protocol not in _PROTOCOLS:
        text = f"matches nothing: it is not `TCP`, `UDP` or `SCTP` (found `{protocol}`)"
        refusals.add(codes.ODD_PORT, (*path, *at, "protocol"), text)


def _place(protocol: str | None, v1alpha1: str, form: Form) -> Path:
    """Where a port of this protocol stands below its item."""
    return (str(protocol).lower(), "destinationPort") if form is CLUSTER else (v1alpha1,)


def _validate_number(number: int, path: Path, refusals: Refusals) -> None:
    if number not in _PORTS:
        refusals.add(codes.RANGE, path, f"must be between 1 and 65535, inclusive (found `{number}`)")


def _validate_count(count: int, least: int, most: int, path: Path, refusals: Refusals) -> None:
    if not least <= count <= most:
        bound = f"at least {least} item" if count < least else f"at most {most} items"
        refusals.add(codes.COUNT, path, f"must have {bound} (found {count})")


def _validate_set(items: tuple[str, ...], path: Path, refusals: Refusals) -> None:
    _validate_count(len(items), 1, _SET_LIMIT, path, refusals)
    for index, item in enumerate(items[: _SET_LIMIT + 1]):
        if item in items[:index]:
            refusals.add(codes.DUPLICATE, (*path, index), f"must not be listed twice (found `{item}`)")
