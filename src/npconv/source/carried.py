"""Which labels and annotations of a source object go over to the objects made from it.

What belongs to the object as such stays behind: a deployment tool's tracking marks would make it believe that it
owns the new object, and would delete or overwrite it.
"""

from __future__ import annotations

from collections.abc import Mapping

_LEFT_ANNOTATIONS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "argocd.argoproj.io/tracking-id",
    "meta.helm.sh/",
    "helm.sh/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
    "projectcalico.org/",
)
_LEFT_LABELS = (
    "helm.sh/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
    "argocd.argoproj.io/instance",
    "projectcalico.org/",
)


def kept_labels(found: Mapping[str, str] | None) -> dict[str, str] | None:
    """The labels to keep, sorted; None if there are none."""
    kept = {
        key: value
        for key, value in sorted((found or {}).items())
        if not key.startswith(_LEFT_LABELS) and (key, value) != ("app.kubernetes.io/managed-by", "Helm")
    }
    return kept or None


def kept_annotations(found: Mapping[str, str] | None) -> dict[str, str] | None:
    """The annotations to keep, sorted; None if there are none. Sync waves and options are kept."""
    kept = {key: value for key, value in sorted((found or {}).items()) if not key.startswith(_LEFT_ANNOTATIONS)}
    return kept or None
