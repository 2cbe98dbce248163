"""Which objects are the policy API's, and which of its fields a cluster may have."""

from __future__ import annotations

from enum import Enum
from typing import Final

from npconv.source.document import Document

GROUP: Final = "policy.networking.k8s.io"

KINDS: Final = ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
"""The kinds that npconv reads; `forms` has a row for each."""


class Channel(Enum):
    """Which fields the cluster's CRDs have. A field of the experimental channel is unknown to the standard one."""

    STANDARD = "standard"
    EXPERIMENTAL = "experimental"


def claims(document: Document) -> bool:
    """Whether the document is one of the policy API's kinds, of whatever version."""
    return document.kind in KINDS and document.api_version.rpartition("/")[0] == GROUP
