"""What callers say of a translation -> what the pipeline is asked for."""

from __future__ import annotations

from npconv.api.context import Context, engine
from npconv.pipeline.engines import Engine, EngineError
from npconv.pipeline.model import Options


def options(read: str | Engine | None, write: str | Engine, context: Context | None, seconds: float) -> Options:
    """What a translation is asked for. Raises EngineError for engines that are none."""
    target = engine(write)
    if target is None:
        raise EngineError("`write` names the engine to write for: `auto` says nothing here")
    known = context or Context()
    return Options(
        source=engine(read),
        target=target,
        pod_cidrs=known.pod_cidrs,
        node_cidrs=known.node_cidrs,
        dual_stack=known.dual_stack,
        namespace=known.namespace,
        namespaces=known.namespaces,
        cluster=known.cluster,
        check_seconds=seconds,
    )
