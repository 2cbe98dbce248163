"""A task -> Calico policies and tiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.diagnostics.codes import calico_lift
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.lower import lower
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import validate
from npconv.ir.policy import PolicyName
from npconv.pipeline.targets.task import Made, Task, Written


def write(task: Task, profile: CalicoProfile) -> Written:
    """Say a policy set in Calico's words."""
    lowered = lower(task.policies, profile, task.plan, names=task.names, cluster=task.cluster, pieces=task.pieces)
    objects = tuple(
        Made(
            data=emit(built),
            source=policy.name if policy is not None else _name(built),
            origin=policy.origin if policy is not None else None,
            problems=tuple(one.message for one in validate(built, profile) if one.is_error),
        )
        for built, policy in lowered.objects
    )
    return Written(objects=objects, losses=lowered.losses, meant=task.policies, said=tuple(_renamed(objects, task)))


def _name(built: CalicoObject) -> PolicyName:
    return PolicyName(type(built).__name__, "", built.metadata.name)


def _renamed(objects: Sequence[Made], task: Task) -> Iterator[Diagnostic]:
    """The policies of which no object keeps the name: Calico takes fewer names than Kubernetes."""
    called: dict[PolicyName, list[str]] = {}
    origins: dict[PolicyName, Origin | None] = {}
    for made in objects:
        origins.setdefault(made.source, made.origin)
        metadata = made.data["metadata"]
        if isinstance(metadata, dict):
            called.setdefault(made.source, []).append(str(metadata["name"]))
    for name, given in sorted(task.names.items()):
        found = called.get(name, [])
        if found and given.name not in found:
            origin = origins[name]
            yield Diagnostic(
                code=calico_lift.RENAMED,
                message=f"`{name}` is called `{found[0]}` in the output",
                origin=origin.at("metadata", "name") if origin is not None else None,
            )
