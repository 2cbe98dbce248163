"""Which objects say something about the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from npconv.source.document import Document

API_VERSIONS: Final[Mapping[str, str]] = {
    "EndpointSlice": "discovery.k8s.io/v1",
    "Namespace": "v1",
    "Node": "v1",
    "Pod": "v1",
    "Service": "v1",
    "ServiceAccount": "v1",
}
"""The kinds that say something about a cluster, with their API version."""


def claims(document: Document) -> bool:
    """Whether the document is an object that says something about the cluster."""
    return API_VERSIONS.get(document.kind) == document.api_version != ""
