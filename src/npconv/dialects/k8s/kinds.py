"""Which objects are Kubernetes' own policies."""

from __future__ import annotations

from typing import Final

from npconv.source.document import Document

KIND: Final = "NetworkPolicy"


def claims(document: Document) -> bool:
    """Whether the document is a Kubernetes NetworkPolicy, or one with a slip in its API version.

    Groups without a dot (`networking/v1`, or none) can be no custom resource's, and `*.k8s.io` belongs to Kubernetes:
    a NetworkPolicy there is meant for Kubernetes, and better refused than passed over. Others (Calico, Antrea) have
    kinds of this name of their own.
    """
    group = document.api_version.rpartition("/")[0]
    return document.kind == KIND and ("." not in group or group.endswith("k8s.io"))
