"""A run of which everything is as it was when it was made before -> what it printed then. For commit hooks.

Most files that a hook is given are as they were when it looked last, and npconv's imports take longer than their
policies. So a clean run (exit code 0) of `lint` or of a translation to the standard output is kept, under a hash of
everything that it can depend on: the arguments, the bytes of the files, the folder, the environment, npconv's own
source, Python, and what is installed beside it. What else a run could read (folders, the standard input, a cluster, a
configuration) or do (write files, print to a terminal) makes it one that is never kept. `NPCONV_CACHE=off` turns this
off, `NPCONV_CACHE=DIR` puts it elsewhere. Nothing slow is imported here.
"""

from __future__ import annotations

import os
import sys

from npconv.version import __version__

TYPE_CHECKING = False  # see `main`
if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from _typeshed import ReadableBuffer

_VARIABLE = "NPCONV_CACHE"
_FORM = b"npconv run 1\n"

_DIALECTS = ("k8s", "calico", "cilium", "azure-npm", "policy-api")
_COMMANDS = frozenset(("lint", "convert", *(f"{one}-to-{other}" for one in _DIALECTS for other in _DIALECTS)))
_FLAGS = frozenset(
    ("-q", "--quiet", "--show-all", "--no-check", "--no-config", "--partial", "--allow-empty", "--dual-stack")
)
_VALUED = frozenset(
    (
        *("--engine", "--from", "--source", "--to", "--target", "--as", "-n", "--namespace", "--select", "--ignore"),
        *("--format", "--color", "--fail-on", "--accept", "-o", "--output", "--prefer", "--max-pieces"),
        *("--pod-cidr", "--node-cidr"),
    )
)
"""Options that change what is said and nothing else. Those that read or write something are not among them."""

_FILES = frozenset(("-f", "--filename"))
_ENVIRONMENT = ("NO_COLOR", "FORCE_COLOR", "TERM", "CI", "COLUMNS", "LANG", "LC_", "PYTHON")
_CONFIGURATION = "npconv.yaml"
_LARGEST = 1_000_000
_MOST_KEPT = 1000
_QUICK = 2.0
"""Seconds of a processor: no limit of time can have had a part in a run that took less."""


def key(arguments: Sequence[str]) -> str | None:
    """What a run with these arguments is kept under; None if it is none that could be."""
    try:
        files = _files(arguments)
        if files is None or os.environ.get(_VARIABLE) == "off":
            return None
        if any(one.startswith("NPCONV_") and one != _VARIABLE for one in os.environ):  # options, too
            return None
        if sys.stdout is None or sys.stderr is None or sys.stdout.isatty() or sys.stderr.isatty():
            return None
        if any(_configured(os.path.dirname(os.path.abspath(one))) for one in files):
            return None
        from hashlib import sha256

        known = sha256(repr((_FORM, list(arguments), os.getcwd(), sys.argv[0], *_surroundings())).encode())
        for one in files:
            with open(one, "rb") as stream:
                data = stream.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                return None
            known.update(b"%d\n%s" % (len(data), data))
    except (OSError, ValueError, AttributeError):  # ValueError: a NUL, a closed stream
        return None
    return known.hexdigest()


def replay(known: str) -> bool:
    """Print what the run printed, if it was kept. Its exit code was 0."""
    try:
        with open(os.path.join(_folder(), known), "rb") as stream:
            kept = list(_chunks(stream.read()))
    except (OSError, ValueError):
        return False
    for name, text in kept:
        stream_of = sys.stdout if name == b"out" else sys.stderr
        stream_of.buffer.write(text)
        stream_of.flush()
    return True


def remember(known: str, arguments: Sequence[str], run: Callable[[], int]) -> int:
    """Make a run, and keep what it prints if it ends well and its files are still the same afterwards."""
    import time

    printed: list[tuple[bytes, bytes]] = []
    streams = sys.stdout, sys.stderr
    copies = _copied(streams[0], b"out", printed), _copied(streams[1], b"err", printed)
    started = time.process_time()
    try:
        sys.stdout, sys.stderr = copies
        code = run()
    finally:
        sys.stdout, sys.stderr = streams
        for one in copies:
            one.flush()
    if code == 0 and time.process_time() - started < _QUICK and key(arguments) == known:
        _store(known, printed)
    return code


def _files(arguments: Sequence[str]) -> list[str] | None:
    """The files that a run reads; None if it may read or write anything else."""
    if not arguments or arguments[0] not in _COMMANDS:
        return None
    files: list[str] = []
    rest = iter(arguments[1:])
    for one in rest:
        option, has_value, value = one.partition("=")
        if one in _FLAGS or (has_value and option in _VALUED):
            continue
        if one in _VALUED:
            next(rest, None)
        elif option in _FILES and one.startswith("-"):
            files.append(value if has_value else next(rest, ""))
        elif one.startswith("-"):
            return None
        else:
            files.append(one)
    return files if files and all(os.path.isfile(one) for one in files) else None


def _configured(folder: str) -> bool:
    """Whether a folder is under a configuration, which may name other files; searched for as `config.find` does."""
    while True:
        if os.path.exists(os.path.join(folder, _CONFIGURATION)):
            return True
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return False
        folder = above


def _surroundings() -> Iterator[object]:
    """What a run depends on beside its arguments and files."""
    yield __version__, sys.version, sys.executable, sys.flags
    yield sorted(one for one in os.environ.items() if one[0].startswith(_ENVIRONMENT))
    yield sys.stdout.encoding, sys.stderr.encoding
    for place in sys.path:  # a folder, whose time changes with what is installed or removed there; or an archive
        known = os.stat(place or ".") if os.path.exists(place or ".") else None
        yield place, known and (known.st_size, known.st_mtime_ns)
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [package]
    beside = os.path.dirname(os.path.dirname(package))
    folders += [os.path.join(beside, name) for name in ("grammars", "schemas")]  # of a checkout: see `resources`
    while folders:
        folder = folders.pop()
        if not os.path.isdir(folder):
            continue
        for one in sorted(os.scandir(folder), key=lambda one: one.name):
            if one.is_dir():
                folders += [one.path] if one.name != "__pycache__" else []
            else:
                found = one.stat()
                yield one.path, found.st_size, found.st_mtime_ns


def _folder() -> str:
    """Where runs are kept: with the caches of other programs of this user."""
    chosen = os.environ.get(_VARIABLE)
    if chosen:
        return chosen
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "npconv")


def _store(known: str, printed: list[tuple[bytes, bytes]]) -> None:
    """Keep a run: a whole file at once, under a name that nobody else writes meanwhile. Without a place: not."""
    folder = _folder()
    own = os.path.join(folder, f".{known}.{os.getpid()}")
    parts = [b"%s %d\n%s" % (name, len(text), text) for name, text in printed]
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        kept = os.listdir(folder)
        if len(kept) >= _MOST_KEPT:  # runs cost little to make again, and most of these are of files as they were once
            for one in kept:
                os.unlink(os.path.join(folder, one))
        with open(own, "wb") as stream:
            stream.write(_FORM + b"".join(parts))
        os.replace(own, os.path.join(folder, known))
    except OSError:
        return


def _chunks(kept: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The texts of a run with their streams, in the order in which they were printed."""
    if not kept.startswith(_FORM):
        raise ValueError("no run")
    at = len(_FORM)
    while at < len(kept):
        end = kept.index(b"\n", at)
        name, length = kept[at:end].split(b" ")
        at = end + 1 + int(length)
        if at > len(kept):
            raise ValueError("cut off")
        yield name, kept[end + 1 : at]


def _copied(stream: TextIO, name: bytes, printed: list[tuple[bytes, bytes]]) -> io.TextIOWrapper:
    """A stream that writes to another one, and notes what it writes."""
    import io

    class Copied(io.RawIOBase):
        """The raw end of it."""

        def writable(self) -> bool:
            return True

        def isatty(self) -> bool:
            return stream.isatty()

        def fileno(self) -> int:
            return stream.fileno()

        def write(self, data: ReadableBuffer) -> int:
            text = bytes(data)
            stream.buffer.write(text)
            stream.flush()
            printed.append((name, text))
            return len(text)

    return io.TextIOWrapper(
        io.BufferedWriter(Copied()), encoding=stream.encoding, errors=stream.errors, write_through=True
    )
