"""`npconv.lock.yaml`: which files npconv wrote, and what they held, so that it can remove those and no others.

It is committed with the files, like the locks of package managers: sorted, a line a file, nothing in it but what
follows from the input. There is no hash of the input that would let a check be skipped: what stands in a repository can
be edited, and whether policies are up to date is never taken on trust.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Final

from npconv.config.text import ConfigSink, read_mapping
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import config
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pattern import pattern
from npconv.source.write import Commented, write_yaml

FORMAT: Final = 1
_HASH: Final = pattern("sha256:[0-9a-f]{64}")
_HEAD: Final = "Written by npconv: the files that it wrote, and may remove. Commit it with them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Files by their path below the configuration, each with the hash of its text."""

    files: Mapping[str, str] = field(default_factory=dict)

    def below(self, folder: str) -> dict[str, str]:
        """The files of an output."""
        return {path: text for path, text in self.files.items() if PurePosixPath(path).is_relative_to(folder)}

    def outside(self, folders: tuple[str, ...]) -> dict[str, str]:
        """The files that are in none of these folders."""
        return {
            path: text
            for path, text in self.files.items()
            if not any(PurePosixPath(path).is_relative_to(one) for one in folders)
        }


def digest(text: str) -> str:
    """The hash of a text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def written(lock: Lock) -> str:
    """The text of the record."""
    return write_yaml([Commented({"format": FORMAT, "files": dict(sorted(lock.files.items()))}, _HEAD)])


def read(path: Path, shown: str) -> tuple[Lock, tuple[Diagnostic, ...]]:
    """The record of a file; an empty one where there is none, or none that can be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Lock(), ()
    except OSError as error:
        return Lock(), (_bad(shown, (error.strerror or str(error)).lower()),)
    sink = ConfigSink()
    fields = read_mapping(data, shown, sink)
    if fields is None:
        return Lock(), (_bad(shown, "it is not as npconv writes it"),)
    with fields:
        form, files = fields.integer("format"), fields.strings("files")
    if sink.diagnostics or form != FORMAT or any(not _is_entry(name, text) for name, text in (files or {}).items()):
        return Lock(), (_bad(shown, "it is not as npconv writes it"),)
    return Lock(files=files or {}), ()


def _is_entry(path: str, text: str) -> bool:
    """Whether an entry is a file below the configuration, with a hash."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and _HASH.fullmatch(text) is not None


def _bad(shown: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code=config.BAD_LOCK, message=f"`{shown}` is left out of account: {reason}", help="it will be written anew"
    )
