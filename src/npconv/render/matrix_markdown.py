"""A matrix of support -> Markdown: a table of words, and below it, folded, how and why for each feature."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from npconv.ir.features import Feature
from npconv.ir.support import Entry, Level
from npconv.pipeline.engines import Engine
from npconv.pipeline.support import Matrix
from npconv.render.matrix_text import MEANINGS, SOMETIMES, WORDS, heading, mark, whole


def rendered(matrix: Matrix) -> str:
    """The matrix as Markdown."""
    return "".join(f"{line}\n" for line in _lines(matrix))


def _lines(matrix: Matrix) -> Iterator[str]:
    heads = [" ".join(filter(None, heading(one))) for one in matrix.targets]
    yield _row("", *heads)
    yield _row("---", *("---" for _ in heads))
    for group, features in groupby(matrix.features, key=lambda one: one.group):
        yield _row(f"**{group.value}**", *("" for _ in heads))
        for one in features:
            yield _row(one.title, *(_cell(matrix.entry(one, target)) for target in matrix.targets))
    yield ""
    entries = [matrix.entry(feature, target) for feature in matrix.features for target in matrix.targets]
    levels = [level for level in Level if any(one.level is level for one in entries)]
    known = [f"\\*: {SOMETIMES}."] if any(one.needs for one in entries) else []
    yield " ".join([*(f"**{WORDS[level]}**: {MEANINGS[level]}." for level in levels), *known])
    yield ""
    yield "<details><summary>How, and why not</summary>"
    yield ""
    for feature in matrix.features:
        yield from _reasons(feature, matrix)
    yield ""
    yield "</details>"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(entry: Entry) -> str:
    return mark(entry).replace("*", "\\*")


def _reasons(feature: Feature, matrix: Matrix) -> Iterator[str]:
    """A line for a feature: targets of which the same is to be said stand together."""
    together: dict[tuple[str, Entry], list[Engine]] = {}
    for target in matrix.targets:
        entry = matrix.entry(feature, target)
        together.setdefault((WORDS[entry.level], entry), []).append(target)
    told = [f"{_listed(targets)}: *{word}*, {whole(entry)}" for (word, entry), targets in together.items()]
    yield f"- **{feature.title}**: {feature.meaning}. {'. '.join(told)}."


def _listed(targets: list[Engine]) -> str:
    return ", ".join(" ".join(filter(None, heading(one))) for one in targets)
