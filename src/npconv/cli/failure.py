"""An exception that nobody expected -> a message that can be reported."""

from __future__ import annotations

import traceback
from pathlib import Path

from npconv.cli.talk import Talk
from npconv.diagnostics.codes import internal
from npconv.diagnostics.diagnostic import Diagnostic

_PACKAGE = Path(__file__).resolve().parents[1]


def report(error: BaseException) -> None:
    """Say that npconv failed, and where in its code."""
    text = "".join(traceback.format_exception_only(error)).strip().splitlines()
    Talk().say(
        [
            Diagnostic(
                code=internal.UNEXPECTED,
                message=f"npconv failed: {text[0] if text else type(error).__name__}",
                notes=(f"in {_where(error)}",),
                help="please report it with the input; `NPCONV_DEBUG=1` shows the traceback",
            )
        ]
    )


def _where(error: BaseException) -> str:
    """The place in npconv's own code that the exception comes from."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            return f"{path.relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno}"
    return "an unknown place"
