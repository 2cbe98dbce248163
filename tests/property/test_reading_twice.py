"""Plain text is read by `npconv.source.blocks` as libyaml reads it: the same documents, findings and spans.

`python -m tests.property.test_reading_twice 300000` is a long run.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from yaml_mutants import MANIFESTS, mutants

from npconv.diagnostics.origin import Path as KeyPath
from npconv.diagnostics.render.report import render
from npconv.source.blocks import Blocks
from npconv.source.fields import Value
from npconv.source.load import Loaded, parse


class Counted(Blocks):
    """How many texts were read, and how many were left to libyaml."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[bool] = Counter()

    def read(self, text: str) -> tuple[Value, int] | None:
        found = super().read(text)
        self.seen[found is not None] += 1
        return found


class Never(Blocks):
    """Leaves all to libyaml."""

    def read(self, text: str) -> tuple[Value, int] | None:
        return None


def read(text: str | bytes, blocks: Blocks) -> Loaded:
    """The documents of a text, by a reader with these blocks."""
    return parse(text, "a.yaml", blocks=blocks)


def paths(value: Value, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key path of a value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


def same(text: str | bytes, blocks: Blocks, *, spans: bool = True) -> None:
    """Both ways of reading say the same, and have values of the same types in the same order."""
    fast, slow = read(text, blocks), read(text, Never())
    assert repr([one.data for one in fast.documents]) == repr([one.data for one in slow.documents]), text
    assert [one.first_line for one in fast.documents] == [one.first_line for one in slow.documents], text
    assert render(fast.diagnostics) == render(slow.diagnostics), text
    if spans:
        for one, other in zip(fast.documents, slow.documents, strict=True):
            assert [(one.label, one.index)] == [(other.label, other.index)]
            for path in paths(one.data):
                for key in (False, True):
                    assert one.span(path, key=key) == other.span(path, key=key), (text, path)


@pytest.mark.parametrize("number", range(len(MANIFESTS)))
def test_manifests(number: int) -> None:
    blocks = Counted()
    same(MANIFESTS[number], blocks)
    same(MANIFESTS[number].replace("\n", "\r\n"), blocks)
    assert set(blocks.seen) == {number != 3}


@pytest.mark.parametrize("seed", range(10))
def test_mutants(seed: int) -> None:
    blocks = Counted()  # one for all: what it remembers of one text must be right in the next
    for text in islice(mutants(seed), 300):
        same(text, blocks)
    assert min(blocks.seen.values()) > 30


@pytest.mark.shared
def test_corpus(shared: Path) -> None:
    blocks = Counted()
    for file in sorted((shared / "corpus").rglob("*")):
        if file.is_file() and file.suffix in (".yaml", ".yml"):
            same(file.read_bytes(), blocks, spans=False)
    assert blocks.seen[True] > 0.7 * blocks.seen.total()


def main() -> None:
    """Many mutants, by new blocks and by ones that have read others."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    blocks, wrong = Counted(), 0
    for number, text in enumerate(islice(mutants(first), count)):
        try:
            same(text, blocks, spans=number % 50 == 0)
        except AssertionError as error:
            wrong += 1
            print(f"=== {number}: {error}")
    plain, left = blocks.seen[True], blocks.seen[False]
    print(f"{count} texts: {plain} documents read as plain, {left} left to libyaml, {wrong} wrong")


if __name__ == "__main__":
    main()
