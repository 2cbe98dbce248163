"""`metadata` of a Calico object -> its names, labels and annotations, also where Calico packed them into JSON.

Sources: libcalico-go/lib/backend/k8s/resources/resources.go (`determinePolicyName`),
api/pkg/apis/projectcalico/v3/constants.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

import json
from typing import Final

from npconv.diagnostics.codes import calico as codes
from npconv.dialects.calico.model_metadata import Metadata
from npconv.source.fields import Fields, Value

PACKED: Final = "projectcalico.org/metadata"
"""The annotation of a stored object that holds the metadata its users see."""

NOISE_LABELS: Final = frozenset({"projectcalico.org/tier"})
"""Filled in by Calico from `spec.tier`."""

NOISE_ANNOTATIONS: Final = frozenset({PACKED, "kubectl.kubernetes.io/last-applied-configuration"})

NOISE: Final = (
    "clusterName",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "initializers",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)
"""What servers and controllers keep in `metadata`; no flow depends on it."""


def read(fields: Fields) -> Metadata:
    """The metadata of an object in `projectcalico.org/v3`; `fields` are those of the whole object."""
    name, namespace, labels, annotations = _written(fields)
    return Metadata(name=name, namespace=namespace, labels=_quiet_labels(labels), annotations=_quiet(annotations))


def read_stored(fields: Fields, *, is_policy: bool, tier: str) -> Metadata:
    """The metadata of an object in `crd.projectcalico.org/v1`.

    Its labels and annotations are the raw ones, overlaid by the packed ones; its name is the packed one, or the raw
    one, for a policy of the default tier without `default.`.
    """
    stored_name, namespace, labels, annotations = _written(fields)
    packed = _packed(fields, annotations)
    name = packed.name
    if not name:
        in_default = is_policy and tier in ("", "default")
        name = stored_name.removeprefix("default.") if in_default else stored_name
    return Metadata(
        name=name,
        stored_name="" if name == stored_name else stored_name,
        namespace=namespace,
        labels=_quiet_labels({**labels, **packed.labels}),
        annotations=_quiet({**annotations, **packed.annotations}),
    )


def _written(fields: Fields) -> tuple[str, str, dict[str, str], dict[str, str]]:
    inner = fields.mapping("metadata")
    if inner is None:
        return "", "", {}, {}
    with inner:
        inner.skip(*NOISE)
        return (
            inner.text("name") or "",
            inner.text("namespace") or "",
            inner.strings("labels") or {},
            inner.strings("annotations") or {},
        )


def _packed(fields: Fields, annotations: dict[str, str]) -> Metadata:
    text = annotations.get(PACKED)
    if not text:
        return Metadata(name="")
    origin = fields.at("metadata", "annotations", PACKED)
    try:
        value: Value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        message = f"annotation `{PACKED}` holds no JSON object"
        fields.sink.error(codes.STORED_METADATA, origin, message, help="it should hold the object's name and labels")
        return Metadata(name="")
    inner = Fields(value, origin, fields.sink)
    # What else a version of Calico packs in here is the server's bookkeeping, as in `NOISE`.
    return Metadata(
        name=inner.text("name") or "",
        labels=inner.strings("labels") or {},
        annotations=inner.strings("annotations") or {},
    )


def _quiet_labels(labels: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in labels.items() if key not in NOISE_LABELS}


def _quiet(annotations: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in annotations.items() if key not in NOISE_ANNOTATIONS}
