"""What a translation comes to, for its reports."""

from __future__ import annotations

from npconv.cli.accepted import Accepted
from npconv.cli.exits import Exit
from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.model import Conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A translation, and all that its reports say of it. `about` are findings about the run as a whole."""

    result: Conversion
    about: tuple[Diagnostic, ...]
    source: str
    target: str
    accepted: tuple[Accepted, ...]
    fail_on: str
    files: tuple[str, ...]
    exit: Exit
    written: bool
    said: str
