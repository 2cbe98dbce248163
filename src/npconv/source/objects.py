"""A parsed value -> the Kubernetes objects in it: lists expanded, each with its own positions and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.origin import Origin, Path, Span
from npconv.source import templates
from npconv.source.document import Document
from npconv.source.exact import Problem
from npconv.source.fields import Value, type_name
from npconv.source.nodes import AnyNode
from npconv.source.parse import Parsed, label
from npconv.source.positions import Written, locate, span
from npconv.source.spot import Spot
from npconv.source.text import Chunk

Wanted: TypeAlias = Callable[[Document], bool]
"""Whether an object is anybody's business; findings in others are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A value that is no Kubernetes object. `plausible` if it looks like one that lost its head."""

    path: Path
    value: Value
    plausible: bool


LARGEST: Final = 3 * 1024 * 1024
"""The most bytes that an API server takes in one request (k8s.io/apiserver, `MaxRequestBodyBytes`); etcd takes half."""

Found: TypeAlias = "tuple[Path, dict[str, Value] | Stranger]"
"""An object, or what stands in its place, and the way to it."""


def objects(
    parsed: Parsed, numbers: Iterator[int], wanted: Wanted, *, named: bool
) -> tuple[list[Document], list[Diagnostic]]:
    """The objects of a value, each with the next of `numbers`. `named` says that the user pointed at this very file."""
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    found = list(_expand(parsed.value, (), "", ""))
    problems, outside = _by_object(found, parsed.problems) if parsed.problems else ({}, [])
    may_hold = templates.may_hold(parsed.chunk)
    large = parsed.chunk.end - parsed.chunk.start > LARGEST
    for path, value in found:
        if isinstance(value, Stranger):
            diagnostics.append(_stranger(parsed.chunk, value, named=named))
            continue
        document = _document(parsed, path, value, next(numbers))
        findings: list[Diagnostic] = []
        if (may_hold or large or path in problems) and wanted(document):
            unfilled = templates.unfilled(document, value) if may_hold else None
            if unfilled is not None:
                findings = [unfilled]
            elif path in problems:
                findings = _refused(parsed.chunk, document.label, path, problems[path])
            elif large:
                findings = _too_large(document)
        if findings:
            diagnostics.extend(findings)
        else:
            documents.append(document)
    if outside:
        diagnostics.extend(_refused(parsed.chunk, label(parsed.chunk), (), outside))
    if parsed.problems and diagnostics:  # `{{ x }}` is valid YAML: a mapping as a key
        template = templates.action(parsed.chunk)
        return (documents, [template]) if template else (documents, diagnostics)
    return documents, diagnostics


def _by_object(found: list[Found], problems: tuple[Problem, ...]) -> tuple[dict[Path, list[Problem]], list[Problem]]:
    """The problems inside each object, by its path, and those outside of all."""
    outside: list[Problem] = []
    inside: dict[Path, list[Problem]] = {path: [] for path, value in found if not isinstance(value, Stranger)}
    for problem in problems:
        prefixes = (problem.path[:length] for length in range(len(problem.path) + 1))
        next((inside[one] for one in prefixes if one in inside), outside).append(problem)
    return inside, outside


def _expand(value: Value, path: Path, api_version: str, kind: str) -> Iterator[Found]:
    """Every object below a value. Items of a typed list inherit what they lack from `api_version` and `kind`."""
    if value is None:
        return
    if isinstance(value, list):
        if path == () and not any(_is_headed(item) for item in value):
            yield path, Stranger(path=path, value=value, plausible=False)
            return
        for index, item in enumerate(value):
            yield from _expand(item, (*path, index), api_version, kind)
        return
    if not isinstance(value, dict):
        yield path, Stranger(path=path, value=value, plausible=path != ())
        return
    if kind and api_version and not (value.get("kind") and value.get("apiVersion")):
        value = {**value, "apiVersion": value.get("apiVersion") or api_version, "kind": value.get("kind") or kind}
    own_kind, own_version = value.get("kind"), value.get("apiVersion")
    if not (isinstance(own_kind, str) and own_kind and isinstance(own_version, str) and own_version):
        plausible = path != () or _is_headed(value) or ("metadata" in value and "spec" in value)
        yield path, Stranger(path=path, value=value, plausible=plausible)
        return
    items = value.get("items")
    if own_kind.endswith("List") and ("items" in value or own_kind == "List") and isinstance(items, list | None):
        item_kind = own_kind.removesuffix("List")
        for index, item in enumerate(items or []):
            yield from _expand(item, (*path, "items", index), own_version if item_kind else "", item_kind)
        return
    yield path, value


def _is_headed(value: Value) -> bool:
    return isinstance(value, dict) and ("kind" in value or "apiVersion" in value)


def _document(parsed: Parsed, path: Path, data: dict[str, Value], index: int) -> Document:
    source = parsed.chunk.source
    return Document(
        file=source.file,
        index=index,
        data=data,
        written=Written(parsed.chunk, path),
        starts=parsed.starts if path == () else 0,
        alone=path == (),
    )


def _too_large(document: Document) -> list[Diagnostic]:
    """An object that no cluster can hold, measured as it would be sent."""
    import json  # noqa: PLC0415 - most runs need none

    size = len(json.dumps(document.data, ensure_ascii=False, separators=(",", ":")).encode())
    if size <= LARGEST:
        return []
    message = f"{document.label} has {size / 1e6:.1f} MB (expected at most {LARGEST / 1e6:.1f} MB)"
    origin = document.origin.at("kind")
    return [Diagnostic(code=reading.TOO_LARGE_OBJECT, message=message, origin=origin, help="split the policy")]


def _stranger(chunk: Chunk, stranger: Stranger, *, named: bool) -> Diagnostic:
    where = Span(*_line_start(locate(chunk, stranger.path)))
    spot = Spot(file=chunk.source.file, label=label(chunk), where=where, line=chunk.source.line)
    origin = spot.origin(stranger.path)
    if not isinstance(stranger.value, dict):
        message = f"unexpected {type_name(stranger.value)} (expected a Kubernetes object)"
        if isinstance(stranger.value, list):
            message = "no item of this list is a Kubernetes object"
    else:
        missing = [key for key in ("apiVersion", "kind") if not stranger.value.get(key)]
        lacks = f"has no `{missing[0]}`" if len(missing) == 1 else "has neither `apiVersion` nor `kind`"
        message = f"this object {lacks}" if missing else "`apiVersion` and `kind` of this object must be text"
    if named or stranger.plausible:
        return Diagnostic(code=reading.NOT_AN_OBJECT, message=message, origin=origin)
    return Diagnostic(code=reading.PASSED_OVER, message=f"passed over: {message}", origin=origin)


def _line_start(found: Span) -> tuple[int, int, int, int]:
    """Only the first line of a span matters where a whole document is meant."""
    return (found.line, found.column, found.line, found.end_column if found.end_line == found.line else found.column)


def _refused(chunk: Chunk, name: str, prefix: Path, problems: list[Problem]) -> list[Diagnostic]:
    """The findings of the reader as diagnostics, once each, however often an alias repeats them."""
    found: list[Diagnostic] = []
    seen: set[tuple[str, int]] = set()
    for problem in problems:
        if (problem.code.id, id(problem.node)) in seen:
            continue
        seen.add((problem.code.id, id(problem.node)))
        path = problem.path[len(prefix) :]
        also: tuple[Label, ...] = ()
        if problem.first is not None:
            also = (Label(origin=_origin(chunk, name, problem.first, path), text="first set here"),)
        origin = _origin(chunk, name, problem.node, path)
        found.append(
            Diagnostic(
                code=problem.code,
                message=problem.message,
                origin=origin,
                label=problem.label,
                also=also,
                help=problem.help,
            )
        )
    return found


def _origin(chunk: Chunk, name: str, node: AnyNode, path: Path) -> Origin:
    spot = Spot(file=chunk.source.file, label=name, where=span(chunk, node), line=chunk.source.line)
    return spot.origin(path)
