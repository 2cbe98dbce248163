"""What a snapshot would ask -> lines to paste into a shell, and the files that these leave -> the same answers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from npconv.snapshot.kubectl import Answer, Kubectl, Login, discovery, gets, versions
from npconv.snapshot.table import RESOURCES


def lines(login: Login, folder: str, *, namespaces: Sequence[str] = ()) -> Iterator[str]:
    """The lines. Each answer goes to a file of its own; a kind that the server does not have leaves it empty."""
    yield f"mkdir -p {shlex.quote(folder)}"
    for file, arguments in _asked(login, namespaces):
        yield f"{shlex.join(('kubectl', *arguments))} > {shlex.quote(f'{folder}/{file}')}"


def answered(folder: Path, login: Login, *, namespaces: Sequence[str] = ()) -> Kubectl:
    """Answers out of the files that the lines leave. A file that is empty or not there is an answer that failed."""
    files = {arguments: folder / file for file, arguments in _asked(login, namespaces)}

    def answer(arguments: Sequence[str]) -> Answer:
        file = files.get(tuple(arguments))
        try:
            output = file.read_bytes() if file is not None else b""
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Answer(code=1, output=b"", errors=f"error: cannot read `{file}`: {reason}\n")
        if output.strip() or "--ignore-not-found" in arguments:
            return Answer(code=0, output=output, errors="")
        return Answer(code=1, output=b"", errors=f"error: `{file}` is empty\n")

    return answer


def _asked(login: Login, namespaces: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every call of kubectl, with the file that its answer goes to."""
    yield "version.json", versions(login)
    yield "api-resources.txt", discovery(login)
    for resource in RESOURCES:
        several = gets(resource, login, namespaces=namespaces)
        for index, arguments in enumerate(several):
            number = f".{index + 1}" if len(several) > 1 else ""
            yield f"{resource.title}{number}.json", arguments
