"""`include` and `exclude` of a configuration -> the files to read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from npconv.config.model import LOCK, NAME, Config
from npconv.dialects.cluster.kinds import API_VERSIONS
from npconv.pattern import pattern
from npconv.source.load import SUFFIXES

_SIGNS: Final = pattern(r"\*\*/|\*\*|\*|\?|.", re.S)


def files(config: Config) -> list[str]:
    """The files, sorted, as named from the current folder.

    An entry of `include` is a file, a folder (with all that is below it) or a pattern. What npconv writes is never
    read: the folders of the outputs, the configuration and its record are left out.
    """
    root = config.folder
    written = [root / one for one in config.folders]
    own = {root / NAME, root / LOCK, (root / Path(config.file).name)}
    found: set[Path] = set()
    for entry in config.include:
        found.update(_entry(root, entry))
    return [
        os.path.relpath(path)
        for path in sorted(found)
        if path not in own
        and not any(path.is_relative_to(one) for one in written)
        and not _excluded(Path(os.path.relpath(path, root)).as_posix(), config.exclude)
    ]


_CONCERNS: Final = pattern(
    r"NetworkPolic|NetworkSet|HostEndpoint|CiliumCIDRGroup|projectcalico\.org"
    rf"|\bkind\b\W{{1,6}}(?:{'|'.join(API_VERSIONS)})(?:List)?\b"
    r"|\\[xuU\r\n]"
)
"""Policies, what they refer to, and what says something of the cluster have one of these; or hide it in an escape."""


def concerns(text: str) -> bool:
    """Whether a file may hold anything for npconv; of a repository's other files, nothing is said at all."""
    return _CONCERNS.search(text) is not None


def _entry(root: Path, entry: str) -> Iterator[Path]:
    path = Path(os.path.normpath(root / entry))
    if path.is_dir():
        yield from _below(path)
    elif path.exists() or not any(sign in entry for sign in "*?"):
        yield path  # if it is not there, reading it will say so
    else:
        pattern = _pattern(_clean(entry))
        yield from (one for one in _below(root) if pattern.fullmatch(one.relative_to(root).as_posix()))


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if name.lower().removesuffix(".gz").endswith(SUFFIXES):
                yield Path(here, name)


def _excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern names the file or a folder that it is in; one without `/` does so at any depth."""
    for text in patterns:
        clean = _clean(text)
        anywhere = "/" not in clean
        pattern = _pattern(f"**/{clean}" if anywhere else clean)
        parts = path.split("/")
        if any(pattern.fullmatch("/".join(parts[:length])) for length in range(1, len(parts) + 1)):
            return True
    return False


def _clean(pattern: str) -> str:
    return pattern.removeprefix("./").strip("/")


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of paths: `*` and `?` stay inside a name, `**` crosses folders."""
    said = []
    for sign in _SIGNS.findall(text):
        match sign:
            case "**/":
                said.append("(?:.*/)?")
            case "**":
                said.append(".*")
            case "*":
                said.append("[^/]*")
            case "?":
                said.append("[^/]")
            case _:
                said.append(re.escape(sign))
    return re.compile("".join(said), re.S)
