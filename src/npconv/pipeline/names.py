"""What the objects of the output are called: as their sources, unless two would share a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import CiliumProfile, Enforcement
from npconv.ir.policy import PolicyName
from npconv.pipeline.engines import Engine, reads_policies_as
from npconv.pipeline.read import Input
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.object_meta import ObjectMeta

if TYPE_CHECKING:
    from npconv.dialects.calico.model import CalicoObject
    from npconv.dialects.cilium.model import CiliumObject
    from npconv.dialects.policy_api import model as api_model

_LONGEST = 253


class Named(NamedTuple):
    """A policy as the IR calls it, with what its object says of itself."""

    name: PolicyName
    labels: Mapping[str, str] | None
    annotations: Mapping[str, str] | None
    origin: Origin | None


def written(found: Input, engine: Engine) -> Iterator[Named]:
    """Every policy that somebody wrote or asked for and that the engine enforces, as the IR calls it."""
    yield from _of_calico(found.calico) if found.calico else ()
    yield from _of_cilium(found.cilium) if found.cilium else ()
    kind = reads_policies_as(engine).policy_kind
    for kubernetes in found.kubernetes:
        of = kubernetes.metadata
        yield Named(PolicyName(kind, of.namespace, of.name), of.labels, of.annotations, kubernetes.origin)
    if isinstance(engine, CiliumProfile) and engine.enforcement is Enforcement.ALWAYS:
        from npconv.dialects.cilium.lift import ISOLATED

        yield Named(ISOLATED, None, None, None)  # nobody wrote it, and it isolates every pod
    yield from _of_policy_api(found.policy_api) if found.policy_api else ()


def _of_policy_api(objects: Iterable[api_model.Policy]) -> Iterator[Named]:
    from npconv.dialects.policy_api.forms import form_of

    for one in objects:
        of = one.metadata
        yield Named(PolicyName(form_of(one).kind, "", of.name), of.labels, of.annotations, one.origin)


def _of_calico(objects: Iterable[CalicoObject]) -> Iterator[Named]:
    from npconv.dialects.calico.lift import policy_name

    for one in objects:
        name = policy_name(one)
        if name is not None:
            yield Named(name, one.metadata.labels, one.metadata.annotations, one.origin)


def _of_cilium(objects: Iterable[CiliumObject]) -> Iterator[Named]:
    from npconv.dialects.cilium.model import CiliumCIDRGroup, CiliumNetworkPolicy

    for one in objects:
        if not isinstance(one, CiliumCIDRGroup):
            of = one.metadata
            namespace = of.namespace if isinstance(one, CiliumNetworkPolicy) else ""
            yield Named(PolicyName(type(one).__name__, namespace, of.name), of.labels, of.annotations, one.origin)


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
            import hashlib

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
