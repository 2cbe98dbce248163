"""Collects what a server refuses about an object, each finding at a path of that object.

`Fields` reports while it reads text; this reports about a finished object, whether it was read or built. A built
object has no origin: the path in the message is then all that says where.
"""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Path, below, dotted


@dataclass(frozen=True, slots=True)
class Refusals:
    """The findings about one object. `origin` is the object as a whole, None if npconv built it."""

    origin: Origin | None
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, code: Code, path: Path, text: str, *, label: str = "", help: str = "") -> None:
        """Record that the value at `path` is not as it `text`: "must be between 1 and 65535 (found `0`)"."""
        self.diagnostics.append(
            Diagnostic(
                code=code,
                message=f"`{dotted(path)}` {text}",
                origin=below(self.origin, *path),
                label=label,
                help=help,
            )
        )

    def add_all(self, code: Code, path: Path, reasons: tuple[str, ...], found: object) -> None:
        """Record every one of these reasons against the same value."""
        for reason in reasons:
            self.add(code, path, f"{reason} (found `{found}`)")
