"""What is being done and how far -> one line on the standard error, for people who wait.

Silent unless the standard error is a terminal, and for the first two seconds; never in CI. The line is erased at the
end and before anything else is said.
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

_EVERY_SECONDS: Final = 0.1
_ERASE: Final = "\r\x1b[K"


class Progress:
    """A line that says what is being done. Every method may be called from any thread."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._text = ""
        self._drawn = 0.0
        self._timer = threading.Timer(AFTER_SECONDS, self._begin)
        self._timer.daemon = True
        self._begun = False
        if stream is not None:
            self._timer.start()

    def step(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, and how many of how many are, if that is known."""
        with self._lock:
            self._text = f"[{done}/{total}] {text}" if total else text
            if self._begun and time.monotonic() - self._drawn >= _EVERY_SECONDS:
                self._draw()

    def erase(self) -> None:
        """Take the line away, before something else is written; the next step draws it again."""
        with self._lock:
            if self._drawn:
                self._drawn = 0.0
                self._write(_ERASE)

    def close(self) -> None:
        """Take the line away for good."""
        self._timer.cancel()
        with self._lock:
            self._text = ""
            self._begun = False
        self.erase()

    def _begin(self) -> None:
        with self._lock:
            self._begun = True
            if self._text:
                self._draw()

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        self._write(_ERASE + _fitting(f"{self._text} \N{HORIZONTAL ELLIPSIS}"))

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone, or takes no such letters: nobody reads it
            self._stream = None


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A line for as long as the block runs.

    Use: `with progress() as line: line.step("comparing namespaces", 3, 10)`.
    """
    line = Progress(None if quiet or not _is_watched() else sys.stderr)
    try:
        yield line
    finally:
        line.close()


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
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        width = 80
    return text if len(text) < width else f"{text[: max(width - 2, 1)]}\N{HORIZONTAL ELLIPSIS}"
