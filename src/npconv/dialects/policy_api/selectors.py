"""A selector field of a policy API object -> LabelSelector, as a CRD's schema reads it.

A schema is stricter than Go's types (`key` and `operator` must be written, null is no text), and laxer: it drops a
label whose value is null, and with it what the label restricts (`PruneNonNullableNullsWithoutDefaults`,
k8s.io/apiextensions-apiserver 0.36, pkg/apiserver/schema/defaulting/prunenulls.go).
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import policy_api as codes
from npconv.diagnostics.codes import reading
from npconv.diagnostics.origin import Origin
from npconv.source import label_selector
from npconv.source.fields import Fields, Sink, Value, wrong_type
from npconv.source.label_selector import LabelSelector

_BEFORE_0_1_5: Final = ("namespaceSelector", "sameLabels", "notSameLabels")
"""What `namespaces` held up to v0.1.1. Dropping them leaves `{}`: every namespace."""


def read(fields: Fields) -> LabelSelector:
    """The selector that the CRD stores."""
    value = {key: item for key, item in fields.value.items() if key not in _BEFORE_0_1_5}
    for key in _BEFORE_0_1_5:
        if key in fields.value:
            fields.sink.error(
                reading.UNKNOWN_FIELD,
                Origin(fields.origin.place, (*fields.origin.path, key), key=True),
                f"unknown field `{key}`",
                label="a field of an older version of the API",
                help=f"an API server drops it, and `{fields.origin.dotted}` then selects everything; "
                "write `matchLabels` or `matchExpressions` in its place",
            )
    labels = value.get("matchLabels")
    if isinstance(labels, dict):
        value["matchLabels"] = _without_null(labels, fields.at("matchLabels"), fields.sink)
    expressions = value.get("matchExpressions")
    if isinstance(expressions, list):
        for index, item in enumerate(expressions):
            _check_expression(item, fields.at("matchExpressions", index), fields.sink)
    return label_selector.read(Fields(value, fields.origin, fields.sink))


def _without_null(labels: dict[str, Value], origin: Origin, sink: Sink) -> dict[str, Value]:
    for key, value in labels.items():
        if value is None:
            message = f"`{key}` without a value is dropped, and no longer restricts `{origin.dotted}`"
            sink.error(codes.NULL_LABEL, origin.at(key), message, help=f'write `{key}: ""` for the empty value')
    return {key: value for key, value in labels.items() if value is not None}


def _check_expression(item: Value, origin: Origin, sink: Sink) -> None:
    if item is None:
        wrong_type(sink, origin, item, "mapping")
    if isinstance(item, dict):
        fields = Fields(item, origin, sink)
        fields.required("key")
        fields.required("operator")
        values = item.get("values")
        for index, value in enumerate(values if isinstance(values, list) else []):
            if value is None:
                wrong_type(sink, origin.at("values", index), value, "text")
