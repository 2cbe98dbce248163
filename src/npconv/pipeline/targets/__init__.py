"""A task and an engine -> the policies that this engine is to enforce."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.pipeline.engines import Engine
from npconv.pipeline.targets.task import Made, Task, Written

__all__ = ["Made", "Task", "Written", "write"]


def write(task: Task, engine: Engine) -> Written:
    """Say a policy set in the words of an engine. What only Cilium knows is about nobody elsewhere, and said to be."""
    if isinstance(engine, CiliumProfile):
        return _for_cilium(task, engine)
    from npconv.lowering.nobody import of_nobody
    from npconv.lowering.spoken import without_any
    from npconv.pipeline.spoken import of_spoken

    policies, spoken = without_any(task.policies)
    written = _elsewhere(replace(task, policies=policies), engine)
    return replace(
        written,
        losses=(*written.losses, *of_nobody(task.policies, task.names, task.cluster)),
        said=(*written.said, *of_spoken(spoken)),
    )


def _for_cilium(task: Task, engine: CiliumProfile) -> Written:
    if task.keep_order:
        from npconv.pipeline.targets import ordered

        return ordered.write(task, engine)
    from npconv.pipeline.targets import cilium

    return cilium.write(task, engine)


def _elsewhere(task: Task, engine: AzureNpmProfile | CalicoProfile | KubernetesProfile | PolicyApiProfile) -> Written:
    match engine:
        case CalicoProfile():
            from npconv.pipeline.targets import calico

            return calico.write(task, engine)
        case AzureNpmProfile():
            from npconv.pipeline.targets import kubernetes

            return kubernetes.write_for_npm(task, engine)
        case KubernetesProfile():
            from npconv.pipeline.targets import kubernetes

            return kubernetes.write(task, engine)
        case PolicyApiProfile():
            from npconv.pipeline.targets import policy_api

            return policy_api.write(task, engine)
        case _:
            assert_never(engine)
