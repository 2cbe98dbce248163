"""What linting takes and gives: options, findings, and the safe fix of a finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Severity
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.dialects.cluster.model import Cluster
from npconv.pipeline.engines import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """What to look for, and what is known of the cluster. `select` and `ignore` hold codes, such as `NPC604`."""

    engine: Engine | None = None
    """None: the engine whose policies are there."""
    namespace: str = "default"
    """Of objects that say none."""
    cluster: Cluster | None = None
    """The cluster in which the policies are: rules that need one then look at its pods, namespaces and services."""
    partial: bool = False
    """The documents are some of the policies: what the others could say is not missed."""
    select: frozenset[str] = frozenset()
    """Say only these, and errors; empty: everything."""
    ignore: frozenset[str] = frozenset()
    seconds: float = 10.0
    """How long to look for rules that never decide."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Write another scalar in the place of the one at `origin`; without `quoted`, no quotes stay around it."""

    origin: Origin
    text: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Rename:
    """Write another key in the place of the one at `origin`."""

    origin: Origin
    key: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out the list item at `origin`."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class RemoveComment:
    """Take out a comment: characters `start` to `end` (from 0) of a line (from 1) of a file; an empty line with it."""

    file: str
    line: int
    start: int
    end: int


Fix: TypeAlias = Replace | Rename | Remove | RemoveComment
"""A change of the text that keeps the meaning, or makes a policy valid that can mean one thing only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A diagnostic, and how to mend what it is about, where that is safe."""

    diagnostic: Diagnostic
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """Everything that was found.

    `objects` counts the policies, valid or not; `ignored` are the findings that comments hide.
    """

    findings: tuple[Finding, ...]
    engines: tuple[Engine, ...]
    objects: int
    ignored: tuple[tuple[Diagnostic, str], ...] = ()
    """Each with the reason that its comment gives."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Documents that are no policy, by kind."""
    undecided: int = 0
    """Rules of which it is not known whether they can ever decide."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings without their fixes."""
        return tuple(one.diagnostic for one in self.findings)

    @property
    def has_errors(self) -> bool:
        """Whether an object is invalid, or could not be read."""
        return any(one.diagnostic.is_error for one in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing but notes and assumptions."""
        return all(one.diagnostic.severity in (Severity.NOTE, Severity.ASSUMPTION) for one in self.findings)
