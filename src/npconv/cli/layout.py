"""Objects of the output -> the texts of files, in the layout that was asked for.

`by-source`: a file for each file of the input, called as that one is. The others go by the objects: `layout_objects`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from npconv.pipeline.model import text_of
from npconv.source.load import STDIN
from npconv.source.write import SEPARATOR

if TYPE_CHECKING:
    from npconv.pipeline.model import Output

_AT_ONCE = 100
_PACKED = ".gz"
_SUFFIXES = (".yaml", ".yml", ".json")
_UNNAMED = {STDIN: "stdin.yaml", "": "generated.yaml"}
"""Sources that have no path: the standard input, and objects that npconv made of no single document."""


def pieces(outputs: Sequence[Output], form: str) -> Iterator[str]:
    """The text of the objects, a piece after another: as a whole it is as large as much of what it is made from."""
    if form == "json":
        yield text_of(outputs, form)
        return
    for start in range(0, len(outputs), _AT_ONCE):
        yield (SEPARATOR if start else "") + text_of(outputs[start : start + _AT_ONCE], form)


def files(outputs: Sequence[Output], paths: Sequence[str], form: str, layout: str = "by-source") -> dict[PurePath, str]:
    """The text of each file of the output, by its path below the output's folder.

    `paths` are those of the command: what was found in a folder keeps its place below it.
    """
    suffix = f".{form}"
    from npconv.cli import layout_objects

    match layout:
        case "by-namespace":
            found = layout_objects.by_namespace(outputs, suffix)
        case "flat":
            found = layout_objects.flat(outputs, suffix)
        case "kustomize":
            found = layout_objects.kustomize(outputs, suffix)
        case _:
            found = _by_source(outputs, paths, suffix)
    texts = {name: text_of(parts, form) for name, parts in found.items()}
    if layout == "kustomize" and found:
        texts |= layout_objects.kustomizations(list(found))
    return {name: texts[name] for name in sorted(texts)}


def _by_source(outputs: Sequence[Output], paths: Sequence[str], suffix: str) -> dict[PurePath, list[Output]]:
    names = _names(sorted({one.file for one in outputs}), paths, suffix)
    found: dict[PurePath, list[Output]] = {}
    for one in outputs:
        found.setdefault(names[one.file], []).append(one)
    return found


def _names(sources: Sequence[str], paths: Sequence[str], suffix: str) -> dict[str, PurePath]:
    """A name for each source file: its place below the folder that was named; further up where two would clash."""
    whole = Counter(_renamed(_tail(source, len(_parts(source))), suffix) for source in sources)
    depth = {source: max(1, len(_below(source, paths).parts)) for source in sources}
    while True:
        names = {source: _name(source, depth[source], suffix, whole) for source in sources}
        count = Counter(names.values())
        deeper = [one for one in sources if count[names[one]] > 1 and depth[one] < len(_parts(one))]
        if not deeper:
            return names
        for one in deeper:
            depth[one] += 1


def _name(source: str, depth: int, suffix: str, whole: Mapping[PurePath, int]) -> PurePath:
    """The end of a path with the suffix of the output, which `a.yaml` beside `a.json` adds to its own."""
    path = _tail(source, depth)
    alone = whole[_renamed(_tail(source, len(_parts(source))), suffix)] == 1
    return _renamed(path, suffix) if alone else path.with_name(path.name + suffix)


def _below(source: str, paths: Iterable[str]) -> PurePath:
    """A file's path below the folder of the command through which it was found; else its name."""
    inside = [PurePath(source).relative_to(path) for path in paths if path != source and _holds(path, source)]
    return min(inside, key=lambda one: len(one.parts), default=PurePath(PurePath(source).name))


def _holds(folder: str, source: str) -> bool:
    return PurePath(source).is_relative_to(folder)


def _tail(source: str, depth: int) -> PurePath:
    return PurePath(*_parts(source)[-depth:])


def _parts(source: str) -> tuple[str, ...]:
    if source in _UNNAMED:
        return (_UNNAMED[source],)
    path = Path(source).absolute()
    return tuple(part for part in path.relative_to(path.anchor).parts if part != "..")


def _renamed(path: PurePath, suffix: str) -> PurePath:
    name = path.name.removesuffix(_PACKED)
    bare = next((name[: -len(one)] for one in _SUFFIXES if name.lower().endswith(one)), name)
    return path.with_name((bare or name) + suffix)
