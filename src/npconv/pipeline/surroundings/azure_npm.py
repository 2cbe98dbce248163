"""The azure-npm DaemonSet and the nodes' systems -> the Azure NPM of a cluster."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import System
from npconv.dialects.cluster.model import Cluster
from npconv.pipeline.surroundings.model import Installed
from npconv.pipeline.surroundings.objects import Objects

_AGENTS: Final = ("azure-npm", "azure-npm-win")
_SYSTEM: Final = "kubernetes.io/os"


def azure_npm(objects: Objects, cluster: Cluster) -> Installed | None:
    """The NPM that runs there: that of Linux nodes, unless there are none. None if there is none."""
    agent = next(iter(objects.named("DaemonSet", *_AGENTS)), None)
    if agent is None:
        return None
    windows = [node for node in cluster.nodes if node.labels.get(_SYSTEM) == System.WINDOWS.value]
    only = bool(windows) and len(windows) == len(cluster.nodes)
    said = []
    if windows and not only:
        said.append(
            Diagnostic(
                code=codes.PER_NODE,
                origin=windows[0].origin,
                message=f"{len(windows)} of {len(cluster.nodes)} nodes run Windows, where Azure NPM enforces less",
                notes=("policies are read as the Linux nodes enforce them",),
                help="ask again with `azure-npm=windows`",
            )
        )
    system = System.WINDOWS if only else System.LINUX
    return Installed(engine="azure-npm", origin=agent.origin, version=system.value, said=tuple(said))
