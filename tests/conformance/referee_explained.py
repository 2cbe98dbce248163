"""Disagreements whose reason is known, by the case that shows each. docs/engines.md has the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXPLAINED: Final[Mapping[str, str]] = {
    "policy-api/named-port-beside-networks-is-a-port-of-pods": (
        "Calico 3.28 wants a protocol beside a port name, and takes TCP without one; 3.32 takes all three"
    ),
    "calico/cluster-network-policies-are-not-read-up-to-3-31": "Calico 3.28 has no ClusterNetworkPolicy",
    "calico/equal-priorities-are-decided-as-calico-orders-names": "Calico 3.28 has no ClusterNetworkPolicy",
}


def explained(text: str) -> str:
    """The reason for what is told about a case; empty if there is none."""
    return next((why for case, why in EXPLAINED.items() if text.startswith((f"## {case} ", f"## {case}:"))), "")
