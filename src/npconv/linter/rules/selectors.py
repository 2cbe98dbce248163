"""Selectors that are empty, and do not look as if that were meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, Path
from npconv.linter.context import Context, Rule, finding
from npconv.linter.documents import documents
from npconv.linter.model import Finding
from npconv.source.fields import Value
from npconv.source.place_of import value_at

_SELECTORS: Final = ("podSelector", "namespaceSelector", "endpointSelector", "nodeSelector", "namespaces", "nodes")
_LISTS: Final = ("fromEndpoints", "toEndpoints", "fromNodes", "toNodes")
_INSIDE: Final = ("matchLabels", "matchExpressions")


def without_value(context: Context) -> Iterator[Finding]:
    """`matchLabels:` or `podSelector:` with nothing behind it."""
    for document in documents(context.found):
        for path in _nulls(document.data.get("spec"), ("spec",)):
            key = str(path[-1])
            yield finding(
                codes.SELECTS_EVERYTHING,
                Origin(document, path, key=True),
                f"`{key}` has no value: the selector is for everything",
                label="nothing stands behind it",
                help="write the labels, or `{}` if everything is meant",
            )


def left_out(context: Context) -> Iterator[Finding]:
    """A NetworkPolicy without `podSelector`."""
    for policy in context.found.kubernetes:
        if policy.pod_selector is not None or policy.origin is None:
            continue
        spec = value_at(policy.origin.at("spec"))
        if spec is None:
            yield finding(
                codes.SELECTS_EVERYTHING,
                policy.origin.at("kind"),
                "there is no `spec`: the policy denies all ingress of the namespace",
                help="write `spec: {podSelector: {}, policyTypes: [Ingress]}` if that is meant",
            )
            continue
        if isinstance(spec, dict) and "podSelector" in spec:
            continue  # null: said above
        yield finding(
            codes.SELECTS_EVERYTHING,
            policy.origin.at("spec"),
            "there is no `podSelector`: the policy is for every pod of the namespace",
            help="write `podSelector: {}` if every pod is meant",
        )


def _nulls(value: Value, path: Path) -> Iterator[Path]:
    """The selectors that are null or hold a null, where that empties them."""
    if isinstance(value, dict):
        for key, item in value.items():
            below: Path = (*path, key)
            if key in _SELECTORS:
                yield from _empty(item, below)
            elif key in _LISTS and isinstance(item, list):
                for index, one in enumerate(item):
                    yield from _empty(one, (*below, index))
            else:
                yield from _nulls(item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, (*path, index))


def _empty(selector: Value, path: Path) -> Iterator[Path]:
    if selector is None and path == ("spec", "podSelector"):
        yield path
    elif isinstance(selector, dict):
        nulls = [key for key in _INSIDE if key in selector and selector[key] is None]
        if nulls and not any(selector.get(key) for key in _INSIDE):
            yield (*path, nulls[0])


RULES: Final = (
    Rule(codes=(codes.SELECTS_EVERYTHING,), check=without_value),
    Rule(codes=(codes.SELECTS_EVERYTHING,), check=left_out),
)
