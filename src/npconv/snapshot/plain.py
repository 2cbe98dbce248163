"""What a snapshot would ask -> lines to paste into a shell, and the files that these leave -> the same answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from npconv.pattern import pattern
from npconv.snapshot.kubectl import Answer, Kubectl, Login, discovery, gets, versions
from npconv.snapshot.table import RESOURCES

_SAID: Final = ".said"
"""Behind the name of an answer's file: what kubectl said of it."""

_WRONG: Final = pattern(r"^(error|unable to|the connection to)", re.IGNORECASE | re.MULTILINE)


def lines(login: Login, folder: str, *, namespaces: Sequence[str] = ()) -> Iterator[str]:
    """The lines. Each answer goes to a file of its own, and what kubectl says of it to another.

    Both are needed: where kubectl may not list objects, it prints an empty list.
    """
    yield f"mkdir -p {shlex.quote(folder)}"
    for file, arguments in _asked(login, namespaces):
        command = shlex.join(("kubectl", *arguments))
        yield f"{command} > {shlex.quote(f'{folder}/{file}')} 2> {shlex.quote(f'{folder}/{file}{_SAID}')}"


def answered(folder: Path, login: Login, *, namespaces: Sequence[str] = ()) -> Kubectl:
    """Answers out of the files that the lines leave. A file that is not there is an answer that failed."""
    files = {arguments: folder / file for file, arguments in _asked(login, namespaces)}

    def answer(arguments: Sequence[str]) -> Answer:
        file = files.get(tuple(arguments))
        try:
            output = file.read_bytes() if file is not None else b""
            said = file.with_name(f"{file.name}{_SAID}") if file is not None else None
            errors = said.read_text("utf-8", "replace") if said is not None and said.exists() else ""
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Answer(code=1, output=b"", errors=f"error: cannot read `{file}`: {reason}\n")
        if not errors and not output.strip() and "--ignore-not-found" not in arguments:
            errors = f"error: `{file}` is empty\n"
        return Answer(code=1 if _WRONG.search(errors) else 0, output=output, errors=errors)

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
