"""What is known of the namespaces of the cluster that a translation is for."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dialects.cluster.model import Cluster
from npconv.lowering.namespaces import Namespaces


def known_namespaces(cluster: Cluster, named: Iterable[str]) -> Namespaces:
    """Every namespace that some file describes, and those that are known by name alone, with unknown labels.

    Empty if none is known at all: then the cluster may have any.
    """
    described = {one.name: one.labels for one in cluster.namespaces}
    return (
        *sorted(described.items()),
        *((name, None) for name in sorted(set(named) - described.keys())),
    )
