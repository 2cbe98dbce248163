"""A task and an engine -> the policies that this engine is to enforce."""

from __future__ import annotations

from typing import assert_never

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pipeline.engines import Engine, Kubernetes
from npconv.pipeline.targets import calico, cilium, kubernetes, policy_api
from npconv.pipeline.targets.task import Made, Task, Written

__all__ = ["Made", "Task", "Written", "write"]


def write(task: Task, engine: Engine) -> Written:
    """Say a policy set in the words of an engine."""
    match engine:
        case CiliumProfile():
            return cilium.write(task, engine)
        case CalicoProfile():
            return calico.write(task, engine)
        case AzureNpmProfile():
            return kubernetes.write_for_npm(task, engine)
        case Kubernetes.K8S:
            return kubernetes.write(task)
        case Kubernetes.POLICY_API:
            return policy_api.write(task)
        case _:
            assert_never(engine)
