"""What a command found, and what it looked at: the one value that every form for machines is made of.

How a command uses it, whether it converts, lints, compares or plans:

    run = Run(
        command="lint",
        version=__version__,
        findings=tuple(Finding(diagnostic=one) for one in diagnostics),
        files=("policies/web.yaml",),
        policies=tuple(Looked.at(document) for document in policies),
        summary={"policies": 3},
    )
    text = FORMS["sarif"](run)        # npconv.diagnostics.render.forms

Nothing here reads or writes files. `npconv.cli.reports` does: `ReportFile` is the type of `--report FORMAT=FILE`, and
`write` stores every report that was asked for. A command with `--format` prints `FORMS[form](run)` itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Place


class By(Enum):
    """Who set a finding aside; the words are those of SARIF 2.1.0, section 3.35.2."""

    SOURCE = "inSource"
    """A comment in the file: `# npconv: ignore[NPC610] reason`."""
    COMMAND = "external"
    """The command line or the configuration: `--accept NPC323:shop/web`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """That somebody knows of a finding and means to live with it: it is told, and fails nothing."""

    by: By
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A diagnostic, with what only the command knows of it."""

    diagnostic: Diagnostic
    policy: str = ""
    """`namespace/name`, or `name` for a cluster-wide policy; empty where it is about none."""
    aside: SetAside | None = None
    fails: bool = True
    """Whether it would make the command fail, if it is bad enough at all; False below the user's `--fail-on`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An object that was looked at, whether anything was found or not. `label`: `Kind/namespace/name`."""

    file: str
    label: str
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def line(self) -> int:
        """Its first line, looked up when it is asked for; 0 if it is not known."""
        return self.place.span(()).line if self.place is not None else 0

    @classmethod
    def at(cls, place: Place) -> Looked:
        """An object that was read."""
        return cls(file=place.file, label=place.label, place=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command.

    `summary` are numbers in the order in which they are to be read; `said` is the line that closes the run on a
    terminal. `here` is the folder that the files' names are relative to, `root` the one that forms for CI make them
    relative to: the repository's. Where there is no repository, both are one.
    """

    command: str
    version: str
    findings: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
    policies: tuple[Looked, ...] = ()
    summary: Mapping[str, int] = field(default_factory=dict)
    said: str = ""
    here: str = field(default_factory=os.getcwd)
    root: str = ""
    """Empty: the same as `here`."""
