"""What the objects of the output are called: as their sources, unless two would share a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.lift import policy_name
from npconv.dialects.cilium.lift import ISOLATED
from npconv.dialects.cilium.model import CiliumCIDRGroup, CiliumNetworkPolicy
from npconv.dialects.cilium.profile import CiliumProfile, Enforcement
from npconv.dialects.policy_api.forms import form_of
from npconv.ir.policy import PolicyName
from npconv.pipeline.engines import Engine, reads_policies_as
from npconv.pipeline.read import Input
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.object_meta import ObjectMeta

_LONGEST = 253


class Named(NamedTuple):
    """A policy as the IR calls it, with what its object says of itself."""

    name: PolicyName
    labels: Mapping[str, str] | None
    annotations: Mapping[str, str] | None
    origin: Origin | None


def written(found: Input, engine: Engine) -> Iterator[Named]:
    """Every policy that somebody wrote or asked for and that the engine enforces, as the IR calls it."""
    for calico in found.calico:
        name = policy_name(calico)
        if name is not None:
            yield Named(name, calico.metadata.labels, calico.metadata.annotations, calico.origin)
    for cilium in found.cilium:
        if not isinstance(cilium, CiliumCIDRGroup):
            of = cilium.metadata
            namespace = of.namespace if isinstance(cilium, CiliumNetworkPolicy) else ""
            called = PolicyName(type(cilium).__name__, namespace, of.name)
            yield Named(called, of.labels, of.annotations, cilium.origin)
    kind = reads_policies_as(engine).policy_kind
    for kubernetes in found.kubernetes:
        of = kubernetes.metadata
        yield Named(PolicyName(kind, of.namespace, of.name), of.labels, of.annotations, kubernetes.origin)
    if isinstance(engine, CiliumProfile) and engine.enforcement is Enforcement.ALWAYS:
        yield Named(ISOLATED, None, None, None)  # nobody wrote it, and it isolates every pod
    for policy in found.policy_api:
        of = policy.metadata
        yield Named(PolicyName(form_of(policy).kind, "", of.name), of.labels, of.annotations, policy.origin)


def metadata(
    policies: Iterable[Named],
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
    for policy, labels, marks, _ in sorted(policies, key=lambda one: _rank(one.name)):
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
