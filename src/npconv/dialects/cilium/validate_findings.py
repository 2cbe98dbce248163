"""Collects what is wrong with a Cilium object for one installation; the same place is blamed once per code."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.source.refusals import Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the judges said of one object so far. The API server and Cilium often object to the same thing."""

    profile: CiliumProfile
    refusals: Refusals
    ignored: frozenset[Path] = frozenset()
    """Places that are blamed already for another reason."""
    _seen: set[tuple[str, Path]] = field(default_factory=set)

    @property
    def version(self) -> tuple[int, int]:
        """The release whose rules apply."""
        return self.profile.version

    def add(self, code: Code, path: Path, text: str, *, label: str = "", help: str = "") -> None:
        """Record that the value at `path` is not as it `text`: "must be `TCP` (found `UDP`)"."""
        if path in self.ignored or (code.id, path) in self._seen:
            return
        self._seen.add((code.id, path))
        self.refusals.add(code, path, text, label=label, help=help)

    def add_all(self, code: Code, path: Path, reasons: tuple[str, ...], found: str) -> None:
        """Record the first of these reasons against a value."""
        for reason in reasons[:1]:
            self.add(code, path, f"{reason} (found `{found}`)")
