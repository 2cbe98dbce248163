"""`metadata` of an object to its name, namespace, labels and annotations; knows no policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import kubernetes as codes
from npconv.source import names
from npconv.source.fields import Fields, Value
from npconv.source.refusals import Refusals

BOOKKEEPING: Final = (
    "clusterName",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)
"""What servers and controllers keep in `metadata` (ObjectMeta, Kubernetes 1.36 and before); no flow depends on it."""

_KEPT: Final = frozenset(BOOKKEEPING)

_ANNOTATIONS_LIMIT: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectMeta:
    """An object's metadata. None stands for "not written", which an emitter does not write either.

    `bookkeeping` keeps the server's own fields as they were read; objects that npconv builds have none.
    """

    name: str
    generate_name: str = ""
    namespace: str = ""
    labels: Mapping[str, str] | None = field(default=None, hash=False)
    annotations: Mapping[str, str] | None = field(default=None, hash=False)
    bookkeeping: Mapping[str, Value] = field(default_factory=dict, hash=False)


def read(fields: Fields | None) -> ObjectMeta:
    """The metadata that these fields hold (None: the object has no `metadata`)."""
    if fields is None:
        return ObjectMeta(name="")
    with fields:
        return ObjectMeta(
            name=fields.text("name") or "",
            generate_name=fields.text("generateName") or "",
            namespace=fields.text("namespace") or "",
            labels=fields.strings("labels"),
            annotations=fields.strings("annotations"),
            bookkeeping=_bookkeeping(fields),
        )


def _bookkeeping(fields: Fields) -> dict[str, Value]:
    fields.skip(*BOOKKEEPING)
    if _KEPT.isdisjoint(fields.value):
        return {}
    return {key: value for key in BOOKKEEPING if (value := fields.value.get(key)) is not None}


def emit(meta: ObjectMeta) -> dict[str, Value]:
    """The metadata as data, its fields in the order people write them."""
    written: dict[str, Value] = {}
    for key, value in (("name", meta.name), ("generateName", meta.generate_name), ("namespace", meta.namespace)):
        if value:
            written[key] = value
    if meta.labels is not None:
        written["labels"] = dict(meta.labels)
    if meta.annotations is not None:
        written["annotations"] = dict(meta.annotations)
    return written | dict(meta.bookkeeping)


def validate(meta: ObjectMeta, refusals: Refusals) -> None:
    """Report what `ValidateObjectMeta` refuses (k8s.io/apimachinery/pkg/api/validation/objectmeta.go, 1.36).

    A missing namespace is no error: clients fill in their own.
    """
    path = ("metadata",)
    if meta.generate_name:
        # The server appends letters and digits, so a trailing dash is fine.
        reasons = names.dns_subdomain(meta.generate_name.removesuffix("-") + "a")
        refusals.add_all(codes.METADATA, (*path, "generateName"), reasons, meta.generate_name)
    if meta.name:
        refusals.add_all(codes.METADATA, (*path, "name"), names.dns_subdomain(meta.name), meta.name)
    elif not meta.generate_name:
        refusals.add(codes.METADATA, (*path, "name"), "is required")
    if meta.namespace:
        refusals.add_all(codes.METADATA, (*path, "namespace"), names.dns_label(meta.namespace), meta.namespace)
    for key, value in (meta.labels or {}).items():
        for reasons, text in ((names.label_key(key), key), (names.label_value(value), value)):
            if reasons:
                refusals.add_all(codes.METADATA, (*path, "labels", key), reasons, text)
    if not meta.annotations:
        return
    for key in meta.annotations:
        refusals.add_all(codes.METADATA, (*path, "annotations", key), names.label_key(key.lower()), key)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in meta.annotations.items())
    if size > _ANNOTATIONS_LIMIT:
        text = f"must be at most {_ANNOTATIONS_LIMIT} bytes in all (found {size})"
        refusals.add(codes.METADATA, (*path, "annotations"), text)
