"""An image tag or a release -> the nearest version of an engine that npconv knows."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cluster.model import Cluster
from npconv.pattern import pattern
from npconv.pipeline.surroundings.objects import containers
from npconv.source.document import Document

_RELEASE = pattern(r"v?([0-9]+)\.([0-9]+)(?:\.[0-9]+)?(?:[-+].*)?")


def release(text: str) -> tuple[int, int] | None:
    """Major and minor of `v1.18.6`, `1.17.9-250924`; None if the text is no release."""
    found = _RELEASE.fullmatch(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def image_release(document: Document, *names: str) -> tuple[int, int] | None:
    """The release that the tag of the first container with one of these names says."""
    for one in containers(document):
        image = one.get("image")
        if one.get("name") in names and isinstance(image, str):
            tag = image.partition("@")[0].rpartition(":")[2]
            return release(tag)
    return None


def nearest(
    found: tuple[int, int], known: Sequence[tuple[int, int]], title: str, document: Document
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The version to read it as: its own, or else the closest one that is no newer, or the oldest; and a remark."""
    older = [one for one in known if one <= found]
    chosen = max(older) if older else min(known)
    text = f"{chosen[0]}.{chosen[1]}"
    if chosen == found:
        return text, ()
    return text, (
        Diagnostic(
            code=codes.VERSION_UNKNOWN,
            origin=document.origin,
            message=f"{title} {found[0]}.{found[1]} is taken for {title} {text}",
            notes=(f"npconv knows {title} {', '.join(f'{a}.{b}' for a, b in known)}",),
        ),
    )


def on_aks(cluster: Cluster) -> bool:
    """Whether the nodes are those of AKS, by the label that AKS gives all of them."""
    return any("kubernetes.azure.com/cluster" in node.labels for node in cluster.nodes)


def on_gke(cluster: Cluster) -> bool:
    """Whether the nodes are those of GKE."""
    return any("cloud.google.com/gke-nodepool" in node.labels for node in cluster.nodes)
