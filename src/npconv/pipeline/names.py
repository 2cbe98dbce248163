"""What the objects of the output are called: as their sources, unless two would share a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from npconv.ir.policy import PolicyName
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.object_meta import ObjectMeta

_LONGEST = 253


def metadata(
    policies: Iterable[tuple[PolicyName, Mapping[str, str] | None, Mapping[str, str] | None]],
    *,
    clusterwide: bool = False,
) -> dict[PolicyName, ObjectMeta]:
    """Metadata for the outputs of policies, given their labels and annotations.

    `clusterwide`: the target has no namespaced policies, so that the namespace becomes a part of the name.

    A Calico and a Kubernetes policy may share a namespace and a name, their outputs may not: the one that comes
    second by kind gets a suffix that depends on nothing but what the source is called.
    """
    found: dict[PolicyName, ObjectMeta] = {}
    taken: set[tuple[str, str]] = set()
    for policy, labels, marks in sorted(policies, key=lambda one: _rank(one[0])):
        namespace = "" if clusterwide else policy.namespace
        name = policy.name if namespace == policy.namespace else f"{policy.namespace}.{policy.name}"
        if (namespace, name) in taken or len(name) > _LONGEST:
            digest = hashlib.sha256(str(policy).encode()).hexdigest()[:8]
            name = f"{name[: _LONGEST - 9]}-{digest}"
        taken.add((namespace, name))
        found[policy] = ObjectMeta(
            name=name,
            namespace=namespace,
            labels=kept_labels(labels),
            annotations=kept_annotations(marks),
        )
    return found


def _rank(policy: PolicyName) -> tuple[bool, PolicyName]:
    return (policy.kind.startswith("Kubernetes"), policy)
