"""How npconv was called -> the name by which it calls itself, as its users typed it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

NAME: Final = "npconv"

COMPLETE: Final = "_NPCONV_COMPLETE"
"""The environment variable by which the script of a shell asks npconv for words; click makes it of the name."""

_PLUGIN: Final = "kubectl-npconv"
"""What kubectl runs for `kubectl npconv`: any program of that name on the PATH."""


def name(called: str) -> str:
    """`kubectl npconv` where kubectl called it, else `npconv`; `called` is the first of the arguments of the process.

    Krew asks for it: https://krew.sigs.k8s.io/docs/developer-guide/develop/best-practices/
    """
    return "kubectl npconv" if PurePath(called.replace("\\", "/")).stem == _PLUGIN else NAME
