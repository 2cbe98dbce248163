"""Which objects are Calico's."""

from __future__ import annotations

from typing import Final

from npconv.source.document import Document

KINDS: Final = (
    "GlobalNetworkPolicy",
    "GlobalNetworkSet",
    "HostEndpoint",
    "NetworkPolicy",
    "NetworkSet",
    "Profile",
    "StagedGlobalNetworkPolicy",
    "StagedKubernetesNetworkPolicy",
    "StagedNetworkPolicy",
    "Tier",
)
"""The kinds that npconv reads."""

_GROUPS: Final = ("projectcalico.org", "crd.projectcalico.org")
_OLD_KINDS: Final = ("hostEndpoint", "policy", "profile", "tier")
"""Kinds of calicoctl 1.x, whose `apiVersion` is a bare `v1`."""


def claims(document: Document) -> bool:
    """Whether the document is one of Calico's policy kinds, of any version (`parse` refuses those too old)."""
    return wants(document.api_version, document.kind)


def wants(api_version: str, kind: str) -> bool:
    """As `claims`, for a reader that has only this much of an object."""
    group, _, version = api_version.rpartition("/")
    if not group:
        return version == "v1" and kind in _OLD_KINDS
    return group in _GROUPS and kind in KINDS
