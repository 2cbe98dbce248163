"""Text of the command line -> checked values: CIDRs, losses that are accepted, files for reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from npconv.cli.accepted import Accepted
from npconv.cli.suggest import did_you_mean
from npconv.dataclass import dataclass

FORMS: Final = ("json", "jsonl", "sarif", "junit", "github", "github-summary", "gitlab", "azure")
"""The names in `npconv.diagnostics.render.forms`, for help texts: to import that takes time."""


@dataclass(frozen=True, slots=True)
class ReportTo:
    """One `--report`: a form, and the file that it goes to; `-` is the standard error."""

    form: str
    file: str

    @property
    def to_stderr(self) -> bool:
        """Whether it is printed, not stored: the standard output is for results alone."""
        return self.file == "-"


if TYPE_CHECKING:
    _CidrType = click.ParamType[str]
    _AcceptedType = click.ParamType[Accepted]
    _ReportType = click.ParamType[ReportTo]
else:  # a generic class only in newer versions of click
    _CidrType = _AcceptedType = _ReportType = click.ParamType


class Cidr(_CidrType):
    """A network such as `10.244.0.0/16`, in canonical form."""

    name = "CIDR"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The network, or a usage error that says what it should have been."""
        import ipaddress

        try:
            meant = ipaddress.ip_network(value, strict=False)
        except ValueError:
            meant = None
        if meant is None or "/" not in value:
            self.fail(f"expected a network such as `10.244.0.0/16` (found `{value}`)", param, ctx)
        if str(meant.network_address) != str(ipaddress.ip_address(value.partition("/")[0])):
            self.fail(f"`{value}` has bits beyond its prefix (did you mean `{meant}`?)", param, ctx)
        return str(meant)


class Acceptance(_AcceptedType):
    """`CODE` or `CODE:namespace/name`: a loss that the user accepts."""

    name = "CODE[:NAMESPACE/NAME]"

    def convert(self, value: str | Accepted, param: click.Parameter | None, ctx: click.Context | None) -> Accepted:
        """The loss, or a usage error if there is none of this code."""
        from npconv.diagnostics import codes

        if isinstance(value, Accepted):
            return value
        text, _, policy = value.partition(":")
        code = codes.find(text)
        if code is None:
            self.fail(f"no code `{text}`{did_you_mean(text.upper(), (one.id for one in codes.ALL))}", param, ctx)
        if code.severity is not codes.Severity.LOSS:
            self.fail(
                f"`{code}` is no loss, so it cannot be accepted ({code.severity.value}: {code.title})", param, ctx
            )
        return Accepted(code=code.id, policy=policy)


class ReportFile(_ReportType):
    """`FORMAT=FILE`: a report in one of some forms, and where it goes."""

    name = "FORMAT=FILE"

    def __init__(self, forms: tuple[str, ...] = FORMS) -> None:
        self._forms = forms

    def convert(self, value: str | ReportTo, param: click.Parameter | None, ctx: click.Context | None) -> ReportTo:
        """The form and the file, or a usage error."""
        if isinstance(value, ReportTo):
            return value
        form, _, file = value.partition("=")
        if form not in self._forms or not file:
            listed = ", ".join(f"`{one}`" for one in self._forms)
            hint = did_you_mean(form, self._forms) if form not in self._forms else ""
            self.fail(f"expected FORMAT=FILE, where FORMAT is one of {listed} (found `{value}`){hint}", param, ctx)
        return ReportTo(form, file)
