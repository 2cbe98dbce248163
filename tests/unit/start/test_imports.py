"""What a plain translation does not import: everything that only other commands, inputs or options need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
"""
NEVER = (
    *("attrs", "concurrent", "dd", "jinja2", "jsonschema", "kubernetes", "lark", "multiprocessing", "netaddr", "numpy"),
    *("pydantic", "rich", "ruamel", "subprocess", "z3", "xml", "email", "http", "asyncio"),
    *("npconv.lint", "npconv.snapshot", "npconv.report", "npconv.cli.lint", "npconv.cli.plan", "npconv.cli.snapshot"),
)
MOST = 420
"""Modules of npconv that a run may import, each of which takes as long as reading ten policies: a bound, to go down."""


def test_a_plain_run_imports_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY, encoding="utf-8")
    script = (
        "import sys\nfrom npconv.cli.main import run\n"
        "code = run(['k8s-to-cilium', 'web.yaml', '--quiet'])\nprint(code, *sys.modules, file=sys.stderr)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NPCONV_")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    code, *imported = done.stderr.split()
    assert code == "0"
    assert sorted(one for one in imported if one in NEVER or one.startswith(tuple(f"{name}." for name in NEVER))) == []
    assert len([one for one in imported if one.startswith("npconv")]) <= MOST
