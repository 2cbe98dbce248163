"""A small cluster and a few policies to ask about."""

from __future__ import annotations

from npconv.dialects.cluster.read import read
from npconv.ir.dimensions import Fact
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import plan
from npconv.pipeline.endpoint_text import Surroundings
from npconv.source.load import parse

CLUSTER = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: store}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: ops}}
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: builder, namespace: shop}}
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
- {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
- {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}}
- apiVersion: v1
  kind: Service
  metadata: {name: db, namespace: shop}
  spec: {clusterIP: 10.96.0.7, selector: {app: db}, ports: [{port: 5432}]}
"""


def known(*, cluster: bool, facts: frozenset[Fact] = frozenset()) -> Surroundings:
    """What is known where endpoints are looked up."""
    found, said = read(parse(CLUSTER, "cluster.yaml").documents)
    assert said == ()
    return Surroundings(cluster=found if cluster else None, plan=plan(PolicySet(tiers=())), facts=facts)
