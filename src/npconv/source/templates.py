"""Text that is no manifest yet: Helm templates, and `${NAME}` that Flux or a shell fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.origin import Origin, Path, Place
from npconv.pattern import pattern
from npconv.source.fields import Value
from npconv.source.parse import label
from npconv.source.spot import Spot
from npconv.source.text import Chunk

_ACTION: Final = pattern(r"\{\{.*?(?:\}\}|$)", re.MULTILINE)
_VARIABLE: Final = pattern(r"\$\{[A-Za-z_][^{}\n]*\}")
_MEANINGLESS: Final = frozenset({("metadata", "annotations"), ("metadata", "managedFields")})
"""Free text: a placeholder there changes no policy."""

_SHOWN = 4
_RENDER = "render it first: `helm template RELEASE CHART`"
_FILL_IN = "fill it in first, for example with `flux envsubst` or `envsubst`"


def action(chunk: Chunk) -> Diagnostic | None:
    """That a chunk is a Helm template, if it holds `{{`."""
    found = _ACTION.search(chunk.text)
    if found is None:
        return None
    return Diagnostic(
        code=reading.HELM_TEMPLATE,
        message="this document is a Helm template, not a manifest",
        origin=_spot(chunk, found),
        label="for Helm to fill in",
        help=_RENDER,
    )


def unreadable(chunk: Chunk, failure: Diagnostic) -> Diagnostic:
    """What a chunk that is no YAML is instead, if it is a template; else the failure itself."""
    if failure.code is reading.TOO_LARGE:
        return failure
    template = action(chunk)
    if template is not None:
        return template
    if failure.origin is not None:
        line = failure.origin.place.span(()).line
        for found in _VARIABLE.finditer(chunk.text):
            if chunk.span_at(found.start()).line == line:
                return _placeholder(found[0], _spot(chunk, found), ())
    return failure


def may_hold(chunk: Chunk) -> bool:
    """Whether any placeholder could stand in a chunk; cheap, and asked once for all objects of it."""
    if not chunk.source.may_be_template:
        return False
    text = chunk.text
    return "{{" in text or "${" in text


def unfilled(place: Place, value: Value) -> Diagnostic | None:
    """The placeholders in an object's values and keys, as one diagnostic."""
    found = list(_holes(value, ()))
    actions = [one for one in found if one[1].startswith("{{")]
    if actions:
        path, hole, key = actions[0]
        return Diagnostic(
            code=reading.HELM_TEMPLATE,
            message=f"`{hole}` is for Helm to fill in",
            origin=Origin(place, path, key=key),
            help=_RENDER,
        )
    if not found:
        return None
    (path, hole, key), *others = found
    also = tuple(
        Label(origin=Origin(place, other, key=is_key), text=f"and `{text}` here")
        for other, text, is_key in others[: _SHOWN - 1]
    )
    return _placeholder(hole, Origin(place, path, key=key), also, more=len(others) - len(also))


def _placeholder(hole: str, origin: Origin, also: tuple[Label, ...], *, more: int = 0) -> Diagnostic:
    return Diagnostic(
        code=reading.PLACEHOLDER,
        message=f"`{hole}` is a placeholder that was not filled in",
        origin=origin,
        also=also,
        notes=(f"{more} more in this object",) if more else (),
        help=_FILL_IN,
    )


def _holes(value: Value, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Every text that holds a placeholder: its path, the placeholder, and whether it is a key."""
    if isinstance(value, str):
        hole = _hole(value)
        if hole:
            yield path, hole, False
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _holes(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            below = (*path, key)
            if below in _MEANINGLESS:
                continue
            hole = _hole(key)
            if hole:
                yield below, hole, True
            yield from _holes(item, below)


def _hole(text: str) -> str:
    action = _ACTION.search(text)
    if action is not None:
        return action[0]
    variable = _VARIABLE.search(text)
    return variable[0] if variable else ""


def _spot(chunk: Chunk, match: re.Match[str]) -> Origin:
    where = chunk.span_at(match.start(), len(match[0]))
    return Spot(file=chunk.source.file, label=label(chunk), where=where, line=chunk.source.line).origin()
