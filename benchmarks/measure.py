"""Two things to compare -> their ratio, measured in a way that the noise of a shared machine does not move much.

Time: both in turn, each time in a new child process that begins with every module imported and every cache empty;
processor time, not time on the clock; the median of the ratios of the rounds. Cold starts, and whole translations
beside their time: instructions counted by valgrind's callgrind, which are the same each time. Memory: the most that a
child holds beyond a bare interpreter.
"""

from __future__ import annotations

import gc
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

Work = Callable[[], Any]

_KIB: Final = 1024
_COLLECTED: Final = re.compile(r"Collected : (\d+)")
_PEAK: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_SAY_PEAK: Final = "import atexit, sys; atexit.register(lambda: sys.stderr.write(open('/proc/self/status').read()))\n"


class MeasureError(Exception):
    """What was to be measured does not work; the text says why."""


def once(work: Work, *, limit: float = 600) -> float:
    """The seconds of a processor that something takes in a child, which has the modules imported here."""
    readable, writable = os.pipe()
    gc.collect()
    gc.freeze()  # what is imported is not the work's to look through, nor to copy
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _in_child(work, writable, limit)
    gc.unfreeze()
    os.close(writable)
    with os.fdopen(readable) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) or not text:
        raise MeasureError(f"ended with {os.waitstatus_to_exitcode(status)} (stopped after {limit:.0f} s?)")
    return float(text)


def _in_child(work: Work, answer: int, limit: float) -> None:
    """The measured side of `once`; never returns. Whatever is printed goes nowhere."""
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        if not os.environ.get("BENCHMARKS_SHOW"):
            os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
        start = time.process_time()
        work()
        os.write(answer, str(time.process_time() - start).encode())
        code = 0
    finally:
        os._exit(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How two costs compare: the median of the rounds, and what each side took in that of the middle."""

    ratio: float
    ours: float
    theirs: float


def in_turn(ours: Work, theirs: Work, *, rounds: int) -> Ratio:
    """Processor time of one thing by that of another, a round of each after the other."""
    found = []
    for _ in range(rounds):
        pair = once(ours), once(theirs)
        found.append(Ratio(ratio=pair[0] / pair[1], ours=pair[0], theirs=pair[1]))
    middle = median(one.ratio for one in found)
    return min(found, key=lambda one: abs(one.ratio - middle))


def instructions(command: Sequence[str], more: Mapping[str, str]) -> int:
    """How many instructions a command takes when it is run again, by callgrind; `more` is for its environment."""
    if shutil.which("valgrind") is None:
        raise MeasureError("valgrind is not installed")
    counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "", **more}
    subprocess.run(command, env=environment, capture_output=True, check=False)  # its byte code, and what else it keeps
    done = subprocess.run(counted, env=environment, capture_output=True, text=True, check=False)
    found = _COLLECTED.search(done.stderr)
    if found is None or done.returncode > 1:
        raise MeasureError(f"`{' '.join(command)}` ended with {done.returncode}")
    return int(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a new interpreter took: the most bytes that it held, and seconds of a processor, imports and all."""

    memory: int
    seconds: float


def spent(script: str, arguments: Sequence[str]) -> Spent:
    """Run a script in a new interpreter."""
    before = os.times()
    command = [sys.executable, "-c", _SAY_PEAK + script, *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    after = os.times()
    found = _PEAK.search(done.stderr)
    if found is None or done.returncode not in (0, 1):
        raise MeasureError(f"ended with {done.returncode}: {done.stderr[-300:]}")
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(memory=int(found[1]) * _KIB, seconds=seconds)
