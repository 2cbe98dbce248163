"""Ports that the target takes otherwise than the source: names where the pods are known, and ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.single_ports import doubts_ranges
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.named_ports import known_pods
from npconv.ir.policy import Direction, PolicySet
from npconv.lowering.named_ports import Named, settled
from npconv.lowering.pods_apart import KnownPod
from npconv.pipeline import where
from npconv.pipeline.engines import Engine
from npconv.pipeline.targets import Made

_PROTOCOLS = {6: "TCP", 17: "UDP", 132: "SCTP"}
_MOST_LISTED = 3


def pods_of(cluster: Cluster, source: Engine) -> tuple[KnownPod, ...]:
    """The pods as the source's engine sees them."""
    return known_pods(cluster, sidecars=_sees_sidecars(source))


def numbered(
    policies: PolicySet, cluster: Cluster, pods: Sequence[KnownPod], source: Engine, target: Engine
) -> tuple[PolicySet, tuple[Named, ...]]:
    """The policy set with numbers for the names that the target would not understand as the source does.

    `pods` are those of the cluster as the source's engine sees them (`pods_of`).
    """
    unseen = not _sees_sidecars(source)
    alike = not (unseen and any(port.sidecar for pod in cluster.pods for port in pod.ports))
    return settled(policies, pods, _by_number(target) if alike else tuple(Direction))


def _sees_sidecars(source: Engine) -> bool:
    if not isinstance(source, AzureNpmProfile):
        return True
    from npconv.dialects.azure_npm.unseen import sees_sidecars

    return sees_sidecars(source)


def of_port_names(named: Iterable[Named]) -> Iterator[Diagnostic]:
    """What each name was taken to mean, and which had to stay names."""
    for one in named:
        notes = [
            f"{number.number}/{_PROTOCOLS[number.protocol]}: {_listed(pods)}" for number, pods in one.numbers.items()
        ]
        if not one.is_settled:
            yield Diagnostic(
                code=assumptions.PORT_NAMES,
                message=f"the port name `{one.name}` stays a name: pods with the same labels declare it otherwise",
                origin=where.port_name(one.rule, one.direction, one.name),
                notes=tuple(notes),
                help="give these pods labels that tell them apart",
            )
            continue
        yield Diagnostic(
            code=assumptions.PORT_NAMES,
            message=f"the port name `{one.name}` means what the pods of the input declare",
            origin=where.port_name(one.rule, one.direction, one.name),
            notes=tuple(notes) or ("no pod that the rule is about declares it: nothing is let through",),
            help="convert again when pods declare other ports",
        )


def of_port_ranges(objects: Iterable[Made], target: Engine) -> Iterator[Diagnostic]:
    """The ranges that stay, where it is not sure that the target enforces them."""
    if not isinstance(target, CiliumProfile) or not doubts_ranges(target):
        return
    for one in objects:
        if one.has("endPort"):
            version = ".".join(map(str, target.version))
            yield Diagnostic(
                code=assumptions.PORT_RANGES,
                message=f"Cilium {version} on AKS enforces the port ranges of `{one.source}`",
                origin=one.origin,
                help=f"npconv explain {assumptions.PORT_RANGES}",
            )


def _by_number(target: Engine) -> tuple[Direction, ...]:
    match target:
        case CiliumProfile(version=version) if version < (1, 20):
            return (Direction.EGRESS,)  # on the way in, Cilium asks the pod itself
        case AzureNpmProfile(system=System.WINDOWS):
            return tuple(Direction)
        case _:
            return ()


def _listed(pods: tuple[KnownPod, ...]) -> str:
    shown = ", ".join(f"`{pod.title}`" for pod in pods[:_MOST_LISTED])
    more = len(pods) - _MOST_LISTED
    return shown + (f" and {more} more" if more > 0 else "")
