"""NetworkPolicy as written -> as the API server stores it: defaults filled in, empty lists gone.

Source: Kubernetes 1.36, pkg/apis/networking/v1/defaults.go; facts/k8s_np.md 5.1.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import assert_never

from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.source.by_value import REMEMBERED
from npconv.source.label_selector import LabelSelector, without_empty


def with_defaults(policy: NetworkPolicy) -> NetworkPolicy:
    """The policy that is stored. Afterwards None is the only form of "nothing", and these are always there:

    `pod_selector`, `policy_types`, and the `protocol` of every port.
    """
    return replace(
        policy,
        pod_selector=without_empty(policy.pod_selector or LabelSelector()),
        policy_types=types_of(policy),
        ingress=tuple(_rule(rule) for rule in policy.ingress or ()) or None,
        egress=tuple(_rule(rule) for rule in policy.egress or ()) or None,
    )


def types_of(policy: NetworkPolicy) -> tuple[str, ...]:
    """The `policyTypes` that are stored: if none are written, `Ingress`, and `Egress` if there is an egress rule."""
    return policy.policy_types or (("Ingress", "Egress") if policy.egress else ("Ingress",))


@lru_cache(maxsize=REMEMBERED)
def _rule(rule: Rule) -> Rule:
    return replace(
        rule,
        peers=tuple(_peer(peer) for peer in rule.peers or ()) or None,
        ports=tuple(_port(port) for port in rule.ports or ()) or None,
    )


def _peer(peer: Peer) -> Peer:
    match peer:
        case SelectorPeer(pod_selector=pods, namespace_selector=namespaces):
            return replace(
                peer,
                pod_selector=None if pods is None else without_empty(pods),
                namespace_selector=None if namespaces is None else without_empty(namespaces),
            )
        case IPBlock():
            return replace(peer, except_=peer.except_ or None)
        case _:
            assert_never(peer)


def _port(port: Port) -> Port:
    return port if port.protocol is not None else replace(port, protocol="TCP")
