"""Ports of nodes that lead to pods: of containers and sidecars, not of init containers that end."""

from __future__ import annotations

from npconv.dialects.cluster.model import HostPort
from npconv.dialects.cluster.read import read
from npconv.source import load

POD = """
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: ops}
spec:
  initContainers:
  - {name: setup, ports: [{containerPort: 1, hostPort: 1}]}
  - {name: side, restartPolicy: Always, ports: [{containerPort: 9000, hostPort: 9001}]}
  containers:
  - name: main
    ports: [{containerPort: 8126, hostPort: 8126, protocol: UDP}, {containerPort: 80}, {containerPort: 81, hostPort: 0}]
"""


def test_host_ports_are_read_with_or_without_a_name() -> None:
    cluster, said = read(load.parse(POD, "pod.yaml").documents)
    assert said == ()
    (pod,) = cluster.pods
    assert pod.host_ports == (
        HostPort(host_port=9001, port=9000),
        HostPort(host_port=8126, port=8126, protocol="UDP"),
    )
    assert pod.ports == ()
