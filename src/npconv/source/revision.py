"""`REV:PATH` -> documents as they were in a revision of a git repository, read through git itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from npconv.diagnostics.codes import comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.source.load import SUFFIXES, Loaded, every_object, load, parse
from npconv.source.objects import Wanted

_SECONDS: Final = 60
_FILES: Final = frozenset({"100644", "100755"})
"""The modes of regular files; links and submodules are passed over, for their text is no YAML."""


class _GitError(Exception):
    """Why git did not answer; the text is for users."""


def load_side(path: str, stdin: BinaryIO | None = None, *, wanted: Wanted = every_object) -> Loaded:
    """Read a file, a folder, `-`, or, where no such file exists, a file or folder of a git revision."""
    if path == "-" or ":" not in path or _exists(path):
        return load([path], stdin, wanted=wanted)
    return load_revision(path, wanted=wanted)


def load_revision(name: str, *, wanted: Wanted = every_object) -> Loaded:
    """Read what `REV:PATH` names: a file, or every policy file of a folder. Findings call files `REV:PATH/FILE`.

    Git is called without a shell, and only to read: `rev-parse`, `ls-tree`, `cat-file`.
    """
    revision, _, path = name.partition(":")
    try:
        if name.startswith("-"):
            raise _GitError("a revision does not begin with `-`")
        files = list(_files(revision, path, _resolved(revision, path)))
        texts = _contents([one for _, one in files])
    except _GitError as error:
        said = Diagnostic(code=comparing.REVISION, message=f"cannot read `{name}`: {error}")
        return Loaded(documents=(), diagnostics=(said,))
    several = [
        parse(text, file, wanted=wanted, named=file == name) for (file, _), text in zip(files, texts, strict=True)
    ]
    return Loaded(
        documents=tuple(document for one in several for document in one.documents),
        diagnostics=tuple(finding for one in several for finding in one.diagnostics),
    )


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _resolved(revision: str, path: str) -> str:
    """The id of the object that a revision has at a path."""
    here = "./" if path == "." else path  # git knows `REV:./`, and no `REV:.`
    found = _git(["rev-parse", "--verify", "--quiet", f"{revision}:{here}"])
    if found.returncode == 0:
        return found.stdout.decode().strip()
    where = _git(["rev-parse", "--git-dir"])
    if where.returncode != 0:
        raise _GitError("the current folder is in no git repository")
    if revision and _git(["rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}"]).returncode != 0:
        raise _GitError(f"there is no file of this name, and no revision `{revision}`")
    raise _GitError(f"revision `{revision}` has no `{path}`" if revision else f"the index has no `{path}`")


def _files(revision: str, path: str, found: str) -> Iterator[tuple[str, str]]:
    """The name and id of each file: the object itself, or those below it that look like policies."""
    kind = _asked(["cat-file", "-t", found]).decode().strip()
    if kind == "blob":
        yield f"{revision}:{path}", found
        return
    if kind != "tree":
        raise _GitError(f"it is a {kind}, no file and no folder")
    top = path.rstrip("/")
    for entry in _asked(["ls-tree", "-r", "-z", "--full-tree", found]).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.decode().partition(" ")
        file = PurePosixPath(name.decode("utf-8", "replace"))
        hidden = any(part.startswith(".") for part in file.parts[:-1])
        if mode in _FILES and not hidden and file.name.lower().removesuffix(".gz").endswith(SUFFIXES):
            yield f"{revision}:{top}/{file}" if top else f"{revision}:{file}", rest.split(" ")[1]


def _contents(ids: Sequence[str]) -> list[bytes]:
    """The contents of some objects, all in one call."""
    if not ids:
        return []
    answer = _asked(["cat-file", "--batch"], "".join(f"{one}\n" for one in ids).encode())
    texts: list[bytes] = []
    at = 0
    for one in ids:
        end = answer.find(b"\n", at)
        header = answer[at:end].split()
        if len(header) != 3 or not header[2].isdigit():
            raise _GitError(f"git has lost the object {one}")
        size = int(header[2])
        texts.append(answer[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return texts


def _asked(arguments: Sequence[str], text: bytes = b"") -> bytes:
    done = _git(arguments, text)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _GitError(said[0].removeprefix("fatal: ") if said else f"git ended with {done.returncode}")
    return done.stdout


def _git(arguments: Sequence[str], text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], input=text, capture_output=True, check=False, timeout=_SECONDS)
    except FileNotFoundError:
        raise _GitError("git is not installed") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise _GitError(f"git failed: {error}") from None
