"""Markdown with shell sessions -> what the sessions print today.

A block of YAML with a file name behind `yaml` writes that file. A block `console` is a session: each line that begins
with `$ ` is a command (continued by a `\\` at its end), the lines below it are what it prints, on both streams in the
order in which a terminal shows them. An exit code that is not 0 follows as `[exit 1]`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<language>[a-z]+)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.M | re.S)


def replay(text: str, folder: Path) -> str:
    """The text with the output of every command as it is now. Files are written to, and commands run in, `folder`."""

    def block(found: re.Match[str]) -> str:
        if found["language"] == "console":
            return f"```console\n{''.join(_session(found['body'], folder))}```"
        if found["name"]:
            path = folder / found["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found["body"], encoding="utf-8")
        return found[0]

    return _BLOCK.sub(block, text)


def commands(text: str) -> list[str]:
    """Every command of the sessions."""
    blocks = _BLOCK.finditer(text)
    return [one for found in blocks if found["language"] == "console" for one in _commands(found["body"])]


def _session(body: str, folder: Path) -> Iterator[str]:
    for command in _commands(body):
        yield f"$ {command}\n"
        yield from _run(command, folder)


def _commands(body: str) -> Iterator[str]:
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                command += "\n" + next(lines)
            yield command


def _run(command: str, folder: Path) -> Iterator[str]:
    """What a command prints: npconv is the one of the interpreter that runs the tests."""
    scripts = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NPCONV_", "PYTEST_"))}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={
            **kept,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "FORCE_COLOR": "",
            "NPCONV_CACHE": "off",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    output = done.stdout.decode()
    yield output if output.endswith("\n") or not output else f"{output}\n"
    if done.returncode:
        yield f"[exit {done.returncode}]\n"
