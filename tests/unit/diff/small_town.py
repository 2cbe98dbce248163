"""Policies and a cluster in a few lines, as texts and as meanings."""

from __future__ import annotations

from npconv.pipeline.engines import Engine, parse_engine
from npconv.pipeline.meaning import Meaning, meaning
from npconv.source.load import parse

DB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
      ports: [{port: 5432}]
"""

DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""

CALICO_DENY = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-telnet}
spec:
  order: 10
  types: [Ingress]
  ingress:
    - {action: Deny, protocol: TCP, destination: {ports: [23]}}
"""

CILIUM_DB = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: web}}]
      toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
"""

CLUSTER = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: store}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: ops}}
- apiVersion: v1
  kind: Pod
  metadata: {name: web-0, namespace: shop, labels: {app: web}}
  spec: {nodeName: n1, containers: [{name: c}]}
  status: {phase: Running, podIP: 10.244.1.5}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, labels: {app: db}}
  spec: {nodeName: n2, containers: [{name: c, ports: [{name: pg, containerPort: 5432}]}]}
  status: {phase: Running, podIP: 10.244.2.5}
- apiVersion: v1
  kind: Pod
  metadata: {name: web-1, namespace: ops, labels: {app: web}}
  spec: {nodeName: n1, serviceAccountName: prober, containers: [{name: c}]}
  status: {phase: Running, podIP: 10.244.1.9}
- apiVersion: v1
  kind: Pod
  metadata: {name: agent, namespace: ops}
  spec: {nodeName: n2, hostNetwork: true, containers: [{name: c}]}
  status: {phase: Running, podIP: 192.168.0.2}
- apiVersion: v1
  kind: Pod
  metadata: {name: job, namespace: ops}
  spec: {nodeName: n2, containers: [{name: c}]}
  status: {phase: Succeeded, podIP: 10.244.2.5}
- {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
- {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}}
- apiVersion: v1
  kind: Service
  metadata: {name: db, namespace: shop}
  spec: {clusterIP: 10.96.0.7, selector: {app: db}, ports: [{port: 5432}]}
"""


def means(*texts: str, engine: str = "k8s", file: str = "policies.yaml") -> Meaning:
    """What an engine makes of some policies. They must be valid."""
    found = meaning(parse("---\n".join(texts), file), named(engine))
    assert not found.failed, found.diagnostics
    return found


def named(engine: str) -> Engine | None:
    return None if engine == "auto" else parse_engine(engine)
