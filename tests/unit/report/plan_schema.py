"""The plan's dataclasses -> the JSON Schema of what `npconv plan -o json` prints, with their docstrings in it."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from npconv.report import json_
from npconv.report.aks import model as aks_model
from npconv.report.model import Plan, Spot, Standing

HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "npconv plan",
    "description": "What `npconv plan -o json` prints. Readers must ignore keys that they do not know.",
}
OWN = {
    "format": {"const": json_.FORMAT, "description": "Goes up when something that a reader may rely on changes."},
    "npconv": {"type": "string", "description": "The version that wrote this."},
}
SIMPLE = {str: "string", int: "integer", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The whole schema."""
    found: dict[str, dict[str, Any]] = {}
    top = of_class(Plan, found)
    return {
        **HEAD,
        "type": "object",
        "required": ["format", "npconv", *top["required"]],
        "properties": {**OWN, **top["properties"]},
        "$defs": dict(sorted(found.items())),
    }


def of_class(owner: type, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of a dataclass; those that it is made of are put into `found`."""
    hints = get_type_hints(owner, {**vars(inspect.getmodule(owner)), **vars(aks_model)})
    told = documented(owner)
    properties: dict[str, Any] = {}
    for one in fields(owner):
        value = of_pairs(owner, one.name, hints[one.name], found) or of_hint(hints[one.name], found)
        properties[json_._camel(one.name)] = value | ({"description": told[one.name]} if one.name in told else {})
    return {"type": "object", "required": list(properties), "properties": properties}


def of_pairs(owner: type, name: str, hint: Any, found: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Tuples of tuples, which JSON has as objects."""
    if (owner, name) not in json_._PAIRS:
        return None
    inner = get_args(get_args(hint)[0])
    keys = json_._PAIRS[owner, name]
    if keys is None:
        standings = [one.value for one in Standing]
        return {
            "type": "object",
            "propertyNames": {"enum": standings},
            "additionalProperties": of_hint(inner[1], found),
        }
    properties = {key: of_hint(one, found) for key, one in zip(keys, inner, strict=True)}
    return {"type": "array", "items": {"type": "object", "required": list(keys), "properties": properties}}


def of_hint(hint: Any, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of a type."""
    if hint in SIMPLE:
        return {"type": SIMPLE[hint]}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [one.value for one in hint]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": of_hint(get_args(hint)[0], found)}
    if get_origin(hint) in (Union, types.UnionType):
        (one,) = (arm for arm in get_args(hint) if arm is not type(None))
        inner = of_hint(one, found)
        return {"type": [inner["type"], "null"]} if "type" in inner else {"oneOf": [inner, {"type": "null"}]}
    assert is_dataclass(hint), hint
    name = hint.__name__[0].lower() + hint.__name__[1:]
    if name not in found:
        found[name] = {}
        found[name] = ({"description": first_line(hint)}) | of_class(hint, found)
    ref = {"$ref": f"#/$defs/{name}"}
    return {"oneOf": [ref, {"type": "null"}]} if hint is Spot else ref


def first_line(owner: type) -> str:
    return " ".join(inspect.cleandoc(owner.__doc__ or "").split("\n\n")[0].split())


def documented(owner: type) -> Mapping[str, str]:
    """The strings below fields."""
    return dict(_documented(ast.parse(inspect.cleandoc(inspect.getsource(owner))).body[0]))


def _documented(tree: ast.stmt) -> Iterator[tuple[str, str]]:
    assert isinstance(tree, ast.ClassDef)
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            assert isinstance(field.target, ast.Name)
            yield field.target.id, " ".join(str(text.value.value).split())
