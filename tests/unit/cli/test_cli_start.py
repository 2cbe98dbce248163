"""What a command may import: nobody waits for YAML to see a help text, nor for click to see a version."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command import environment

SLOW = ("yaml", "lark", "json", "npconv.pipeline", "npconv.dialects", "npconv.source", "npconv.ir")
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
"""


def _imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "npconv", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def _among(imported: set[str], names: tuple[str, ...]) -> list[str]:
    return sorted(one for one in imported if one in names or one.startswith(tuple(f"{name}." for name in names)))


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_imports_next_to_nothing(option: str) -> None:
    imported = _imported(option)
    assert "npconv.cli.main" in imported
    assert _among(imported, ("click", "typing", "re", "enum", "dataclasses", "npconv.cli.commands", *SLOW)) == []


@pytest.mark.parametrize("arguments", [["--help"], ["calico-to-cilium", "--help"]])
def test_help_imports_little(arguments: list[str]) -> None:
    imported = _imported(*arguments)
    assert "click" in imported
    assert _among(imported, SLOW) == []


@pytest.mark.parametrize("command", ["explain", "codes"])
def test_codes_need_no_policies(command: str) -> None:
    arguments = [command] if command == "codes" else [command, "NPC101"]
    imported = _imported(*arguments)
    assert "npconv.diagnostics.codes" in imported
    assert _among(imported, ("yaml", "lark", "npconv.pipeline")) == []
