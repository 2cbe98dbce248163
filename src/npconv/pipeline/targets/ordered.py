"""A task -> ClusterNetworkPolicies for what is ordered and Cilium's own policies for the rest (`--prefer`)."""

from __future__ import annotations

from dataclasses import replace

from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.lower import lower
from npconv.dialects.policy_api.validate import validate
from npconv.ir.policy import PolicySet, Tier
from npconv.lowering.losses import Loss, logs_of
from npconv.lowering.middle import ahead
from npconv.pipeline.targets import cilium
from npconv.pipeline.targets.task import Made, Task, Written

FIRST = (1, 20)
"""The first Cilium with ClusterNetworkPolicies (facts/cilium.md 3.3; `enable-k8s-cluster-network-policy`)."""


def write(task: Task, profile: CiliumProfile) -> Written:
    """Keep the order of what comes before namespaced policies, where ClusterNetworkPolicies say it exactly.

    Else the order is subtracted, as for every Cilium, and a note says what stood in the way.
    """
    parted = ahead(task.policies)
    built_in = tuple(tier for tier in parted.before if not _is_written(tier, task)) if parted is not None else ()
    before = tuple(tier for tier in parted.before if _is_written(tier, task)) if parted is not None else ()
    if parted is None or not before:
        return cilium.write(task, profile)
    around = lower(
        PolicySet(tiers=before),
        task.plan,
        names=task.names,
        after=(),
        networks_outside=True,
        cluster=task.cluster,
        pieces=task.pieces,
    )
    changing = [loss for loss in around.losses if loss.effect.changes_flows]
    if changing:
        return replace(cilium.write(task, profile), said=(_subtracted(changing[0]),))
    rest = cilium.write(replace(task, policies=PolicySet(tiers=(*built_in, parted.middle))), profile)
    objects = tuple(
        Made(
            data=emit(built),
            source=policy.name,
            origin=policy.origin,
            problems=tuple(one.message for one in validate(built) if one.is_error),
        )
        for built, policy in around.objects
    )
    losses = (*logs_of(PolicySet(tiers=before)), *around.losses, *rest.losses)
    return replace(rest, objects=(*objects, *rest.objects), losses=losses, meant=task.policies)


def _is_written(tier: Tier, task: Task) -> bool:
    return any(policy.name in task.names for policy in tier.policies)


def _subtracted(loss: Loss) -> Diagnostic:
    return Diagnostic(
        code=codes.NOT_KEPT,
        message=f"the order is subtracted, as ClusterNetworkPolicies cannot keep it here: {loss.message}",
        origin=loss.rule.origin if loss.rule is not None else loss.policy.origin,
    )
