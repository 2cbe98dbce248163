"""Which objects are Cilium's."""

from __future__ import annotations

from typing import Final

from npconv.source.document import Document

KINDS: Final = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup")
"""The kinds that this dialect reads."""


def claims(document: Document) -> bool:
    """Whether the document is a policy object of Cilium, whatever its version."""
    return document.kind in KINDS and document.api_version.partition("/")[0] == "cilium.io"
