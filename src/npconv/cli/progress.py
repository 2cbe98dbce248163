"""What is being done and how far -> one line on the standard error, for people who wait.

Silent unless the standard error is a terminal, and for the first two seconds; never in CI. A clock of its own writes
the line, so that one long step shows, too; the line is erased at the end and before anything else is said.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

AFTER_SECONDS: Final = 2.0
"""How long nothing is shown."""

_EVERY_SECONDS: Final = 0.2
_ERASE: Final = "\r\x1b[K"


class Progress:
    """A line that says how far something is. Every method may be called from any thread."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._start = time.monotonic()
        self._text = ""
        self._shown = False
        self._lock = threading.Lock()
        self._ended = threading.Event()
        if stream is not None:
            threading.Thread(target=self._keep_writing, daemon=True).start()

    def step(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done; of how many, if that is known."""
        self._text = f"{text} ({done} of {total})" if total else text

    def erase(self) -> None:
        """Take the line away, before something else is written."""
        with self._lock:
            if self._shown:
                self._shown = False
                self._write(_ERASE)

    def end(self) -> None:
        """Take the line away for good."""
        self._ended.set()
        self.erase()

    def _keep_writing(self) -> None:
        wait = AFTER_SECONDS
        while not self._ended.wait(wait):
            wait = _EVERY_SECONDS
            with self._lock:
                if self._text and not self._ended.is_set():
                    seconds = int(time.monotonic() - self._start)
                    self._write(_ERASE + _fitting(f"{self._text}, {seconds} s"))
                    self._shown = True

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone, and nobody waits
            self._stream = None


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A line for as long as the block takes, in which `line.step("comparing", 3, 10)` says what is being done."""
    line = Progress(None if quiet or not _is_watched() else sys.stderr)
    try:
        yield line
    finally:
        line.end()


def _is_watched() -> bool:
    """Whether a person sees the standard error: a terminal that can erase a line, and no CI."""
    return (
        sys.stderr is not None
        and sys.stderr.isatty()
        and os.environ.get("TERM") != "dumb"
        and os.environ.get("CI", "") in ("", "0", "false")
    )


def _fitting(text: str) -> str:
    """The text cut to the width of the terminal: a line that wraps could not be erased."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        width = 80
    return text if len(text) < width else f"{text[: max(width - 2, 1)]}…"
