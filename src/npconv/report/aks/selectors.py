"""Some pods of a namespace or several -> peers that select these and no others of the pods that are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from npconv.dialects.cluster.model import NAME_LABEL, Pod
from npconv.dialects.k8s.model import SelectorPeer
from npconv.lowering.pods_apart import GENERATED
from npconv.source.label_selector import LabelSelector


def peers_for(wanted: Sequence[Pod], everybody: Collection[Pod]) -> tuple[SelectorPeer, ...] | None:
    """Peers by the labels of the pods' workloads; None if labels do not tell them from the others."""
    others: dict[str, list[Pod]] = {}
    chosen = {(pod.namespace, pod.name) for pod in wanted}
    for pod in everybody:
        if (pod.namespace, pod.name) not in chosen:
            others.setdefault(pod.namespace, []).append(pod)
    found: dict[tuple[str, tuple[tuple[str, str], ...]], SelectorPeer] = {}
    for pod in wanted:
        labels = own_labels(pod)
        near = others.get(pod.namespace, [])
        if not labels and not near:
            found[pod.namespace, ()] = SelectorPeer(namespace_selector=in_namespace(pod.namespace))
            continue
        if not labels or any(labels.items() <= other.labels.items() for other in near):
            return None
        key = tuple(sorted(labels.items()))
        found[pod.namespace, key] = SelectorPeer(
            namespace_selector=in_namespace(pod.namespace), pod_selector=LabelSelector(match_labels=key)
        )
    return tuple(found[key] for key in sorted(found))


def own_labels(pod: Pod) -> dict[str, str]:
    """The labels that its workload gave it."""
    return {key: value for key, value in pod.labels.items() if key not in GENERATED}


def in_namespace(name: str) -> LabelSelector:
    """A namespace by its name."""
    return LabelSelector(match_labels=((NAME_LABEL, name),))
