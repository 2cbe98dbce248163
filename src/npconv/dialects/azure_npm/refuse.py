"""NetworkPolicy -> why Azure NPM drops it as a whole, which leaves its pods open (facts/azure_npm.md 1.1 to 1.4).

Source: npm/pkg/controlplane/translation/translatePolicy.go and parseSelector.go, npm/pkg/dataplane/policies/
policy_windows.go, npm/util/util.go (Azure/azure-container-networking cbd7560).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Path
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Fixes, System
from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.pattern import pattern
from npconv.source import cidr
from npconv.source.label_selector import LabelSelector, Operator

_NEGATIVE: Final = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
_LEADING_ZERO: Final = pattern(r"(?<![0-9])0[0-9]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What NPM refuses: where in the policy, the name of the error in its log, and what it is about."""

    path: Path
    error: str
    why: str


def refusals(policy: NetworkPolicy, profile: AzureNpmProfile) -> tuple[Refusal, ...]:
    """Everything for which NPM drops the policy; empty if it enforces it.

    Rules of a direction that the policy does not have are never looked at.
    """
    stored = with_defaults(policy)
    windows = profile.system is System.WINDOWS
    found: list[Refusal] = []
    if windows and stored.pod_selector is not None and _is_negative(stored.pod_selector):
        found.append(_negative(("spec", "podSelector")))
    for name, field, peers, rules in (
        ("Ingress", "ingress", "from", stored.ingress),
        ("Egress", "egress", "to", stored.egress),
    ):
        if name in (stored.policy_types or ()):
            for index, rule in enumerate(rules or ()):
                found += _rule(rule, ("spec", field, index), peers, profile)
    return tuple(found)


def _rule(rule: Rule, path: Path, peers: str, profile: AzureNpmProfile) -> Iterator[Refusal]:
    for index, port in enumerate(rule.ports or ()):
        if profile.system is System.WINDOWS:
            yield from _port(port, (*path, "ports", index))
    for index, peer in enumerate(rule.peers or ()):
        yield from _peer(peer, (*path, peers, index), profile, is_ingress=peers == "from")


def _port(port: Port, path: Path) -> Iterator[Refusal]:
    if isinstance(port.port, str):
        why = f"a named port (`{port.port}`), which it does not know on Windows"
        yield Refusal((*path, "port"), "ErrUnsupportedNamedPort", why)
    if port.protocol == "SCTP":
        yield Refusal((*path, "protocol"), "ErrUnsupportedSCTP", "SCTP, which it does not know on Windows")


def _peer(peer: Peer, path: Path, profile: AzureNpmProfile, *, is_ingress: bool) -> Iterator[Refusal]:
    match peer:
        case IPBlock():
            yield from _block(peer, (*path, "ipBlock"), profile)
        case SelectorPeer(pod_selector=pods, namespace_selector=namespaces):
            if profile.system is System.LINUX:
                return
            if pods is not None and _is_negative(pods):
                yield _negative((*path, "podSelector"))
            # Before the fixes, egress is translated, and turned round (B3); ingress fails in the dataplane (B4).
            refused = is_ingress or profile.fixes is not Fixes.NONE
            if namespaces is not None and refused and _is_negative(namespaces):
                yield _negative((*path, "namespaceSelector"))
        case _:
            assert_never(peer)


def _block(block: IPBlock, path: Path, profile: AzureNpmProfile) -> Iterator[Refusal]:
    yield from _cidr(block.cidr, (*path, "cidr"), profile)
    for index, text in enumerate(block.except_ or ()):
        yield from _cidr(text, (*path, "except", index), profile)
    if block.except_ and profile.system is System.WINDOWS:
        why = "an `except`, which it does not know on Windows"
        yield Refusal((*path, "except"), "ErrUnsupportedExceptCIDR", why)


def _cidr(text: str, path: Path, profile: AzureNpmProfile) -> Iterator[Refusal]:
    value = cidr.lenient(text)
    error = "ErrUnsupportedIPAddress"
    if value is None or value.version != 4:
        yield Refusal(path, error, f"an address that is not IPv4 (`{text}`)")
    elif _LEADING_ZERO.search(text):
        yield Refusal(path, error, f"an address with leading zeros (`{text}`)")
    elif profile.fixes is Fixes.NONE and value.network.prefixlen == 0 and text != "0.0.0.0/0":
        yield Refusal(path, error, f"`{text}`, of which it only knows the spelling `0.0.0.0/0`")


def _is_negative(selector: LabelSelector) -> bool:
    return any(one.operator in _NEGATIVE for one in selector.requirements)


def _negative(path: Path) -> Refusal:
    why = "`NotIn` or `DoesNotExist`, which it does not know on Windows"
    return Refusal(path, "ErrUnsupportedNegativeMatch", why)
