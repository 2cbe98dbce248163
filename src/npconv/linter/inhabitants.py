"""A cluster's pods, by namespace and each sort once: whom a condition of a policy holds for."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.cluster.model import Cluster
from npconv.ir.condition import Condition
from npconv.ir.dimensions import NAMESPACE, Kind
from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import existing
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.namespaces import namespaces
from npconv.semantics.verdict import meets


class Inhabitants:
    """The pods that have addresses of their own. Of pods that differ in name and address only, one stands for all."""

    def __init__(self, cluster: Cluster, cluster_name: str) -> None:
        self._by_namespace: dict[str, list[Endpoint]] = {}
        self.total = 0
        seen: set[object] = set()
        for one in existing(cluster, cluster_name):
            pod = one.endpoint
            if pod.kind is not Kind.POD:
                continue
            self.total += 1
            sort = (tuple(sorted(pod.attributes.items())), pod.named_ports)
            if sort not in seen:
                seen.add(sort)
                self._by_namespace.setdefault(pod.attributes[NAMESPACE], []).append(pod)

    def meeting(self, condition: Condition, direction: Direction = Direction.INGRESS) -> Iterator[Endpoint]:
        """The sorts of pods for which a condition holds."""
        where = namespaces(condition)
        for name, several in self._by_namespace.items():
            if name not in where:
                continue
            for pod in several:
                if meets(condition, Flow(direction=direction, subject=pod, peer=pod), pod):
                    yield pod
