"""One thing that npconv says about an input: an error, a loss, an assumption or a remark."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, Severity
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A further place that matters to a diagnostic, with what to know about it."""

    origin: Origin
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A finding with its code, place and wording. Severity follows from the code, never from the call.

    `message` is lower case, without a full stop; `label` stands under the caret; `notes` are facts;
    `help` says what to do. `effect` is set for losses only.
    """

    code: Code
    message: str
    origin: Origin | None = None
    label: str = ""
    also: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    effect: Effect | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is; fixed per code."""
        return self.code.severity

    @property
    def is_error(self) -> bool:
        """Whether the input cannot be used as it is."""
        return self.severity is Severity.ERROR
