"""Files that npconv wrote before and would not write today -> those that are its own still, byte for byte."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from npconv.cli import folder
from npconv.config.lock import digest
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import config
from npconv.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What is left of an earlier run: as npconv wrote it, or edited since."""

    own: tuple[Path, ...] = ()
    edited: tuple[Path, ...] = ()

    @property
    def stale(self) -> list[Diagnostic]:
        """That a check finds them."""
        return [
            Diagnostic(code=config.STALE, message=f"`{path}` was written by npconv, and is not part of the output")
            for path in sorted((*self.own, *self.edited))
        ]

    @property
    def kept(self) -> list[Diagnostic]:
        """That those which were edited stay."""
        return [
            Diagnostic(code=config.KEPT, message=f"`{path}` is a leftover, and stays: it was edited by hand")
            for path in self.edited
        ]

    def diff(self) -> Iterator[str]:
        """Their removal as a unified diff."""
        for path in self.own:
            text = folder.current(path) or ""
            import difflib

            yield from difflib.unified_diff(text.splitlines(keepends=True), [], str(path), os.devnull)


def leftovers(before: Mapping[Path, str], now: Collection[Path], top: Path, read: Iterable[str]) -> Leftovers:
    """What is left below `top` of the files written before, without those that are written now or were read."""
    taken = {os.path.realpath(one) for one in now} | {os.path.realpath(one) for one in read}
    real = os.path.realpath(top)
    own: list[Path] = []
    edited: list[Path] = []
    for path, text in sorted(before.items()):
        place = os.path.realpath(path)
        if place in taken or not Path(place).is_relative_to(real) or not path.is_file():
            continue
        found = folder.current(path)
        (own if found is not None and digest(found) == text else edited).append(path)
    return Leftovers(own=tuple(own), edited=tuple(edited))


def remove(found: Leftovers, top: Path) -> None:
    """Remove those that are npconv's own, and the folders below `top` that are empty then. Raises OSError."""
    for path in found.own:
        path.unlink()
        for above in path.parents:
            if above == top or not above.is_relative_to(top):
                break
            with contextlib.suppress(OSError):  # it is not empty
                above.rmdir()
