"""Policies and a cluster -> the pods that each policy selects: how far a difference reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from npconv.dialects.cluster.model import Cluster
from npconv.ir.dimensions import NAMESPACE, Kind
from npconv.ir.policy import Direction, Policy, PolicyName, PolicySet
from npconv.pipeline.endpoints import Existing, existing
from npconv.report.model import Names
from npconv.semantics.flow import Flow
from npconv.semantics.namespaces import namespaces
from npconv.semantics.verdict import meets

MOST: Final = 5
"""How many names of a list are shown."""


def names(found: Iterable[str]) -> Names:
    """A list for the report: sorted, each once, the first ones by name."""
    listed = sorted(set(found))
    return Names(shown=tuple(listed[:MOST]), count=len(listed))


class Pods:
    """The pods of a cluster, and which policy selects which of them."""

    def __init__(self, cluster: Cluster, policies: PolicySet, cluster_name: str) -> None:
        self.existing: tuple[Existing, ...] = tuple(
            one for one in existing(cluster, cluster_name) if one.endpoint.kind is Kind.POD
        )
        self.by_namespace: Mapping[str, tuple[Existing, ...]] = _by_namespace(self.existing)
        self._selected = _selected(self.by_namespace, policies)

    def __bool__(self) -> bool:
        return bool(self.existing)

    def of(self, policies: Iterable[PolicyName]) -> Names:
        """The pods that any of these policies selects, as `namespace/name`."""
        return names(pod for policy in policies for pod in self._selected.get(policy, ()))


def _by_namespace(pods: Iterable[Existing]) -> Mapping[str, tuple[Existing, ...]]:
    found: defaultdict[str, list[Existing]] = defaultdict(list)
    for pod in pods:
        found[pod.endpoint.attributes.get(NAMESPACE, "")].append(pod)
    return {name: tuple(several) for name, several in sorted(found.items())}


def _selected(pods: Mapping[str, tuple[Existing, ...]], policies: PolicySet) -> Mapping[PolicyName, set[str]]:
    found: defaultdict[PolicyName, set[str]] = defaultdict(set)
    for tier in policies.tiers:
        for policy in tier.policies:
            where = namespaces(policy.subject)
            near = where.named if not where.cofinite else (name for name in pods if name in where)
            for namespace in near:
                found[policy.name].update(_title(pod) for pod in pods.get(namespace, ()) if _selects(policy, pod))
    return found


def _selects(policy: Policy, pod: Existing) -> bool:
    probe = Flow(direction=Direction.INGRESS, subject=pod.endpoint, peer=pod.endpoint)
    return meets(policy.subject, probe, pod.endpoint)


def _title(pod: Existing) -> str:
    return pod.endpoint.title.removeprefix("pod ")
