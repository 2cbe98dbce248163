"""The objects of the output -> the standard output or files, or a comparison with the files that are there."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from npconv.cli import layout
from npconv.cli.exits import Exit
from npconv.cli.request import Request
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.model import Conversion
from npconv.render.summary import plural

if TYPE_CHECKING:
    from npconv.cli.leftovers import Leftovers


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of an output. `stored` is for the summary; `problem`: an exit code that stands above all others.

    `files` are those that the output consists of, by their path below its folder, with the hash of each text; None
    if it was not stored in files, nor compared with any.
    """

    written: bool = False
    stored: str = "nothing is written"
    problem: Exit | None = None
    said: tuple[Diagnostic, ...] = ()
    diff: tuple[str, ...] = ()
    files: Mapping[PurePath, str] | None = None


def deliver(request: Request, result: Conversion, read: Set[str]) -> Delivered:
    """Write the output where it was asked for, or compare it. `read` are the files of the input."""
    directory = request.output_dir
    if directory is None:
        return to_stdout(layout.pieces(result.outputs, request.output))
    from npconv.cli import folder
    from npconv.cli.leftovers import leftovers, remove
    from npconv.config.lock import digest

    texts = layout.files(result.outputs, request.paths, request.output, request.layout)
    targets = [directory / name for name in texts]
    overwritten = folder.overwritten(targets, read)
    if overwritten is not None:
        said = overwrites(str(overwritten), "name another folder with `-d`")
        return Delivered(problem=Exit.INVALID, said=(said,))
    files = {name: digest(text) for name, text in texts.items()}
    try:
        left = leftovers(request.own or {}, targets, directory, read)
        if request.check or request.diff:
            return replace(_compare(request, directory, texts, left), files=files)
        changed = folder.store(directory, texts)
        remove(left, directory)
    except OSError as error:
        return Delivered(problem=Exit.INVALID, said=(not_written(error, f"`{error.filename or directory}`"),))
    stored = f"{plural(len(changed), 'file', 'files')} changed"
    if left.own:
        stored += f", {len(left.own)} removed"
    return Delivered(written=True, stored=stored, said=tuple(left.kept), files=files)


def _compare(request: Request, directory: Path, texts: Mapping[PurePath, str], left: Leftovers) -> Delivered:
    from npconv.cli import folder

    differing = folder.differing(directory, texts)
    said = tuple(
        Diagnostic(code=command_line.DIFFERS, message=f"`{path}` is not what npconv would write") for path in differing
    )
    stored = f"{len(differing)} of {plural(len(texts), 'file', 'files')} would change"
    if left.own:
        stored += f", {len(left.own)} would be removed"
    return Delivered(
        stored=stored,
        problem=Exit.CHANGED if request.check and (differing or left.stale) else None,
        said=(*said, *left.stale) if request.check else (),
        diff=(*folder.diff(directory, texts), *left.diff()) if request.diff else (),
    )


def to_stdout(text: str | Iterable[str]) -> Delivered:
    """Write a text, or its pieces, to the standard output, in UTF-8 and with LF wherever that goes."""
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        for piece in (text,) if isinstance(text, str) else text:
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # its reader has seen enough: `main` ends quietly
        raise
    except OSError as error:
        return Delivered(problem=Exit.INVALID, said=(not_written(error, "to the standard output"),))
    return Delivered(written=True, stored="")


def overwrites(path: str, help: str) -> Diagnostic:
    """That a file of the input is never written over."""
    return Diagnostic(
        code=command_line.OVERWRITES_SOURCE,
        message=f"`{path}` was read and would be overwritten, so nothing is written",
        help=help,
    )


def not_written(error: OSError, name: str) -> Diagnostic:
    """What stands in the way of writing."""
    return Diagnostic(
        code=command_line.NOT_WRITABLE, message=f"cannot write {name}: {(error.strerror or str(error)).lower()}"
    )
