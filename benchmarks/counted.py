"""Whole translations by instructions: those of a large file beyond those of a small one, as callgrind counts them.

Time on a shared machine moves by half within minutes; these come out alike each time, whoever else is at work. What
they leave out is how long memory makes a processor wait, which is more for npconv than for the floor: see both.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.measure import instructions

_OURS: Final = """
import sys
sys.path.insert(0, sys.argv[1])
from benchmarks import subjects
for file in sys.argv[4:]:
    subjects.translate(sys.argv[2], file, prove=sys.argv[3] == "prove")
"""
_FLOOR: Final = """
import gc, pathlib, sys
sys.path.insert(0, sys.argv[1])
from benchmarks import floor
gc.disable()
for file in sys.argv[3:]:
    getattr(floor, sys.argv[2])(pathlib.Path(file))
"""
_HERE: Final = str(Path(__file__).parents[1])


def ours(name: str, small: Path, large: Path, *, prove: bool) -> int:
    """The instructions that translating a file takes where another, small one was translated before."""
    return _beyond(_OURS, [name, "prove" if prove else "translate"], small, large)


@cache
def theirs(work: str, small: Path, large: Path) -> int:
    """The same of a function of `floor`, without the garbage collector, as npconv runs."""
    return _beyond(_FLOOR, [work], small, large)


def _beyond(script: str, arguments: Sequence[str], small: Path, large: Path) -> int:
    command = [sys.executable, "-c", script, _HERE, *arguments, str(small)]
    return instructions([*command, str(large)], _APART) - instructions(command, _APART)


_APART: Final = {"NPCONV_CACHE": "off"}
"""What was kept of earlier runs is not looked at."""
