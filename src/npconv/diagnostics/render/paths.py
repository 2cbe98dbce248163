"""The name of a file as a diagnostic has it -> the path that a CI system finds it by."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from urllib.parse import quote

STDIN = "<stdin>"
"""What `source.load` calls the standard input."""


def below(file: str, here: str, root: str) -> str:
    """A file relative to `root` with slashes between its parts; absolute if it is elsewhere.

    `here` is what the file's name is relative to. No link is followed: CI systems know files by their names.
    """
    if file == STDIN:
        return "stdin"
    whole = os.path.normpath(os.path.join(here, file))  # noqa: PTH118 - a name need not be a path: `main:policies`
    top = os.path.normpath(root or here)
    path = Path(whole)
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else path.as_posix()


def uri(path: str) -> str:
    """A path of `below` as a URI reference (RFC 3986): relative, or `file:///...` if it is absolute."""
    if PurePosixPath(path).is_absolute():
        return f"file://{quote(path)}"
    if path[1:3] == ":/":  # C:/policies/web.yaml
        return f"file:///{path[:2]}{quote(path[2:])}"
    return quote(path)
