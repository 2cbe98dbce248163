"""A task -> ClusterNetworkPolicies."""

from __future__ import annotations

from dataclasses import replace

from npconv.dialects.k8s.emit import emit as emit_network_policy
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.forms import form_of
from npconv.dialects.policy_api.lower import LAST_PRIORITY, lower
from npconv.dialects.policy_api.lower_losses import beyond
from npconv.dialects.policy_api.lower_migrate import migrate_all
from npconv.dialects.policy_api.model import Policy
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.dialects.policy_api.validate import validate
from npconv.ir.policy import PolicyName
from npconv.lowering.losses import logs_of
from npconv.pipeline.read import Input
from npconv.pipeline.targets.task import Made, Task, Written


def write(task: Task, profile: PolicyApiProfile) -> Written:
    """Say a policy set in ClusterNetworkPolicies, as the API means them. Policies of the API itself are migrated."""
    if task.native is not None:
        return _migrated(task, task.native, profile)
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


def _migrated(task: Task, found: Input, profile: PolicyApiProfile) -> Written:
    """The old kinds as ClusterNetworkPolicies; NetworkPolicies, which are of the same engine, stay what they are."""
    migrated = migrate_all(found.policy_api)
    policies = {one.name: one for tier in task.policies.tiers for one in tier.policies}
    objects = [
        Made(
            data=emit(built),
            source=_name(source),
            origin=source.origin,
            problems=tuple(one.message for one in validate(built, channel=profile.channel) if one.is_error),
        )
        for built, source in migrated.objects
    ]
    for policy in found.kubernetes:
        name = PolicyName(profile.meaning.policy_kind, policy.metadata.namespace, policy.metadata.name)
        kept = replace(policy, metadata=task.names[name])
        objects.append(Made(data=emit_network_policy(kept), source=name, origin=policy.origin))
    return Written(
        objects=tuple(objects),
        losses=tuple(
            beyond(policies[name], LAST_PRIORITY) for one in migrated.left_out if (name := _name(one)) in policies
        ),
        meant=task.policies,
        said=migrated.diagnostics,
    )


def _name(policy: Policy) -> PolicyName:
    return PolicyName(form_of(policy).kind, "", policy.metadata.name)
