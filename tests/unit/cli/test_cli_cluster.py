"""`--cluster` asks about what exists, `--no-check` asks nothing; both say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from npconv.cli.main import run

POLICY = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: clock, namespace: shop}
spec:
  selector: app == 'clock'
  ingress:
    - action: Allow
      protocol: UDP
      source: {selector: app == 'watch', ports: [123]}
      destination: {ports: [123]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: shop, labels: {{app: {0}}}}}
spec: {{nodeName: n1, containers: [{{name: c}}]}}
status: {{phase: Running, podIP: 10.244.0.{1}, podIPs: [{{ip: 10.244.0.{1}}}]}}
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    (tmp_path / "clock.yaml").write_text(POLICY)
    return str(tmp_path / "clock.yaml")


def cluster(folder: Path, *pods: str) -> str:
    path = folder / "cluster.yaml"
    path.write_text("---".join(POD.format(name, number) for number, name in enumerate(pods, start=5)))
    return str(path)


def last_line(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().err.splitlines()[-1]


def test_a_loss_that_no_pod_meets_is_inert(tmp_path: Path, policy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["calico-to-cilium", policy, "--cluster", cluster(tmp_path, "clock", "web")]) == 0
    assert last_line(capfd) == (
        "converted 1 of 1 policy to Cilium 1.19: 1 proven equal (1 with an inert loss), "
        "0 narrower, 0 wider, 0 shifted; assuming NPC756"
    )


def test_a_loss_that_a_pod_meets_is_none_the_less(
    tmp_path: Path, policy: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["calico-to-cilium", policy, "--cluster", cluster(tmp_path, "clock", "watch")]) == 1
    assert "0 proven equal, 1 narrower" in last_line(capfd)


def test_a_cluster_file_that_is_not_there(policy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["calico-to-cilium", policy, "--cluster", "nowhere.yaml"]) == 2
    assert "NPC101" in capfd.readouterr().err


def test_no_check_proves_nothing(policy: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["calico-to-cilium", policy, "--no-check"]) == 1
    assert last_line(capfd).endswith("; nothing is proven: not compared with the source")
