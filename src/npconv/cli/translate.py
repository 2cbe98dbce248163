"""A request -> documents, their translation, what is written and what is said about it, and the exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

import click

from npconv.cli import folder, layout, profiles
from npconv.cli.accepted import suggestion
from npconv.cli.exits import Exit
from npconv.cli.outcome import Outcome, judge
from npconv.cli.pairs import TITLES
from npconv.cli.request import Request
from npconv.cli.summary import plural, skipped, summary
from npconv.cli.talk import Talk
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline import Conversion, Options, convert, wanted
from npconv.source.load import Loaded, load


def translate(request: Request) -> Exit:
    """Run one translation."""
    if (request.check or request.diff) and request.output_dir is None:
        raise click.UsageError("`--check` and `--diff` compare files: say where they are with `-d DIR`")
    options = _options(request)
    talk = Talk(form=request.format, color=request.color, quiet=request.quiet, show_all=request.show_all)
    loaded = load(request.paths, _stdin(request.paths), wanted=wanted)
    result = convert(loaded, options)
    outcome = judge(
        result,
        accepted=request.accept,
        fail_on=request.fail_on,
        skip_invalid=request.skip_invalid,
        allow_empty=request.allow_empty,
    )
    talk.say(result.diagnostics)
    talk.say(_about(request, result, outcome))
    title = f"{TITLES[request.pair.target]} {'.'.join(str(part) for part in options.target.version)}"
    done = _write(request, loaded, result, outcome, talk)
    talk.remark(summary(result, target=title, written=done.written, stored=done.stored))
    return done.exit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """Whether the output was written, and what there is to say about files."""

    exit: Exit
    written: bool = False
    stored: str = "nothing is written"


def _options(request: Request) -> Options:
    return Options(
        source=profiles.calico(request.source),
        target=profiles.cilium(request.target),
        pod_cidrs=request.pod_cidr,
        node_cidrs=request.node_cidr,
        dual_stack=request.dual_stack,
        namespace=request.namespace,
        cidr_groups=request.cidr_groups,
        max_pieces=request.max_pieces,
        check_seconds=request.check_timeout,
    )


def _stdin(paths: Sequence[str]) -> BinaryIO | None:
    """The standard input, if it is asked for and open."""
    return sys.stdin.buffer if "-" in paths and sys.stdin is not None else None


def _about(request: Request, result: Conversion, outcome: Outcome) -> list[Diagnostic]:
    """What is to be said about the translation as a whole."""
    said = [
        Diagnostic(code=command_line.UNUSED_ACCEPT, message=f"`--accept {one}` accepts nothing: there is no such loss")
        for one in outcome.unused
    ]
    if outcome.exit is Exit.EMPTY:
        paths = ", ".join(f"`{path}`" for path in request.paths)
        said.append(
            Diagnostic(
                code=command_line.NO_POLICY,
                message=f"no policy found in {paths}: {skipped(result)}",
                help="where that is fine, say `--allow-empty`",
            )
        )
    if outcome.wider:
        said.append(
            Diagnostic(
                code=command_line.WIDER,
                message="the output would let more through than the source, so nothing is written",
                help=f"to have it all the same: `{suggestion(outcome.wider)}`",
            )
        )
    return said


def _write(request: Request, loaded: Loaded, result: Conversion, outcome: Outcome, talk: Talk) -> _Done:
    """Write the output where it was asked for, or compare it with what is there."""
    if not outcome.writes:
        return _Done(exit=outcome.exit)
    if request.output_dir is None:
        return _print(layout.text(result.outputs, request.output), outcome, talk)
    texts = layout.files(result.outputs, request.paths, request.output)
    read = {document.file for document in loaded.documents}
    overwritten = folder.overwritten((request.output_dir / name for name in texts), read)
    if overwritten is not None:
        talk.say([_overwrites(str(overwritten))])
        return _Done(exit=Exit.INVALID)
    try:
        if request.check or request.diff:
            return _compare(request, request.output_dir, texts, outcome, talk)
        changed = folder.store(request.output_dir, texts)
    except OSError as error:
        talk.say([_not_written(error, f"`{error.filename or request.output_dir}`")])
        return _Done(exit=Exit.INVALID)
    return _Done(exit=outcome.exit, written=True, stored=f"{plural(len(changed), 'file', 'files')} changed")


def _compare(request: Request, directory: Path, texts: Mapping[PurePath, str], outcome: Outcome, talk: Talk) -> _Done:
    if request.diff:
        talk.lines(folder.diff(directory, texts))
    differing = folder.differing(directory, texts)
    stored = f"{len(differing)} of {plural(len(texts), 'file', 'files')} would change"
    if not request.check:
        return _Done(exit=outcome.exit, stored=stored)
    talk.say(
        Diagnostic(code=command_line.DIFFERS, message=f"`{path}` is not what npconv would write") for path in differing
    )
    return _Done(exit=Exit.CHANGED if differing else outcome.exit, stored=stored)


def _print(text: str, outcome: Outcome, talk: Talk) -> _Done:
    """Write to the standard output, in UTF-8 and with LF wherever that goes."""
    name = "to the standard output"
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # its reader has seen enough: `main` ends quietly
        raise
    except OSError as error:
        talk.say([_not_written(error, name)])
        return _Done(exit=Exit.INVALID)
    return _Done(exit=outcome.exit, written=True, stored="")


def _overwrites(path: str) -> Diagnostic:
    return Diagnostic(
        code=command_line.OVERWRITES_SOURCE,
        message=f"`{path}` was read and would be overwritten, so nothing is written",
        help="name another folder with `-d`",
    )


def _not_written(error: OSError, name: str) -> Diagnostic:
    return Diagnostic(
        code=command_line.NOT_WRITABLE, message=f"cannot write {name}: {(error.strerror or str(error)).lower()}"
    )
