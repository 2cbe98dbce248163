"""Some known pods and the others -> a selector for the former that selects none of the latter, as people write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.condition import Condition, both, either, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.ir.values import ABSENT, one_of

PREFERRED: Final = ("app.kubernetes.io/name", "app", "k8s-app", "name", "app.kubernetes.io/component", "component")
"""Labels that say what a pod is, the usual one first."""

GENERATED: Final = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)
"""Labels that controllers put on pods, and that change with every roll-out or differ between replicas."""


@dataclass(frozen=True, slots=True)
class KnownPort:
    """A port that a pod declares by name."""

    name: str
    protocol: int
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class KnownPod:
    """A pod that is there: what policies can ask of it, and its ports.

    Attributes of the scopes in `complete` that are not listed are absent; of others nothing is known.
    """

    title: str
    attributes: Mapping[Attribute, str]
    ports: tuple[KnownPort, ...] = ()
    complete: frozenset[Scope] = field(default=frozenset({Scope.POD}))

    @property
    def namespace(self) -> str:
        """The name of its namespace."""
        return self.attributes.get(NAMESPACE, "")

    @property
    def labels(self) -> dict[str, str]:
        """The labels that its workload gave it."""
        return {
            one.key: value
            for one, value in self.attributes.items()
            if one.scope is Scope.POD and one.key not in GENERATED
        }


_Test: TypeAlias = tuple[str, str | None]
"""A label with a value, or (None) the absence of it."""


def apart(pods: Sequence[KnownPod], others: Sequence[KnownPod]) -> Condition | None:
    """A condition on labels and namespaces that holds for all of `pods` and none of `others`; None if there is none."""
    found: list[Condition] = []
    of_others = _workloads(others)
    for namespace, workloads in sorted(_workloads(pods).items()):
        near = of_others.get(namespace, ())
        chosen = [_tests(labels, near) for labels in workloads]
        if None in chosen:
            return None
        where = within(NAMESPACE, one_of(namespace))
        found.append(both(where, either(*(_condition(tests) for tests in dict.fromkeys(chosen) if tests is not None))))
    return either(*found)


def _workloads(pods: Sequence[KnownPod]) -> dict[str, tuple[dict[str, str], ...]]:
    """The labels that pods have, each once, by namespace."""
    found: dict[str, dict[tuple[tuple[str, str], ...], dict[str, str]]] = {}
    for pod in pods:
        labels = pod.labels
        found.setdefault(pod.namespace, {}).setdefault(tuple(sorted(labels.items())), labels)
    return {namespace: tuple(by.values()) for namespace, by in found.items()}


def _tests(labels: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> tuple[_Test, ...] | None:
    """Tests that the labels pass and none of the others do: few of them, at least one where there is any label."""
    left, chosen = list(others), list[_Test]()
    candidates = list(_candidates(labels, others))
    while candidates and (left or not chosen):
        best = max(candidates, key=lambda test: (_excluded(test, left), -candidates.index(test)))
        if left and not _excluded(best, left):
            return None
        chosen.append(best)
        left = [one for one in left if _passes(best, one)]
    return None if left else tuple(chosen)


def _candidates(labels: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> Iterator[_Test]:
    """What the labels are, the telling ones first, then what they lack."""
    first = [key for key in PREFERRED if key in labels]
    for key in (*first, *sorted(labels.keys() - set(first))):
        yield key, labels[key]
    for key in sorted({key for one in others for key in one} - labels.keys()):
        yield key, None


def _excluded(test: _Test, others: Sequence[Mapping[str, str]]) -> int:
    return sum(not _passes(test, one) for one in others)


def _passes(test: _Test, labels: Mapping[str, str]) -> bool:
    return labels.get(test[0]) == test[1]


def _condition(tests: tuple[_Test, ...]) -> Condition:
    return both(
        *(within(Attribute.of(Scope.POD, key), ABSENT if value is None else one_of(value)) for key, value in tests)
    )
