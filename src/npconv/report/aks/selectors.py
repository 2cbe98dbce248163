"""Some pods of a namespace or several -> peers that select these and no others of the pods that are there."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.dialects.cluster.model import NAME_LABEL, Pod
from npconv.dialects.k8s.model import SelectorPeer
from npconv.lowering.pods_apart import GENERATED
from npconv.report.aks.party import Pods
from npconv.source.label_selector import LabelSelector


def peers_for(wanted: Sequence[Pod], pods: Pods) -> tuple[SelectorPeer, ...] | None:
    """Peers by the labels of the pods' workloads; None if labels do not tell them from the others that are there."""
    chosen = {(pod.namespace, pod.name) for pod in wanted}
    found: dict[tuple[str, tuple[tuple[str, str], ...]], SelectorPeer] = {}
    for pod in wanted:
        labels = own_labels(pod)
        key = (pod.namespace, tuple(sorted(labels.items())))
        if key in found:
            continue
        others = [one.pod for one in pods.of(pod.namespace) if (one.pod.namespace, one.pod.name) not in chosen]
        if any(labels.items() <= other.labels.items() for other in others):
            return None
        found[key] = SelectorPeer(
            namespace_selector=in_namespace(pod.namespace),
            pod_selector=LabelSelector(match_labels=key[1]) if labels else None,
        )
    return tuple(found[key] for key in sorted(found))


def own_labels(pod: Pod) -> dict[str, str]:
    """The labels that its workload gave it."""
    return {key: value for key, value in pod.labels.items() if key not in GENERATED}


def in_namespace(name: str) -> LabelSelector:
    """A namespace by its name."""
    return LabelSelector(match_labels=((NAME_LABEL, name),))
