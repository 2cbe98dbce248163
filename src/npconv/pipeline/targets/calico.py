"""A task -> Calico policies and tiers."""

from __future__ import annotations

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
    return Written(objects=objects, losses=lowered.losses, meant=task.policies)


def _name(built: CalicoObject) -> PolicyName:
    return PolicyName(type(built).__name__, "", built.metadata.name)
