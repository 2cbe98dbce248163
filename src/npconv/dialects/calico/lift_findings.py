"""Collects what the lift has to say; an assumption that many policies share is said once and lists them."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, Severity
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin


@dataclass(slots=True, kw_only=True)
class _Shared:
    code: Code
    message: str
    origin: Origin | None
    label: str
    help: str
    who: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """The diagnostics of one lift, in the order in which they were first said."""

    _said: list[Diagnostic | _Shared] = field(default_factory=list)
    _shared: dict[tuple[Code, str], _Shared] = field(default_factory=dict)
    count: int = 0
    """How often anything was said, be it what was said before."""

    def add(
        self,
        code: Code,
        origin: Origin | None,
        message: str,
        *,
        notes: tuple[str, ...] = (),
        help: str = "",
        effect: Effect | None = None,
    ) -> None:
        """Say one thing about one place; losses come with their effect."""
        if (code.severity is Severity.LOSS) != (effect is not None):
            raise ValueError(f"{code}: an effect is for losses, and for all of them")
        self.count += 1
        self._said.append(Diagnostic(code=code, origin=origin, message=message, notes=notes, help=help, effect=effect))

    def share(
        self, code: Code, message: str, *, who: str, origin: Origin | None, label: str = "", help: str = ""
    ) -> None:
        """Say a thing once for the whole set; `who` is one more policy or object that it concerns."""
        self.count += 1
        shared = self._shared.get((code, message))
        if shared is None:
            shared = _Shared(code=code, message=message, origin=origin, label=label, help=help)
            self._shared[code, message] = shared
            self._said.append(shared)
        shared.who.add(who)

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything said."""
        return tuple(one if isinstance(one, Diagnostic) else _diagnostic(one) for one in self._said)


def _diagnostic(shared: _Shared) -> Diagnostic:
    return Diagnostic(
        code=shared.code,
        message=shared.message,
        origin=shared.origin,
        label=shared.label,
        notes=("concerns " + ", ".join(f"`{who}`" for who in sorted(shared.who)),) if len(shared.who) > 1 else (),
        help=shared.help,
    )
