"""What is enforced, and the pods -> what Azure NPM does not see of them, and the engine after it will.

Named ports of sidecars (facts/azure_npm.md 1.4, B8) and IPv6 (2.1, point 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import azure_npm as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.named_ports import known_pods
from npconv.dialects.k8s.where import field
from npconv.ir.condition import Holds
from npconv.ir.dimensions import DstPortNamed
from npconv.ir.policy import PolicySet
from npconv.lowering.named_ports import settled

_PROTOCOLS: Final = {6: "TCP", 17: "UDP", 132: "SCTP"}


def sees_sidecars(profile: AzureNpmProfile) -> bool:
    """Whether ports of sidecars count in this reading of the policies."""
    return profile.reading is Reading.INTENT


def sidecars(policies: PolicySet, cluster: Cluster) -> Iterator[Diagnostic]:
    """A note for every rule with a port's name that some pod declares in a sidecar."""
    if not any(port.sidecar for pod in cluster.pods for port in pod.ports):
        return
    _, meant = settled(policies, known_pods(cluster))
    _, seen = settled(policies, known_pods(cluster, sidecars=False))
    for one, other in zip(meant, seen, strict=False):
        for number, pods in one.numbers.items():
            visible = {pod.title for pod in other.numbers.get(number, ())}
            unseen = [f"`{pod.title}`" for pod in pods if pod.title not in visible]
            if unseen:
                place, fact = one.rule.origin, Holds(DstPortNamed(one.name))
                yield Diagnostic(
                    code=codes.NPM_SIDECAR,
                    origin=None if place is None else field(place, one.direction, "traffic", fact),
                    message=(
                        f"Azure NPM does not see that {', '.join(unseen)} declares `{one.name}` "
                        f"({number.number}/{_PROTOCOLS[number.protocol]}): a sidecar does"
                    ),
                    help=f"npconv explain {codes.NPM_SIDECAR}",
                )


def ipv6(profile: AzureNpmProfile) -> Diagnostic:
    """What to say of a dual-stack cluster."""
    kept = profile.reading is Reading.ENFORCED
    return Diagnostic(
        code=codes.NPM_IPV6,
        message=f"Azure NPM does not filter IPv6, and the output {'lets it pass, too' if kept else 'does'}",
        help=f"npconv explain {codes.NPM_IPV6}",
    )
