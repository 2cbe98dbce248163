"""npconv as it is measured: whole commands, from reading files to what they print, run inside of this process."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from npconv.cli.main import run

ANY_END = (0, 1)
"""Done, and done with losses: either is a whole run."""


def command(*arguments: str | Path) -> None:
    """Run a command of npconv to its end."""
    code = run([str(one) for one in arguments])
    if code not in ANY_END:
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
    """Translate something small each way, so that every module is imported before anything is measured."""
    nowhere = io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        for source in sources:
            for target in ("cilium", "calico", "k8s"):
                run([f"{source.stem.partition('-')[0]}-to-{target}", str(source), "--quiet", "--fail-on", "none"])
