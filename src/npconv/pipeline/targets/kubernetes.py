"""A task -> NetworkPolicies, for any engine of them or for Azure NPM."""

from __future__ import annotations

from dataclasses import replace

from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.k8s.emit import emit
from npconv.dialects.k8s.lower import Lowered, lower
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.k8s.validate import validate
from npconv.dialects.k8s.wording import KUBERNETES
from npconv.ir.policy import Policy, PolicySet
from npconv.lowering import namespaces as spaces
from npconv.lowering.losses import logs_of
from npconv.pipeline.targets.task import Made, Task, Written


def write(task: Task, profile: KubernetesProfile) -> Written:
    """Say a policy set in NetworkPolicies, by what the API promises."""
    lowered = lower(
        task.policies,
        task.plan,
        names=task.names,
        namespaces=task.namespaces,
        cluster=task.cluster,
        wording=replace(KUBERNETES, own_node=profile.meaning.own_node),
        pieces=task.pieces,
    )
    return _written(task, lowered, None)


def write_for_npm(task: Task, profile: AzureNpmProfile) -> Written:
    """Say a policy set in NetworkPolicies that Azure NPM enforces as they are meant."""
    from npconv.dialects.azure_npm.lower import lower as lower_for_npm

    lowered = lower_for_npm(
        task.policies,
        profile,
        task.plan,
        names=task.names,
        namespaces=task.namespaces,
        cluster=task.cluster,
        pieces=task.pieces,
    )
    return _written(task, lowered, profile)


def _written(task: Task, lowered: Lowered, profile: AzureNpmProfile | None) -> Written:
    objects = tuple(
        Made(data=emit(built), source=policy.name, origin=policy.origin, problems=_problems(built, profile))
        for built, policy in lowered.objects
    )
    peers = profile is not None and profile.system is System.WINDOWS
    meant = spaces.settled(task.policies, task.namespaces, peers=peers)
    wide = any(not one.namespace for one in task.names)
    return Written(
        objects=objects,
        losses=(*logs_of(task.policies), *lowered.losses),
        meant=meant,
        for_namespaces=bool(task.namespaces) and (peers or wide or _written_ones(task, meant) != _written_ones(task)),
    )


def _written_ones(task: Task, policies: PolicySet | None = None) -> list[Policy]:
    """The policies that somebody wrote."""
    given = task.policies if policies is None else policies
    return [one for tier in given.tiers for one in tier.policies if one.name in task.names]


def _problems(built: NetworkPolicy, profile: AzureNpmProfile | None) -> tuple[str, ...]:
    invalid = tuple(one.message for one in validate(built) if one.is_error)
    if profile is None:
        return invalid
    from npconv.dialects.azure_npm.refuse import refusals

    return (*invalid, *(one.why for one in refusals(built, profile)))
