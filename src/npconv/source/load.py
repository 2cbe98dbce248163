"""Paths and texts -> documents and diagnostics: the only way into npconv for anything a user wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.source import nodes, templates
from npconv.source.blocks import Blocks
from npconv.source.decode import MAX_BYTES, decode, too_large
from npconv.source.document import Document
from npconv.source.objects import Wanted, objects
from npconv.source.parse import parse as parse_chunk
from npconv.source.text import Text, chunks

STDIN: Final = "<stdin>"
"""What diagnostics call the standard input."""

SUFFIXES: Final = (".yaml", ".yml", ".json")
_SLOW_FROM: Final = 1_000_000
_BLOCK: Final = 1 << 20
_OWN: Final = frozenset(("npconv.yaml", "npconv.lock.yaml"))
"""What is npconv's own in a folder, and no object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Every object that could be read, in the order of files and of the text, and what was wrong with the rest."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: tuple[Text, ...] = field(default=(), compare=False, repr=False)
    """The files, in their order, for what stands in them beside objects: comments."""
    once: bool = field(default=False, compare=False)
    """Nobody reads the documents a second time, so that what was made of them need not be held beside it."""

    @property
    def failed(self) -> bool:
        """Whether anything could not be used."""
        return any(one.is_error for one in self.diagnostics)


def every_object(document: Document) -> bool:
    """The default for `wanted`."""
    return True


def load(
    paths: Sequence[str],
    stdin: BinaryIO | None = None,
    *,
    wanted: Wanted = every_object,
    concerns: Callable[[str], bool] | None = None,
) -> Loaded:
    """Read files, folders (recursively: `.yaml`, `.yml`, `.json`, packed or not) and `-`.

    A file that was named is read whatever its name; one that comes up twice is read once. Findings inside
    objects that are not `wanted` are left out: a shell script in a ConfigMap may say `${NAME}`. With `concerns`, files
    whose text is nobody's concern are passed over unread, and others are read as if a folder had brought them up.
    """
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    texts: list[Text] = []
    seen: set[str] = set()
    blocks = Blocks()
    for path in paths:
        for file, named in _files(path, diagnostics):
            same = _identity(file)
            if same in seen:
                continue
            seen.add(same)
            data = _read(file, stdin)
            name = STDIN if file == "-" else _printable(file)
            if isinstance(data, Diagnostic):
                diagnostics.append(data)
                continue
            loaded = _parse(data, name, wanted, blocks, named=named and concerns is None, concerns=concerns)
            documents.extend(loaded.documents)
            diagnostics.extend(loaded.diagnostics)
            texts.extend(loaded.texts)
    return Loaded(documents=tuple(documents), diagnostics=tuple(diagnostics), texts=tuple(texts))


def parse(
    text: str | bytes,
    file: str,
    *,
    wanted: Wanted = every_object,
    named: bool = True,
    blocks: Blocks | None = None,
) -> Loaded:
    """Read one text that is already in hand; `file` is what diagnostics call it.

    `named`: the user asked for this text by name; else it came up in a folder, where not all is for Kubernetes.
    `blocks` remembers what other texts of the same run were read as.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _parse(data, file, wanted, blocks or Blocks(), named=named)


def _parse(
    data: bytes,
    file: str,
    wanted: Wanted,
    blocks: Blocks,
    *,
    named: bool,
    concerns: Callable[[str], bool] | None = None,
) -> Loaded:
    text = decode(data, file)
    if isinstance(text, Diagnostic):
        passed_over = concerns is not None and not concerns(data.decode("utf-8", "replace"))
        return Loaded(documents=(), diagnostics=() if passed_over else (text,))
    if concerns is not None and not concerns(text.text):
        return Loaded(documents=(), diagnostics=())
    with nodes.collector_paused():
        return _read_chunks(text, wanted, blocks, named=named)


def _read_chunks(text: Text, wanted: Wanted, blocks: Blocks, *, named: bool) -> Loaded:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = list(_slow(text))
    numbers = count()
    for chunk in chunks(text):
        parsed = parse_chunk(chunk, blocks)
        if isinstance(parsed, Diagnostic):
            diagnostics.append(templates.unreadable(chunk, parsed))
            continue
        for one in parsed:
            found, findings = objects(one, numbers, wanted, named=named)
            documents.extend(found)
            diagnostics.extend(findings)
    return Loaded(documents=tuple(documents), diagnostics=tuple(diagnostics), texts=(text,))


def _slow(text: Text) -> Iterator[Diagnostic]:
    """A remark where the lack of libyaml is felt."""
    if not nodes.HAS_LIBYAML and len(text.text) > _SLOW_FROM:
        yield Diagnostic(code=reading.SLOW_READER, message=f"`{text.file}` is read slowly: PyYAML came without libyaml")


def _files(path: str, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, bool]]:
    """The files behind a path, sorted, and whether the user named them; folders that cannot be read are told."""
    if path == "-" or not Path(path).is_dir():
        yield path, True
        return

    def refuse(error: OSError) -> None:
        diagnostics.append(_unreadable(error.filename or path, error))

    for folder, folders, names in os.walk(path, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(set(names) - _OWN):
            file = Path(folder, name)
            if name.lower().removesuffix(".gz").endswith(SUFFIXES) and (file.is_file() or file.is_symlink()):
                yield str(file), False


def _identity(file: str) -> str:
    """What two names of one file have in common."""
    try:
        return file if file == "-" else os.path.realpath(file)
    except (OSError, ValueError):
        return file


def _read(file: str, stdin: BinaryIO | None) -> bytes | Diagnostic:
    try:
        if file == "-":
            if stdin is None:
                return Diagnostic(code=reading.UNREADABLE_FILE, message="cannot read `-`: there is no standard input")
            data = _bytes(stdin)
        else:
            with Path(file).open("rb") as stream:
                data = _bytes(stream)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        return _unreadable(file, error)
    return too_large(_printable(file)) if len(data) > MAX_BYTES else data


def _bytes(stream: BinaryIO) -> bytes:
    """What a stream holds, and one byte more than is allowed at most. Python would reserve as much at once."""
    blocks: list[bytes] = []
    left = MAX_BYTES + 1
    while left and (block := stream.read(min(left, _BLOCK))):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def _unreadable(file: str, error: OSError | ValueError) -> Diagnostic:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Diagnostic(code=reading.UNREADABLE_FILE, message=f"cannot read `{_printable(file)}`: {reason.lower()}")


def _printable(path: str) -> str:
    """A file name that can be printed, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")
