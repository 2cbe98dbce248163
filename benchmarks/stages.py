"""Where the time of a run goes: `python -m benchmarks.stages [COUNT]` prints seconds of a processor by stage.

The stages are functions; each is timed from outside, without what the stages inside of it take.
"""

from __future__ import annotations

import contextlib
import functools
import io
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.sets import Sets
from npconv.cli.main import run

_STAGES: Final = (
    ("YAML to documents", "npconv.source.load", "_parse"),
    ("documents to models, validated", "npconv.pipeline.read", "_filled"),
    ("models to IR", "npconv.pipeline.meaning", "_lifted"),
    ("models to IR", "npconv.dialects.cilium.lift", "Lifting.add"),
    ("models to IR", "npconv.dialects.cilium.lift", "Lifting.policies"),
    ("IR to objects", "npconv.pipeline.convert", "write"),
    ("objects to YAML", "npconv.pipeline.targets.cilium", "write_yaml"),
    ("comparison", "npconv.semantics.compare", "Comparer.__init__"),
    ("comparison", "npconv.semantics.compare", "Comparer.compare"),
    ("comparison", "npconv.pipeline.check", "_idle"),
    ("findings, printed", "npconv.cli.talk", "Talk.say"),
)


class Clock:
    """Seconds by stage, each without those inside of it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time noted."""

        @functools.wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            started = time.process_time()
            try:
                return function(*given, **named)
            finally:
                whole = time.process_time() - started
                self.seconds[name] += whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole

        return call


def measured(file: Path) -> dict[str, float]:
    """The seconds of each stage of a translation from Calico to Cilium."""
    run(["calico-to-cilium", str(file.with_name("calico-10.yaml")), "--quiet"])  # imports
    clock = Clock()
    for name, module, path in _STAGES:
        holder: Any = import_module(module)
        *outer, last = path.split(".")
        for one in outer:
            holder = getattr(holder, one)
        setattr(holder, last, clock.timed(name, getattr(holder, last)))
    clock.timed("everything else", run)(["calico-to-cilium", str(file), "--check-timeout", "6000"])
    return dict(clock.seconds)


def main() -> Iterator[str]:
    """The lines of the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        sets = Sets(Path(folder))
        sets.file("calico", 10)
        nowhere = io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            seconds = measured(sets.file("calico", count))
    whole = sum(seconds.values())
    yield f"{count:,} policies, {whole:.1f} s of a processor"
    for name, each in sorted(seconds.items(), key=lambda one: -one[1]):
        yield f"{each / whole:>6.1%} {each * 1e6 / count:>8.0f} µs a policy  {name}"


if __name__ == "__main__":
    for text in main():
        print(text)
