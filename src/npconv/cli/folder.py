"""Texts -> files in a folder: all of them complete or none touched, and how they differ from what is there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath


def store(folder: Path, texts: Mapping[PurePath, str]) -> list[Path]:
    """Write files, each beside its place first and moved there at the end; the paths of those that changed.

    A file that holds the text already is left alone, and nothing is ever removed. Raises OSError; then no file
    holds half a text, and none has moved unless every one of them was complete.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, text in texts.items():
            path = folder / name
            if current(path) == text:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting.append((_beside(path, text), path))
        for temporary, path in waiting:
            temporary.replace(path)
    finally:
        for temporary, _ in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return [path for _, path in waiting]


def _beside(path: Path, text: str) -> Path:
    """A complete file with the text in the folder where `path` is or will be."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        temporary.chmod(_mode(path))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _mode(path: Path) -> int:
    """The permissions of the file that is there, or those that a new file gets."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def current(path: Path) -> str | None:
    """The text of a file; None if there is none that can be read as text."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def differing(folder: Path, texts: Mapping[PurePath, str]) -> list[Path]:
    """The files that do not hold their text."""
    return [folder / name for name, text in texts.items() if current(folder / name) != text]


def diff(folder: Path, texts: Mapping[PurePath, str]) -> Iterator[str]:
    """The lines of a unified diff from what is there to what would be."""
    for name, text in texts.items():
        path = folder / name
        before = current(path)
        import difflib

        lines = difflib.unified_diff(
            (before or "").splitlines(keepends=True),
            text.splitlines(keepends=True),
            fromfile=str(path) if before is not None else os.devnull,
            tofile=str(path),
        )
        for line in lines:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def overwritten(targets: Iterable[Path], sources: Iterable[str]) -> Path | None:
    """The first file that would be written over one that was read, whatever links lead there; None if there is none."""
    read = {os.path.realpath(one) for one in sources}
    return next((path for path in targets if os.path.realpath(path) in read), None)
