"""Other tools, asked the same: network-config-analyzer, in a virtual environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Final

from benchmarks.measure import MeasureError

_PACKAGE: Final = "network-config-analyzer==2.1.0"
_TOOLS: Final = Path(__file__).with_name(".tools")
_LIMIT: Final = 600


def equivalence(left: Path, right: Path, pods: Path, namespaces: Path) -> float:
    """The seconds of a processor in which network-config-analyzer finds two sets equal, for these pods alone."""
    program = _installed()
    places = ["-n", str(namespaces), "-p", str(pods)]
    before = os.times()
    command = [str(program), "--equiv", str(left), "-b", str(right), *places]
    started = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LIMIT)
    except subprocess.TimeoutExpired:
        return time.monotonic() - started
    after = os.times()
    if not re.search("equivalent", done.stdout):
        raise MeasureError(f"network-config-analyzer says: {(done.stdout + done.stderr)[-300:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def _installed() -> Path:
    """The program, installed from PyPI where it is not there yet."""
    place = _TOOLS / "nca"
    program = place / "bin" / "nca"
    if not program.exists():
        venv.create(place, with_pip=True)
        pip = [str(place / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", _PACKAGE]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MeasureError(f"{_PACKAGE} cannot be installed with {sys.executable}: {done.stderr[-200:]}")
    return program
