"""The entry point of the command: arguments -> an exit code. Nobody waits for imports to see a version."""

from __future__ import annotations

import sys

from npconv import __version__

TYPE_CHECKING = False  # that of `typing`, whose import takes as long as everything else that a version needs
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--version"], ["-V"]):
        sys.exit(_say_version())
    import gc
    import signal

    gc.disable()  # a run makes trees and ends: looking for cycles among what is imported and read finds none
    if hasattr(signal, "SIGPIPE"):  # a reader such as `head` has seen enough: end as other tools do
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    from npconv.cli import again

    known = again.key(given)
    if known is None:
        code = run(arguments)
    else:
        code = 0 if again.replay(known) else again.remember(known, given, lambda: run(arguments))
    gc.freeze()  # nor at the end
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code. Nothing is raised, whatever the input."""
    from npconv.cli.commands import run as run_command

    return run_command(arguments)


def _say_version() -> int:
    """What `click.version_option` prints, without click."""
    try:
        sys.stdout.write(f"npconv, version {__version__}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return 1
    return 0
