"""The manifest of a snapshot -> what was not read of the cluster, and its version."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.surroundings.model import FORMAT, MANIFEST, NotRead
from npconv.pipeline.surroundings.objects import Objects, below, text
from npconv.pipeline.surroundings.versions import release
from npconv.source.document import Document

ABSENT: Final = "not served"
"""Why something was not read that the cluster cannot have."""


def manifests(objects: Objects) -> tuple[list[Document], list[Diagnostic]]:
    """The manifests, and those of a later npconv, which may mean something else."""
    found = objects.of(MANIFEST)
    newer = [one for one in found if one.api_version.startswith("npconv/") and one.api_version != FORMAT]
    return [one for one in found if one.api_version == FORMAT], [
        Diagnostic(
            code=codes.NEWER_FORMAT,
            origin=one.origin.at("apiVersion"),
            message=f"a snapshot of `{one.api_version}` (expected `{FORMAT}`)",
            help="take it again with this npconv, or use the npconv that took it",
        )
        for one in newer
    ]


def not_read(manifest: Document) -> tuple[NotRead, ...]:
    """Whatever the snapshot lacks though the cluster may have it."""
    listed = below(manifest.data, "notRead")
    found: list[NotRead] = []
    for index, _ in enumerate(listed if isinstance(listed, list) else ()):
        why = text(manifest, "notRead", index, "why")
        if why != ABSENT:
            resource, costs = (text(manifest, "notRead", index, key) for key in ("resource", "costs"))
            found.append(NotRead(resource=resource, why=why, costs=costs))
    return tuple(found)


def incomplete(manifest: Document, lacking: tuple[NotRead, ...], *more: str) -> Diagnostic:
    """What that means for whoever uses the snapshot; `more` are further notes."""
    resources = ", ".join(f"`{one.resource}`" for one in lacking)
    return Diagnostic(
        code=codes.INCOMPLETE,
        origin=manifest.origin.at("notRead"),
        message=f"the snapshot lacks {resources}",
        notes=(*dict.fromkeys(f"`{one.resource}` ({one.why}): {one.costs}" for one in lacking), *more),
        help="take it again with the rights of `npconv snapshot --print-role`",
    )


def server(manifest: Document) -> tuple[int, int] | None:
    """The version of the API server."""
    return release(text(manifest, "server"))
