"""What a command may import: nobody waits for YAML to see a version."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command import environment

SLOW = ("yaml", "lark", "json", "npconv.pipeline", "npconv.dialects", "npconv.source", "npconv.ir")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["calico-to-cilium", "--help"]])
def test_help_and_version_import_little(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "npconv", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "click" in imported
    assert [one for one in imported if one in SLOW or one.startswith(tuple(f"{slow}." for slow in SLOW))] == []


@pytest.mark.parametrize("command", ["explain", "codes"])
def test_codes_need_no_policies(command: str) -> None:
    arguments = [command] if command == "codes" else [command, "NPC101"]
    script = f"import sys; from npconv.cli.main import run; run({arguments}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    modules = done.stdout.splitlines()[-1].split()
    assert "npconv.diagnostics.codes" in modules
    assert not {"yaml", "lark", "npconv.pipeline"} & set(modules)
