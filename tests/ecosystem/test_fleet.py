"""The program of docs/fleet.md: one report about all clusters, and the same bytes however many work on them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fleet.md"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {0}, namespace: shop}}
spec: {{podSelector: {{matchLabels: {{app: {0}}}}}, policyTypes: [Ingress], {1}: [{{from: [{{podSelector: {{}}}}]}}]}}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    pytest.importorskip("dask.bag", reason="needs dask")
    found = re.search(r"^```python fleet.py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found
    (tmp_path / "fleet.py").write_text(found[1], encoding="utf-8")
    for number in range(6):
        cluster = tmp_path / "clusters" / f"c{number}"
        cluster.mkdir(parents=True)
        name = "same" if number % 2 else f"app-{number}"
        (cluster / "web.yaml").write_text(POLICY.format(name, "ingress"), encoding="utf-8")
    (tmp_path / "clusters" / "c4" / "web.yaml").write_text(POLICY.format("web", "ingres"), encoding="utf-8")
    return tmp_path


def run(fleet: Path, workers: int) -> tuple[str, dict[str, bytes]]:
    out = f"out-{workers}"
    command = [
        sys.executable,
        "fleet.py",
        "clusters",
        out,
        "--from",
        "k8s",
        "--to",
        "cilium",
        "--workers",
        str(workers),
    ]
    done = subprocess.run(command, cwd=fleet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, {path.name: path.read_bytes() for path in (fleet / out).iterdir()}


def test_the_output_does_not_depend_on_how_many_work_on_it(fleet: Path) -> None:
    assert run(fleet, 1) == run(fleet, 2)


def test_the_report_has_every_cluster_and_what_is_wrong_with_it(fleet: Path) -> None:
    said, files = run(fleet, 2)
    assert said.splitlines()[-1] == "5 of 6 clusters proven equal; translated: 4, the others are the same"
    rows = {row["cluster"]: row for row in json.loads(files["report.json"])}
    assert sorted(rows) == [f"c{number}" for number in range(6)]
    assert [one for one in rows.values() if not one["ok"]] == [rows["c4"]]
    assert rows["c4"]["findings"][0] == "NPC110: unknown field `ingres`"
    assert files["c4.yaml"] == b"" and files["c1.yaml"] == files["c3.yaml"] == files["c5.yaml"] != b""
