"""A task -> ClusterNetworkPolicies, and NetworkPolicies between their tiers."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from npconv.dialects.k8s.emit import emit as emit_network_policy
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.forms import form_of
from npconv.dialects.policy_api.lower import LAST_PRIORITY, Lowered, lower
from npconv.dialects.policy_api.lower_losses import beyond
from npconv.dialects.policy_api.lower_migrate import migrate_all
from npconv.dialects.policy_api.model import Policy
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.dialects.policy_api.validate import validate
from npconv.ir.policy import Action, PolicyName, PolicySet, Tier
from npconv.ir.policy import Policy as IrPolicy
from npconv.lowering import namespaces as spaces
from npconv.lowering.losses import logs_of
from npconv.lowering.middle import Parts, parts
from npconv.pipeline.read import Input
from npconv.pipeline.targets import kubernetes
from npconv.pipeline.targets.task import Made, Task, Written


def write(task: Task, profile: PolicyApiProfile) -> Written:
    """Say a policy set in ClusterNetworkPolicies and NetworkPolicies, as the API means them.

    Policies of the API itself are migrated. Else NetworkPolicies may say what they can of the tier that isolates, for
    ClusterNetworkPolicies alone cannot close ingress from outside (facts/k8s_np.md 9.49): the way that opens least.
    """
    if task.native is not None:
        return _migrated(task, task.native, profile)
    ways: list[Written] = []
    for way in chain(_with_network_policies(task, profile), _alone(task, profile)):
        if _harm(way) == NO_HARM:
            return way
        ways.append(way)
    return min(ways, key=_harm)


NO_HARM: Final = (0, 0, 0)


def _harm(written: Written) -> tuple[int, int, int]:
    """How many losses are whole policies, how many open anything, and how many change any flow."""
    changing = [loss for loss in written.losses if loss.effect.changes_flows]
    return sum(loss.refused for loss in changing), sum(loss.effect.opens for loss in changing), len(changing)


def _with_network_policies(task: Task, profile: PolicyApiProfile) -> Iterator[Written]:
    """The ways to say the set with NetworkPolicies for one of its tiers."""
    for parted in parts(task.policies):
        policies = PolicySet(tiers=(*_open_before(parted.before, task.names), parted.middle))
        named = {one.name for one in parted.middle.policies}
        middle = kubernetes.write(
            replace(task, policies=policies, names={name: one for name, one in task.names.items() if name in named}),
            KubernetesProfile(),
        )
        around = lower(
            PolicySet(tiers=parted.before),
            task.plan,
            names=task.names,
            after=parted.behind,
            channel=profile.channel,
            cluster=task.cluster,
            pieces=task.pieces,
        )
        yield Written(
            objects=(*_made(around, profile), *middle.objects),
            losses=(*logs_of(PolicySet(tiers=(*parted.before, *parted.behind))), *around.losses, *middle.losses),
            meant=_meant(task, parted),
            for_namespaces=middle.for_namespaces,
        )


def _open_before(tiers: Sequence[Tier], written: Container[PolicyName]) -> Iterator[Tier]:
    """What the source's engine lets through by itself before the tier, such as a pod's own node: the API does, too."""
    for tier in tiers:
        policies = tuple(one for one in tier.policies if one.name not in written and _only_allows(one))
        if policies:
            yield replace(tier, policies=policies)


def _only_allows(policy: IrPolicy) -> bool:
    rules = [rule for section in policy.sections for rule in section.rules]
    return all(rule.action is Action.ALLOW for rule in rules) and not any(one.isolates for one in policy.sections)


def _meant(task: Task, parted: Parts) -> PolicySet:
    """The set, in which only what NetworkPolicies say is for the known namespaces alone."""
    (middle,) = spaces.settled(PolicySet(tiers=(parted.middle,)), task.namespaces).tiers
    settled = dict(zip(map(id, parted.middle.policies), middle.policies, strict=True))
    return PolicySet(
        tiers=tuple(
            replace(tier, policies=tuple(settled.get(id(one), one) for one in tier.policies))
            for tier in task.policies.tiers
        )
    )


def _alone(task: Task, profile: PolicyApiProfile) -> Iterator[Written]:
    """The way without NetworkPolicies."""
    lowered = lower(
        task.policies,
        task.plan,
        names=task.names,
        channel=profile.channel,
        cluster=task.cluster,
        pieces=task.pieces,
    )
    losses = (*logs_of(task.policies), *lowered.losses)
    yield Written(objects=_made(lowered, profile), losses=losses, meant=task.policies)


def _made(lowered: Lowered, profile: PolicyApiProfile) -> tuple[Made, ...]:
    return tuple(
        Made(
            data=emit(built),
            source=policy.name,
            origin=policy.origin,
            problems=tuple(one.message for one in validate(built, channel=profile.channel) if one.is_error),
        )
        for built, policy in lowered.objects
    )


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
