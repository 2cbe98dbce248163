"""Whether to print in colour, and the colours."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, Protocol

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Severity


class Stream(Protocol):
    """Something that is printed to."""

    def isatty(self) -> bool:
        """Whether a person reads along."""


def wanted(stream: Stream, environment: Mapping[str, str]) -> bool:
    """Colour for terminals only, unless the user says otherwise: no-color.org, force-color.org, `TERM=dumb`."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "") not in ("", "0", "false"):
        return True
    if environment.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False


class Ink(Enum):
    """What a piece of a report is, as an ANSI style."""

    ERROR = "1;31"
    LOSS = "1;33"
    WARNING = "1;35"
    ASSUMPTION = "1;36"
    NOTE = "1;32"
    FRAME = "1;34"
    STRONG = "1"


SEVERITY: Final = {
    Severity.ERROR: Ink.ERROR,
    Severity.LOSS: Ink.LOSS,
    Severity.WARNING: Ink.WARNING,
    Severity.ASSUMPTION: Ink.ASSUMPTION,
    Severity.NOTE: Ink.NOTE,
}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes in colour, or does not."""

    color: bool

    def __call__(self, ink: Ink, text: str) -> str:
        """`text`, in its colour if colour is wanted."""
        return f"\x1b[{ink.value}m{text}\x1b[0m" if self.color and text else text
