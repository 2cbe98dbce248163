"""A library process runs for ever: what a run made is gone when it is over, without anybody looking for circles."""

from __future__ import annotations

import gc

import pytest

import npconv

_POLICIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: gateway}}}, {namespaceSelector: {matchLabels: {team: core}}}]
    ports: [{protocol: TCP, port: 8080}]
  egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
"""


@pytest.mark.parametrize("target", ["cilium", "calico", "azure-npm", "policy-api", "k8s"])
def test_no_circles_are_left_behind(target: str) -> None:
    def run() -> None:
        back = npconv.convert(npconv.convert(_POLICIES, write=target).objects, write="k8s")
        assert back.objects or back.diagnostics

    for _ in range(60):  # what classes and caches make for themselves comes with their first uses
        run()
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            run()
        assert gc.collect() < 5
    finally:
        gc.enable()
