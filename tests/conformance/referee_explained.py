"""Disagreements whose reason is known: by the case that shows each, or by what the engine says. See docs/engines.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXPLAINED: Final[Mapping[str, str]] = {
    "calico/equal-orders-are-decided-by-name": "Calico 3.28 decides ties of `order` by the stored name, 3.32 otherwise",
    "calico/native-crd-defaults-types-by-presence": "Calico 3.28 has no native CRDs: its client fills in `types`",
    "calico/raw-rule-with-both-families-is-split": "written past the client: the validator never saw it",
    "cilium/empty-ingress-list-does-nothing-before-1-17": "asked of Cilium 1.18 for 1.16; it was refused from 1.17 on",
    "cilium/exception-wider-than-its-cidr-passes-before-1-20": "asked of Cilium 1.20 for 1.19; 1.20 refuses it",
    "policy-api/named-port-beside-networks-is-a-port-of-pods": "written for Calico 3.32, which wants no protocol there",
    "policy-api/named-port-is-of-any-protocol": "written for Calico 3.32, which wants no protocol there",
    "policy-api/old-named-port-of-the-experimental-channel-stays-a-name": (
        "kube-network-policies 1.1.1 takes every port of a pod that declares the name (AdminNetworkPolicy only)"
    ),
}
REASONS: Final[Mapping[str, str]] = {
    "Calico 3.28 enforces no policy.networking.k8s.io": "Calico 3.28 has none of the policy API",
    "rules that specify ports must set protocol": "Calico 3.28 wants a protocol beside a port name; 3.32 does not",
    "must set protocol to TCP or empty": "Calico 3.28 does not take the number 6 for TCP beside `http`",
}
"""By a part of what an engine says when it refuses something."""


def explained(text: str) -> str:
    """The reason for what is told about a case; empty if there is none."""
    by_case = (why for case, why in EXPLAINED.items() if text.startswith((f"## {case} ", f"## {case}:")))
    by_reason = (why for reason, why in REASONS.items() if reason in text)
    return next(iter([*by_case, *by_reason]), "")
