"""What Azure NPM, as the source, lets pass or does not see although policies are about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.lowering.pods_apart import KnownPod
from npconv.pipeline.engines import Engine
from npconv.pipeline.meaning import Meaning


def of_unseen(source: Meaning, pods: Sequence[KnownPod], target: Engine, *, dual_stack: bool) -> Iterator[Diagnostic]:
    """What Microsoft's migration guide warns of beside the policies, service by service and rule by rule."""
    if not isinstance(source.engine, AzureNpmProfile) or isinstance(target, AzureNpmProfile) or not source.objects:
        return
    from npconv.dialects.azure_npm import services, unseen

    yield from services.bypassing(source.cluster.services, source.policies, pods)
    yield from unseen.sidecars(source.policies, source.cluster)
    if dual_stack:
        yield unseen.ipv6(source.engine)
