"""A matrix of support -> text of at most 100 columns: a word for each target, or one target with its reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from npconv.ir.features import Feature
from npconv.ir.support import Entry, Level
from npconv.pipeline.engines import Engine, name, title
from npconv.pipeline.support import Matrix

WIDTH: Final = 100
_TITLE: Final = 30
_COLUMN: Final = 12

WORDS: Final = {
    Level.NATIVE: "native",
    Level.REWRITTEN: "rewritten",
    Level.NEVER: "never",
    Level.NOT_YET: "not yet",
}
MEANINGS: Final = {
    Level.NATIVE: "the target has words of its own for it",
    Level.REWRITTEN: "the target says the same in other words",
    Level.NEVER: "the target has no words for it: a loss, and narrower wherever that can be",
    Level.NOT_YET: "npconv does not write the words of the target: a loss, and narrower wherever that can be",
}
SOMETIMES: Final = "if npconv knows enough of the cluster"


def rendered(matrix: Matrix) -> str:
    """The matrix as text."""
    lines = _reasons(matrix, matrix.targets[0]) if len(matrix.targets) == 1 else _overview(matrix)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def mark(entry: Entry) -> str:
    """A cell: a word, with a star where something must be known."""
    return WORDS[entry.level] + ("*" if entry.needs else "")


def heading(engine: Engine) -> tuple[str, str]:
    """What the engine is called, and which of them it is: `cilium`, `1.19`."""
    found = name(engine)
    head, equals, rest = found.partition("=")
    if not equals:
        head, _, rest = found.partition(",")
    return head, rest


def _overview(matrix: Matrix) -> Iterator[str]:
    heads = [heading(one) for one in matrix.targets]
    widths = [max(_COLUMN, *(len(part) + 2 for part in head)) for head in heads]
    for row in zip(*heads, strict=True):
        if any(row):
            yield " " * _TITLE + "".join(f"{part:<{width}}" for part, width in zip(row, widths, strict=True))
    for group, features in groupby(matrix.features, key=lambda one: one.group):
        yield ""
        yield group.value
        for one in features:
            cells = [mark(matrix.entry(one, target)) for target in matrix.targets]
            listed = "".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
            yield f"{'  ' + one.title:<{_TITLE}}{listed}"
    yield ""
    yield from _legend(matrix)


def _legend(matrix: Matrix) -> Iterator[str]:
    entries = [matrix.entry(feature, target) for feature in matrix.features for target in matrix.targets]
    for level in Level:
        if any(one.level is level for one in entries):
            yield f"{WORDS[level]:<11}{MEANINGS[level]}"
    if any(one.needs for one in entries):
        yield f"{'*':<11}{SOMETIMES}: `npconv matrix --to TARGET` says what"


def _reasons(matrix: Matrix, target: Engine) -> Iterator[str]:
    yield title(target)
    for group, features in groupby(matrix.features, key=lambda one: one.group):
        yield ""
        yield group.value
        for one in features:
            yield from _reason(one, matrix.entry(one, target))
    yield ""
    for level in Level:
        if any(matrix.entry(one, target).level is level for one in matrix.features):
            yield f"{WORDS[level]:<11}{MEANINGS[level]}"


def _reason(feature: Feature, entry: Entry) -> Iterator[str]:
    head = f"{'  ' + feature.title:<{_TITLE}}{WORDS[entry.level]:<11}"
    yield from textwrap.wrap(
        whole(entry),
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def whole(entry: Entry) -> str:
    """How it is said, or why not, with what must be known for it, and the code of the loss."""
    if entry.needs:
        return f"{entry.how}; needs {' and '.join(one.value for one in entry.needs)}, else {entry.code}"
    return entry.how if entry.code is None else f"{entry.how} ({entry.code})"
