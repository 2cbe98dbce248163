"""Objects of the output -> files: one for each file of the input, called as that one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from npconv.source.load import STDIN
from npconv.source.write import Commented, write_json, write_yaml

if TYPE_CHECKING:
    from npconv.pipeline import Output

_PACKED = ".gz"
_SUFFIXES = (".yaml", ".yml", ".json")


def text(outputs: Sequence[Output], form: str) -> str:
    """The objects as one text. No objects are no YAML documents, and in JSON an empty list."""
    documents = [Commented(one.data, "\n".join(one.comments)) if one.comments else one.data for one in outputs]
    return write_json(documents) if form == "json" else write_yaml(documents)


def files(outputs: Sequence[Output], paths: Sequence[str], form: str) -> dict[PurePath, str]:
    """The text of each file of the output, by its path below the output's folder.

    `paths` are those of the command: what was found in a folder keeps its place below it.
    """
    sources = sorted({one.file for one in outputs})
    names = _names(sources, paths, f".{form}")
    return {names[source]: text([one for one in outputs if one.file == source], form) for source in sources}


def _names(sources: Sequence[str], paths: Sequence[str], suffix: str) -> dict[str, PurePath]:
    """A name for each source file: its place below the folder that was named; further up where two would clash."""
    depth = {source: len(_below(source, paths).parts) for source in sources}
    while True:
        names = {source: _renamed(_tail(source, depth[source]), suffix) for source in sources}
        count = Counter(names.values())
        clashing = [source for source in sources if count[names[source]] > 1]
        deeper = [one for one in clashing if depth[one] < len(_parts(one))]
        if not deeper:
            break
        for one in deeper:
            depth[one] += 1
    whole = {source: _tail(source, depth[source]) for source in clashing}  # `a.yaml` beside `a.json`
    return {**names, **{source: name.with_name(name.name + suffix) for source, name in whole.items()}}


def _below(source: str, paths: Iterable[str]) -> PurePath:
    """A file's path below the folder of the command through which it was found; else its name."""
    inside = [PurePath(source).relative_to(path) for path in paths if path != source and _holds(path, source)]
    return min(inside, key=lambda one: len(one.parts), default=PurePath(PurePath(source).name))


def _holds(folder: str, source: str) -> bool:
    return PurePath(source).is_relative_to(folder)


def _tail(source: str, depth: int) -> PurePath:
    return PurePath(*_parts(source)[-depth:])


def _parts(source: str) -> tuple[str, ...]:
    if source == STDIN:
        return ("stdin.yaml",)
    path = Path(source).absolute()
    return tuple(part for part in path.relative_to(path.anchor).parts if part != "..")


def _renamed(path: PurePath, suffix: str) -> PurePath:
    name = path.name.removesuffix(_PACKED)
    bare = next((name[: -len(one)] for one in _SUFFIXES if name.lower().endswith(one)), name)
    return path.with_name((bare or name) + suffix)
