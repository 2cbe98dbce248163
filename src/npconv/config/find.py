"""A folder -> the `npconv.yaml` that it is under, read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from npconv.config.model import NAME, Config
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import config
from npconv.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A configuration, or why there is none."""

    config: Config | None
    diagnostics: tuple[Diagnostic, ...] = ()


def find(paths: Sequence[str] = ()) -> Path | None:
    """The nearest `npconv.yaml` at or above the paths (their common folder; without any: the current one).

    The search ends at the root of the repository: whatever lies above it belongs to somebody else.
    """
    named = [Path(one).absolute() for one in paths if one != "-"]
    folders = [str(one if one.is_dir() else one.parent) for one in named]
    try:
        start = Path(os.path.commonpath(folders)) if folders else Path.cwd()
    except ValueError:  # on several drives
        return None
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
        if (folder / ".git").exists():
            return None
    return None


def read(path: Path) -> Read:
    """A configuration from a file. Errors point into it; with any, there is no configuration."""
    shown = _shown(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        problem = Diagnostic(code=config.UNREADABLE_CONFIG, message=f"cannot read `{shown}`: {reason}")
        return Read(config=None, diagnostics=(problem,))
    return parse(data, shown, path.absolute().parent)


def parse(data: bytes, file: str, folder: Path) -> Read:
    """A configuration from its text; `file` is what findings call it, paths in it are relative to `folder`."""
    from npconv.config.decode import decode  # noqa: PLC0415 - most runs have no configuration
    from npconv.config.text import ConfigSink, read_mapping  # noqa: PLC0415

    sink = ConfigSink()
    fields = read_mapping(data, file, sink)
    found = decode(fields, file, folder, sink) if fields is not None else None
    return Read(config=None if sink.failed else found, diagnostics=tuple(sink.diagnostics))


def _shown(path: Path) -> str:
    """The path from the current folder, as users would name it."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return str(path)
