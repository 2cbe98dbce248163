"""The requests of a configuration -> each of them run on the same input, and the record of what is written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from npconv.cli import folder
from npconv.cli.deliver import not_written
from npconv.cli.exits import Exit
from npconv.cli.leftovers import leftovers, remove
from npconv.cli.request import Request
from npconv.cli.talk import Talk
from npconv.cli.translate import Done, read, reported, run, unused
from npconv.config import Config, lock
from npconv.config.lock import Lock
from npconv.config.model import LOCK
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where a configuration's outputs are, and what was written there before."""

    top: Path
    """The folder of the configuration, as named from the current one."""
    folders: tuple[str, ...]
    """Of all its outputs, below `top`."""
    stored: bool
    """Whether outputs go where it says; then what is written is recorded."""
    before: Lock
    said: tuple[Diagnostic, ...]

    @classmethod
    def of(cls, config: Config, *, stored: bool) -> Project:
        """The project of a configuration, with its record as it stands."""
        top = Path(os.path.relpath(config.folder))
        folders = tuple(config.folders)
        before, said = lock.read(top / LOCK, str(top / LOCK)) if stored else (Lock(), ())
        return cls(top=top, folders=folders, stored=stored and bool(folders or before.files), before=before, said=said)

    def own(self, request: Request) -> Mapping[Path, str] | None:
        """The files that were written to the folder of a request before."""
        if not self.stored or request.output_dir is None:
            return None
        name = self.name(request.output_dir)
        return {self.top / path: text for path, text in self.before.below(name).items()}

    def name(self, path: Path) -> str:
        """A path below the configuration, as the record has it."""
        return Path(os.path.relpath(path, self.top)).as_posix()


def convert_project(requests: Sequence[Request], project: Project, talk: Talk) -> Exit:
    """Run every request. What they have in common is read, and said, once."""
    talk.say(project.said)
    given = read(requests[0])
    done: list[Done] = []
    for number, request in enumerate(requests):
        if len(requests) > 1:
            talk.remark(f"{'' if number == 0 else chr(10)}== {request.output_dir}: {request.target}")
        done.append(run(replace(request, own=project.own(request)), given, talk))
    said, ended = _record(requests, done, project, talk) if project.stored else ([], Exit.DONE)
    if len(requests) == len(project.folders):  # what the other outputs need is not known
        said += [unused(one) for one in requests[0].shared if all(one in each.unused for each in done)]
    talk.say(said)
    return reported(done, requests[0].report, talk, about=[*project.said, *said], ended=ended)


def _record(
    requests: Sequence[Request], done: Sequence[Done], project: Project, talk: Talk
) -> tuple[list[Diagnostic], Exit]:
    """Write the record of what is written, or compare it; leftovers of outputs that are no more go with it."""
    path, text = project.top / LOCK, lock.written(_now(requests, done, project))
    gone = {project.top / name: each for name, each in project.before.outside(project.folders).items()}
    left = leftovers(gone, (), project.top, [file for one in done for file in one.told.files])
    try:
        if requests[0].diff:
            talk.lines(left.diff())
        if requests[0].check:
            compared = all(one.delivered.files is not None and one.delivered.problem is None for one in done)
            said = left.stale or (_outdated(path, text) if compared else [])
            return said, Exit.CHANGED if said else Exit.DONE
        if requests[0].diff:
            return [], Exit.DONE
        remove(left, project.top)
        if path.exists() or any(one.delivered.files for one in done):
            folder.store(project.top, {PurePath(LOCK): text})
    except OSError as error:
        return [not_written(error, f"`{error.filename or path}`")], Exit.INVALID
    return left.kept, Exit.DONE


def _now(requests: Sequence[Request], done: Sequence[Done], project: Project) -> Lock:
    """The record as it is after a run. Outputs that were not written keep what they had."""
    files = dict(project.before.files)
    for name in project.before.outside(project.folders):
        del files[name]
    for request, one in zip(requests, done, strict=True):
        if one.delivered.files is None or request.output_dir is None:
            continue
        top = project.name(request.output_dir)
        for name in project.before.below(top):
            del files[name]
        files |= {f"{top}/{path.as_posix()}": text for path, text in one.delivered.files.items()}
    return Lock(files=files)


def _outdated(path: Path, text: str) -> list[Diagnostic]:
    if folder.current(path) == text:
        return []
    return [Diagnostic(code=command_line.DIFFERS, message=f"`{path}` is not what npconv would write")]
