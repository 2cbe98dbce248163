"""Runs npconv as a process of its own, as users do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  selector: app == 'web'
  ingress:
    - action: Log
    - action: Allow
"""

INVALID = POLICY.replace("app == 'web'", "app == web")


def environment(**more: str) -> dict[str, str]:
    """The environment of the tests, without what changes how npconv prints."""
    left_out = ("NPCONV_", "NO_COLOR", "FORCE_COLOR", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"NPCONV_CACHE": "off"} | more


def npconv(
    *arguments: str | Path, folder: Path | None = None, stdin: str | bytes = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "npconv", *map(str, arguments)],
        cwd=folder,
        env=environment(**(env or {})),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
