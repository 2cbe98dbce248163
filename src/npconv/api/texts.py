"""Whatever a program holds of policies (a text, texts by name, objects) -> documents with positions. Reads no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from npconv.pipeline.read import wanted
from npconv.source.load import Loaded, parse
from npconv.source.write import write_yaml

Policies: TypeAlias = "str | bytes | Mapping[str, str | bytes] | Iterable[Mapping[str, Any]] | Loaded"
"""YAML or JSON as one text; texts by name, as files have it; objects, such as a Kubernetes client gives; or documents
that were read before."""

NAME = "<text>"
"""What diagnostics call a text that has no name."""


def documents(policies: Policies, name: str = NAME) -> Loaded:
    r"""The documents of some policies, and what is wrong with the text. Nothing is raised for bad input.

    >>> documents("kind: Pod\napiVersion: v1\nmetadata: {name: web}\n").documents[0].label
    'Pod/web'
    >>> documents({"a.yaml": "kind: ["}).diagnostics[0].code.id
    'NPC103'
    """
    match policies:
        case Loaded():
            return policies
        case str() | bytes():
            return parse(policies, name, wanted=wanted)
        case Mapping():
            return joined(parse(text, str(called), wanted=wanted) for called, text in policies.items())
        case _:
            return parse(write_yaml(policies), name, wanted=wanted)


def joined(several: Iterable[Loaded]) -> Loaded:
    """Several inputs as one."""
    kept = tuple(several)
    return Loaded(
        documents=tuple(document for one in kept for document in one.documents),
        diagnostics=tuple(finding for one in kept for finding in one.diagnostics),
    )
