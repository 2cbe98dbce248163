"""Real policies, by others: the files of `../shared/corpus` that PyYAML can read, repository by repository.

Each repository is one run for each dialect that its policies are written in, for what stands in different repositories
is no set. Unlike generated policies, hardly any two of these are alike, and many have findings to be said.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from benchmarks import floor, subjects
from benchmarks.measure import MeasureError

CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus"

_COMMANDS: Final = {"calico": "calico-to-cilium", "k8s": "k8s-to-cilium", "cilium": "cilium-to-calico"}
_ENDS: Final = (0, 1, 2, 3)
"""Real policies may be invalid; that is said, and what is left is translated."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of one repository that hold policies of one dialect, and the command that translates them."""

    command: str
    files: tuple[Path, ...]

    def translate(self, *, prove: bool) -> None:
        """Run the command to its end."""
        checked = ["--check-timeout", "6000"] if prove else ["--no-check"]
        subjects.command(self.command, *self.files, "--fail-on", "none", *checked, ends=_ENDS)

    def read_and_write(self) -> None:
        """What the floor does with the same files."""
        for file in self.files:
            floor.read_and_write(file)


def translate(batches: Iterable[Batch], *, prove: bool) -> None:
    """Translate one batch after the other."""
    for one in batches:
        one.translate(prove=prove)


def read_and_write(batches: Iterable[Batch]) -> None:
    """Have the floor read and write one batch after the other."""
    for one in batches:
        one.read_and_write()


def batches() -> list[Batch]:
    """Every repository's policies. Raises MeasureError if there is no corpus beside the project."""
    if not CORPUS.exists():
        raise MeasureError("there is no ../shared/corpus")
    found: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
    for repository, dialect, file in _files():
        found[repository, dialect].append(file)
    return [Batch(_COMMANDS[dialect], tuple(files)) for (_, dialect), files in sorted(found.items())]


def _files() -> Iterator[tuple[str, str, Path]]:
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            dialects = {one.strip().partition("/")[0] for one in row["kinds"].split(",")} & set(_COMMANDS)
            file = CORPUS / row["file"]
            if dialects and _is_readable(file):
                yield from ((row["repo"], one, file) for one in sorted(dialects))


def _is_readable(file: Path) -> bool:
    try:
        floor.read_and_write(file)
    except (yaml.YAMLError, ValueError):
        return False
    return True
