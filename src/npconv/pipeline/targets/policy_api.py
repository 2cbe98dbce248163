"""A task -> ClusterNetworkPolicies."""

from __future__ import annotations

from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.lower import lower
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.dialects.policy_api.validate import validate
from npconv.lowering.losses import logs_of
from npconv.pipeline.targets.task import Made, Task, Written


def write(task: Task, profile: PolicyApiProfile) -> Written:
    """Say a policy set in ClusterNetworkPolicies, as the API means them."""
    channel = profile.channel
    lowered = lower(
        task.policies, task.plan, names=task.names, channel=channel, cluster=task.cluster, pieces=task.pieces
    )
    objects = tuple(
        Made(
            data=emit(built),
            source=policy.name,
            origin=policy.origin,
            problems=tuple(one.message for one in validate(built, channel=channel) if one.is_error),
        )
        for built, policy in lowered.objects
    )
    return Written(objects=objects, losses=(*logs_of(task.policies), *lowered.losses), meant=task.policies)
