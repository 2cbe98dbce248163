"""A run -> its findings, sorted, each with all that a form may say of it: level, place, path, fingerprint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Span
from npconv.diagnostics.render.columns import one_line
from npconv.diagnostics.render.fingerprint import Fingerprints
from npconv.diagnostics.render.level import Level, badness, level
from npconv.diagnostics.render.paths import below
from npconv.diagnostics.render.place import placed
from npconv.diagnostics.render.run import Finding, Run, SetAside
from npconv.diagnostics.render.text import EFFECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a finding points. `file` is as the user named it, `path` below the repository's root.

    `line_end` is the column behind the part that is on the span's first line: systems such as GitHub show a finding
    beside a change only if each of its lines is in the change, so forms for them point at one line.
    """

    origin: Origin
    file: str
    path: str
    span: Span
    line_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A finding that is ready to be written in any form."""

    diagnostic: Diagnostic
    policy: str
    aside: SetAside | None
    level: Level
    fingerprint: str
    fails: bool
    """Whether something has to be done about it."""
    where: Where | None

    @property
    def badness(self) -> tuple[int, int]:
        """A key that sorts the worst first."""
        return badness(self.diagnostic)


def reported(run: Run) -> list[Reported]:
    """Every finding of a run, sorted by file, line, column and code."""
    waiting: dict[int, list[Finding]] = defaultdict(list)
    for one in run.findings:
        waiting[id(one.diagnostic)].append(one)
    fingerprints = Fingerprints()
    found = []
    for each in placed(one.diagnostic for one in run.findings):
        finding = waiting[id(each.diagnostic)].pop(0)
        origin = each.diagnostic.origin
        where = where_of(origin, each.span, run) if origin is not None and each.span is not None else None
        loud = level(each.diagnostic)
        found.append(
            Reported(
                diagnostic=each.diagnostic,
                policy=finding.policy,
                aside=finding.aside,
                level=loud,
                fails=finding.fails and finding.aside is None and loud is not Level.NOTE,
                fingerprint=fingerprints.of(each.diagnostic, where.path if where is not None else ""),
                where=where,
            )
        )
    return found


def worst_first(found: Iterable[Reported]) -> list[Reported]:
    """The same findings, the worst first; equally bad ones stay in their order."""
    return sorted(found, key=attrgetter("badness"))


def where_of(origin: Origin, span: Span, run: Run) -> Where:
    """A place in the terms of a run."""
    end = span.end_column
    if span.end_line > span.line:
        end = len(origin.place.line_text(span.line).rstrip()) + 1
    return Where(
        origin=origin,
        file=origin.place.file,
        path=below(origin.place.file, run.here, run.root),
        span=span,
        line_end=max(end, span.column),
    )


def sentence(diagnostic: Diagnostic) -> str:
    """What was found, on one line."""
    return one_line(diagnostic.message)


def remarks(diagnostic: Diagnostic) -> list[str]:
    """What else there is to say of it, a line each: `note: ...`, `effect: ...`, `help: ...`."""
    lines = [f"note: {one_line(note)}" for note in diagnostic.notes]
    if diagnostic.label:
        lines.insert(0, f"here: {one_line(diagnostic.label)}")
    if diagnostic.effect is not None:
        lines.append(f"effect: {EFFECT[diagnostic.effect]}")
    if diagnostic.help:
        lines.append(f"help: {one_line(diagnostic.help)}")
    return lines
