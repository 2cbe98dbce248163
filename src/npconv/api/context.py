"""What is known beside the policies: the cluster and its addresses, and how engines are named."""

from __future__ import annotations

from npconv.api.texts import Policies, documents
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import kubernetes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cluster.model import Cluster
from npconv.pipeline.engines import AUTO, Engine, parse_engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What policies do not say themselves. `Context()`: nothing is known, and assumptions say what that means."""

    pod_cidrs: tuple[str, ...] = ()
    node_cidrs: tuple[str, ...] = ()
    dual_stack: bool = False
    """Pods and nodes have IPv4 and IPv6 addresses."""
    namespace: str = "default"
    """Of objects that say none."""
    namespaces: tuple[str, ...] = ()
    """The names of all namespaces, if they are known."""
    cluster: Cluster | None = None
    """What exists (`cluster`): only flows between that are then compared."""


def cluster(objects: Policies) -> tuple[Cluster, tuple[Diagnostic, ...]]:
    r"""The cluster that some objects describe (`kubectl get pods,namespaces,services,nodes -A -o yaml`).

    >>> known, said = cluster("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    >>> [one.name for one in known.namespaces], said
    (['shop'], ())
    """
    from npconv.dialects.cluster.read import read  # noqa: PLC0415 - most runs have no cluster

    loaded = documents(objects)
    known, said = read(loaded.documents)
    return known, (*loaded.diagnostics, *(one for one in said if one.code is not kubernetes.CONTEXT_ORPHAN))


def engine(text: str | Engine | None) -> Engine | None:
    """An engine by its name, such as `calico=3.30`; None for `auto`. Raises EngineError (a ValueError)."""
    if text is None or (isinstance(text, str) and text.strip() == AUTO):
        return None
    return parse_engine(text) if isinstance(text, str) else text
