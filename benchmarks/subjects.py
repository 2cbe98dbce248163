"""npconv as it is measured: whole commands, from reading files to what they print, run inside of this process."""

from __future__ import annotations

import contextlib
import gc
import io
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import npconv
from npconv.cli.main import run

ANY_END = (0, 1)
"""Done, and done with losses: either is a whole run."""


def command(*arguments: str | Path, ends: tuple[int, ...] = ANY_END) -> None:
    """Run a command of npconv to its end, without the garbage collector, as the process of a command does."""
    gc.disable()
    code = run([str(one) for one in arguments])
    if code not in ends:
        raise RuntimeError(f"npconv {' '.join(map(str, arguments))} ended with {code}")


def translate(name: str, file: Path, *, prove: bool) -> None:
    """Translate the policies of a file, `name` saying from what to what."""
    checked = ["--check-timeout", "6000"] if prove else ["--no-check"]
    command(name, file, "--fail-on", "none", *checked)


def entry(*arguments: str) -> list[str]:
    """The command line that users type, for a process of its own."""
    script = Path(sys.executable).with_name("npconv")
    own = [sys.executable, str(script)] if script.exists() else [sys.executable, "-m", "npconv"]
    return [*own, *arguments]


def knows(name: str) -> bool:
    """Whether npconv has a command of this name."""
    return subprocess.run(entry(name, "--help"), capture_output=True, check=False).returncode == 0


def imports(sources: Sequence[Path]) -> None:
    """Import every module, and translate something small each way, before anything is measured."""
    import_module("pysat.solvers")
    for module in walk_packages(npconv.__path__, "npconv."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    nowhere = io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        for source in sources:
            for target in ("cilium", "calico", "k8s"):
                run([f"{source.stem.partition('-')[0]}-to-{target}", str(source), "--quiet", "--fail-on", "none"])
