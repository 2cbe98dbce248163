"""A line of progress: after two seconds, on a terminal, nowhere else, and gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="needs a terminal, which this system has none of")

PROGRAM = """
import sys, time
from npconv.cli.progress import progress
with progress(quiet={quiet}) as line:
    line.step("comparing", 1, 2)
    time.sleep({seconds})
print("done", file=sys.stderr)
"""


def on_a_terminal(seconds: float, *, quiet: bool = False, **environment: str) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    given = {name: value for name, value in os.environ.items() if name not in ("CI", "TERM")}
    try:
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(seconds=seconds, quiet=quiet)],
            stderr=theirs,
            env={**given, "TERM": "xterm", **environment},
            check=True,
            timeout=60,
        )
        return os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_long_work_is_shown_and_erased() -> None:
    shown = on_a_terminal(2.7)
    assert "\r\x1b[Kcomparing (1 of 2), 2 s" in shown
    assert shown.endswith("\r\x1b[Kdone\r\n")


def test_short_work_is_not() -> None:
    assert on_a_terminal(0.1) == "done\r\n"


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_nobody_watches_in_ci(environment: dict[str, str]) -> None:
    assert on_a_terminal(2.5, **environment) == "done\r\n"


def test_quiet_is_quiet() -> None:
    assert on_a_terminal(2.5, quiet=True) == "done\r\n"


def test_a_pipe_gets_nothing() -> None:
    program = PROGRAM.format(seconds=2.5, quiet=False)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == "done\n"
