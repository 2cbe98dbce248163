"""`metadata` of a cluster object -> its key and labels."""

from __future__ import annotations

from npconv.diagnostics.codes import reading
from npconv.source.fields import Fields


def key_of(fields: Fields, *, namespaced: bool) -> tuple[str, str]:
    """Namespace and name. Without a namespace it is `default`, as for kubectl; a missing name is reported."""
    metadata = fields.mapping("metadata")
    name = metadata.text("name") if metadata else None
    namespace = metadata.text("namespace") if metadata else None
    if not name:
        fields.sink.error(reading.MISSING_FIELD, fields.at("metadata"), "`metadata.name` is required")
    return (namespace or "default") if namespaced else "", name or ""


def labels(fields: Fields) -> dict[str, str]:
    """The labels, empty if there are none."""
    metadata = fields.mapping("metadata")
    return (metadata.strings("labels") if metadata else None) or {}
