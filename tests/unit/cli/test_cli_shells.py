"""Completion for real: a shell with npconv's script, and somebody who presses the tabulator."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import environment

pty = pytest.importorskip("pty", reason="needs a terminal, which Windows does not have")

SCRIPTS = Path(sys.executable).parent
pytestmark = pytest.mark.skipif(not (SCRIPTS / "npconv").exists(), reason="npconv is not installed beside this Python")

LINES = [("npconv comple", "tion", " fish"), ("npconv matrix -o json --to cilium=1.2", "0", "")]
"""What is typed before the tabulator; what it adds; what is typed after it. Bash parts words at `=`."""


def shell(name: str) -> str:
    """Where a shell is; without it there is nothing to test."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}")
    return found


def around(folder: Path) -> dict[str, str]:
    """An environment that knows npconv, and nothing of the user's own settings."""
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    return environment(PATH=path, HOME=str(folder), ZDOTDIR=str(folder), TERM="dumb", PS1="> ", INPUTRC="/dev/null")


def session(command: list[str], folder: Path, setup: str, line: tuple[str, str, str]) -> None:
    """Type a line with a tabulator in it, and send what it prints into a file."""
    before, added, after = line
    terminal, inside = pty.openpty()
    running = subprocess.Popen(
        command, cwd=folder, env=around(folder), stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    )
    os.close(inside)
    seen = ""

    def until(text: str) -> None:
        nonlocal seen
        limit = time.monotonic() + 30
        while text not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0.0, limit - time.monotonic()))
            assert ready, f"waited for {text!r}, saw {seen!r}"
            seen += os.read(terminal, 4096).decode(errors="replace")

    try:
        os.write(terminal, f"{setup}; echo rea''dy\n".encode())
        until("ready\r\n")
        os.write(terminal, f"{before}\t".encode())
        until(f"{before}{added}")
        os.write(terminal, f"{after} > printed; echo do''ne\n".encode())
        until("done\r\n")
    finally:
        running.kill()
        running.wait()
        os.close(terminal)


def check(folder: Path, line: tuple[str, str, str]) -> None:
    """What the line printed is what the whole command prints."""
    command = ["bash", "-c", "".join(line)]
    expected = subprocess.run(command, env=around(folder), capture_output=True, text=True, check=True, timeout=60)
    assert (folder / "printed").read_text(encoding="utf-8") == expected.stdout != ""


@pytest.mark.parametrize("line", LINES, ids=["command", "version"])
def test_bash(line: tuple[str, str, str], tmp_path: Path) -> None:
    session([shell("bash"), "--norc", "--noprofile", "-i"], tmp_path, "source <(npconv completion bash)", line)
    check(tmp_path, line)


@pytest.mark.parametrize("line", LINES, ids=["command", "version"])
def test_zsh(line: tuple[str, str, str], tmp_path: Path) -> None:
    setup = "autoload -Uz compinit; compinit -u; source <(npconv completion zsh)"
    session([shell("zsh"), "-f", "-i"], tmp_path, setup, line)
    check(tmp_path, line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("npconv comple", ["completion\tPrint the completion script of a shell."]),
        ("npconv matrix --to cilium=1.2", ["cilium=1.20\tCilium 1.20"]),
        ("npconv convert --to calico=3.29 polic", ["policies/"]),
    ],
)
def test_fish(line: str, words: list[str], tmp_path: Path) -> None:
    """Fish says itself what it would propose."""
    (tmp_path / "policies").mkdir()
    script = f"npconv completion fish | source; complete -C '{line}'"
    command = [shell("fish"), "--no-config", "-c", script]
    done = subprocess.run(
        command, env=around(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == words


@pytest.mark.parametrize(
    ("line", "words"),
    [("npconv comple", ["completion"]), ("npconv matrix --to cilium=1.2", ["cilium=1.20"])],
)
def test_powershell(line: str, words: list[str], tmp_path: Path) -> None:
    script = (
        "npconv completion powershell | Out-String | Invoke-Expression; "
        f"(TabExpansion2 '{line}' {len(line)}).CompletionMatches.CompletionText"
    )
    command = [shell("pwsh"), "-NoProfile", "-Command", script]
    done = subprocess.run(command, env=around(tmp_path), capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == words


def test_powershell_script_is_one() -> None:
    """Where there is no PowerShell, its grammar at least."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    command = [SCRIPTS / "npconv", "completion", "powershell"]
    script = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert b"Register-ArgumentCompleter -Native -CommandName npconv" in script
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(script)
    assert not tree.root_node.has_error
