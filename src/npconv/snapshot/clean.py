"""An object as the API server gives it -> what of it may stand in a snapshot: no secrets, no noise."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from npconv.pattern import pattern
from npconv.snapshot.answers import Object
from npconv.snapshot.keep import ALL, ANNOTATIONS, NOISE, PATHS, SETTINGS, VARIABLES

PACKED: Final = "projectcalico.org/metadata"
"""The annotation of a stored Calico object that holds the metadata its users see."""

_Tree: TypeAlias = "dict[str, _Tree]"
_ZONES: Final = pattern(r"^\s*kubernetes\s+([^\n{]*)", re.MULTILINE)


def clean(found: Object, kind: str) -> Object:
    """What is kept of an object of a kind, in the order that people write it."""
    kept: Object = {"apiVersion": found.get("apiVersion"), "kind": kind, "metadata": _metadata(found, kind)}
    name = str(kept["metadata"].get("name", ""))
    match kind:
        case "ConfigMap":
            return kept | {"data": _data(found.get("data"), name)}
        case "DaemonSet":
            return kept | _without_variables(_below(found, _tree(PATHS[kind])), name)
        case _:
            return kept | _below(found, _tree(PATHS[kind]))


def _metadata(found: Object, kind: str) -> Object:
    metadata = found.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    kept = {key: given[key] for key in ("name", "namespace", "labels") if given.get(key)}
    annotations = _annotations(given.get("annotations"), kind)
    if annotations:
        kept["annotations"] = annotations
    owners = given.get("ownerReferences")
    if kind == "Pod" and isinstance(owners, list):
        kept["ownerReferences"] = [
            {key: one[key] for key in ("apiVersion", "kind", "name", "controller") if key in one}
            for one in owners
            if isinstance(one, dict)
        ]
    return kept


def _annotations(given: object, kind: str) -> Mapping[str, str]:
    if not isinstance(given, dict):
        return {}
    if PATHS[kind] != ALL:
        return {key: text for key, text in given.items() if key.startswith(ANNOTATIONS.get(kind, ()))}
    kept = {key: text for key, text in given.items() if key not in NOISE}
    if PACKED in kept:
        kept[PACKED] = _packed(kept[PACKED])
    return kept


def _packed(text: object) -> str:
    """Calico's copy of the metadata, cleaned in turn; as it is where it cannot be read, so that readers say so."""
    try:
        inner = json.loads(str(text))
    except ValueError:
        return str(text)
    if not isinstance(inner, dict):
        return str(text)
    kept = {key: inner[key] for key in ("name", "namespace", "labels", "annotations") if inner.get(key)}
    if isinstance(kept.get("annotations"), dict):
        kept["annotations"] = {key: one for key, one in kept["annotations"].items() if key not in NOISE}
        kept = {key: one for key, one in kept.items() if one}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def _data(given: object, name: str) -> dict[str, str]:
    """The settings that are kept; of CoreDNS only the line that names the cluster's domain."""
    data = given if isinstance(given, dict) else {}
    kept = {key: str(text) for key, text in sorted(data.items()) if key.startswith(SETTINGS.get(name, ()))}
    if name == "coredns":
        return {
            key: "".join(f"kubernetes {zones.strip()}\n" for zones in _ZONES.findall(text))
            for key, text in kept.items()
        }
    return kept


def _without_variables(kept: Object, name: str) -> Object:
    """Containers without their environment, but for the settings of Felix."""
    for container in kept.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
        given = container.pop("env", None)
        variables = [
            {"name": one["name"], "value": one["value"]}
            for one in (given if isinstance(given, list) else ())
            if name == "calico-node" and one.get("name") in VARIABLES and "value" in one
        ]
        if variables:
            container["env"] = variables
    return kept


def _tree(paths: tuple[str, ...]) -> _Tree:
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for key in path.split("."):
            branch = branch.setdefault(key, {})
    return tree


def _below(found: Object, tree: _Tree) -> Object:
    """The part of a mapping that a tree of keys names; a leaf is kept whole. What is empty then is left out."""
    kept: Object = {}
    for key, branch in tree.items():
        if key in found:
            inner = _part(found[key], branch) if branch else found[key]
            if inner not in ({}, []) or not branch:
                kept[key] = inner
    return kept


def _part(value: Any, tree: _Tree) -> Any:
    if isinstance(value, list):
        return [_part(one, tree) for one in value]
    return _below(value, tree) if isinstance(value, dict) else value
