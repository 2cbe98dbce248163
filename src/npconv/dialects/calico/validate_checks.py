"""What every check of a Calico object needs: who checked it before, and where findings go."""

from __future__ import annotations

from enum import Enum

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Path
from npconv.dialects.calico.model_metadata import Form
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.source.refusals import Refusals


class Gate(Enum):
    """What an object passed on its way into the datastore (facts 1.12)."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    CALICO = "calico"
    """Calico's own validator: calicoctl and its API server."""
    SCHEMA = "schema"
    """Only the schema and the rules of its CRD. Felix then takes more than the validator would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The findings about one object, and by what rules it is judged."""

    refusals: Refusals
    profile: CalicoProfile
    gate: Gate

    @property
    def strict(self) -> bool:
        """Whether Calico's own validator judges."""
        return self.gate is Gate.CALICO

    def add(self, code: Code, path: Path, text: str, *, label: str = "", help: str = "") -> None:
        """Record that the value at `path` is not as it `text`."""
        self.refusals.add(code, path, text, label=label, help=help)

    def selector(self, path: Path, text: str | None) -> None:
        """Record why the text is no selector, at the character."""
        found = None if text is None else parse_selector(text, before_3_30=self.profile.old_tokenizer)
        if isinstance(found, SelectorError):
            origin = self.refusals.origin
            self.refusals.diagnostics.append(
                Diagnostic(
                    code=found.code,
                    message=f"invalid selector: {found.message}",
                    origin=None if origin is None else Origin(origin.place, (*origin.path, *path), chars=found.chars),
                    help=found.help,
                )
            )

    def blank_selector(self, path: Path, text: str | None) -> None:
        """Record a selector of nothing but spaces where Calico puts it in parentheses, and so breaks it.

        The validator takes it, as `all()`; Felix then finds `( )` and drops the whole policy (facts 3.4, case 51).
        """
        if text and not text.strip(" \t"):
            self.add(
                codes.SELECTOR,
                path,
                "must not be blank: Felix cannot parse what it makes of it, and drops the whole policy",
                help="use `all()`, or remove the field",
            )

    def no_global(self, path: Path, text: str | None) -> None:
        """Record `global()` where it has no meaning."""
        if text is not None and "global(" in text:
            self.add(
                codes.GLOBAL,
                path,
                "must not use `global()`: only the `namespaceSelector` of a rule's `source` or `destination` may",
            )


def gate_of(form: Form, profile: CalicoProfile) -> Gate:
    """What an object of this form passed."""
    return Gate.CALICO if form is Form.V3 and profile.applied_by == "calicoctl" else Gate.SCHEMA
