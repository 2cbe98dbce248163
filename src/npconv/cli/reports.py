"""`--report FORMAT=FILE`: a run -> the files that were asked for.

A command that takes it has three lines:

    @click.option("--report", multiple=True, type=ReportFile(), help=...)     # npconv.cli.parameters
    here, root = folders()                                                    # for Run(here=..., root=...)
    problem = write(report, lambda form: FORMS[form](run), read=files)        # a Diagnostic, or None

`convert` puts a text of its own where `json` is asked for; all else is the table of `npconv.diagnostics.render.forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath
from typing import Final

import click

from npconv.cli import folder
from npconv.cli.deliver import not_written, overwrites
from npconv.cli.parameters import ReportTo
from npconv.diagnostics.diagnostic import Diagnostic

_APPENDED: Final = frozenset({"github-summary"})
"""GitHub's file is one for the whole step: every command adds to it."""


def folders() -> tuple[str, str]:
    """Where the command runs, and the root of the repository around it; twice the same if there is none."""
    here = Path.cwd()
    around = (one for one in (here, *here.parents) if (one / ".git").exists())
    return str(here), str(next(around, here))


def write(wanted: Sequence[ReportTo], text: Callable[[str], str], *, read: Iterable[str] = ()) -> Diagnostic | None:
    """Write each report, or say what stands in the way of one. No file of `read` is written over."""
    files = [Path(one.file) for one in wanted if not one.to_stderr]
    overwritten = folder.overwritten(files, read)
    if overwritten is not None:
        return overwrites(str(overwritten), "name another file for the report")
    for one in wanted:
        written = text(one.form)
        if one.to_stderr:
            click.echo(written, err=True, nl=False, color=True)
            continue
        path = Path(one.file)
        try:
            if one.form in _APPENDED:
                _append(path, written)
            else:
                folder.store(path.parent, {PurePath(path.name): written})
        except OSError as error:
            return not_written(error, f"`{error.filename or path}`")
    return None


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
