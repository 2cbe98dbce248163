"""The shape of a code: what it is called, how bad it is, and its manual page."""

from __future__ import annotations

from enum import Enum

from npconv.dataclass import dataclass


class Severity(Enum):
    """How bad a finding is. The order of the members is from worst to mildest."""

    ERROR = "error"
    """The input cannot be used as it is (exit 2)."""
    LOSS = "loss"
    """Something of the source is not in the output; whether flows change is the loss's effect."""
    WARNING = "warning"
    """Valid, and probably not what its author meant: a finding of `npconv lint`. Nothing is lost."""
    ASSUMPTION = "assumption"
    """Not a loss, but the translation is exact only where this holds."""
    NOTE = "note"
    """Worth knowing; nothing is lost."""


@dataclass(frozen=True, slots=True)
class Code:
    """One thing npconv can say. `id` is never reused; `page` is its manual page (Markdown)."""

    id: str
    severity: Severity
    title: str
    page: str

    def __str__(self) -> str:
        """The id, as printed in brackets."""
        return self.id
