"""Findings and remarks -> the standard error. The standard output is for policies alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How to talk to the user."""

    form: str = "full"
    color: str = "auto"
    quiet: bool = False
    show_all: bool = False

    def say(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Print findings; only errors if quiet."""
        told = [one for one in diagnostics if one.is_error or not self.quiet]
        if not told:
            return
        from npconv.diagnostics.render.report import render

        text = render(told, color=self._colors, concise=self.form == "concise", show_all=self.show_all)
        if text:
            self.lines([text if self.form == "concise" else f"{text}\n"])

    def remark(self, text: str) -> None:
        """Print a line that is no finding, unless quiet."""
        if not self.quiet:
            self.lines([text + "\n"])

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines as they are."""
        for line in lines:
            click.echo(line, err=True, nl=False, color=True)

    @property
    def _colors(self) -> bool:
        """Whether the standard error, whatever becomes of the standard output, takes colours."""
        if self.color != "auto":
            return self.color == "always"
        from npconv.diagnostics.render.color import wanted

        return sys.stderr is not None and wanted(sys.stderr, os.environ)
