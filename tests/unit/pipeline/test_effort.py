"""What a proof costs, in numbers that do not depend on the machine: more policies, not more questions for each."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options
from npconv.source.load import parse

PER_NAMESPACE = 5


def policy(number: int) -> str:
    """One of five of a namespace: whom the pods of an application let in, from two sorts of peers."""
    namespace, app = f"ns-{number // PER_NAMESPACE}", number % PER_NAMESPACE
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{app}, namespace: {namespace}}}
spec:
  podSelector: {{matchLabels: {{app: a{app}}}}}
  ingress:
  - from:
    - podSelector: {{matchLabels: {{app: a{app + 1}}}}}
    - namespaceSelector: {{matchLabels: {{team: red}}}}
    ports: [{{port: {8000 + app}}}]
"""


def losing(number: int) -> str:
    """One of a namespace: the way to the API server is lost, and a request that another rule lets through."""
    return f"""\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: web, namespace: ns-{number}}}
spec:
  endpointSelector: {{matchLabels: {{app: web}}}}
  egress:
  - toEntities: [kube-apiserver]
  ingress:
  - fromEndpoints: [{{matchLabels: {{app: a{number}}}}}]
    toPorts:
    - ports: [{{port: "80", protocol: TCP}}]
      rules: {{http: [{{method: GET}}, {{method: POST, path: "/orders/[0-9]+"}}]}}
  - fromEndpoints: [{{}}]
"""


def converted(texts: Iterable[str], source: str = "k8s", target: str = "cilium=1.19") -> Conversion:
    options = Options(source=parse_engine(source), target=parse_engine(target), check_seconds=600)
    return convert(parse("---\n".join(texts), "policies.yaml"), options)


@pytest.mark.parametrize("namespaces", [10, 20])
def test_what_a_proof_costs(namespaces: int) -> None:
    proof = converted(map(policy, range(PER_NAMESPACE * namespaces))).proof
    assert proof is not None
    assert proof.is_conclusive
    assert not proof.owned
    assert not proof.unowned
    cost = proof.cost
    assert cost.groups == namespaces + 1
    assert cost.alike == namespaces + 1
    assert cost.questions == 0


@pytest.mark.parametrize("namespaces", [10, 20])
def test_what_a_proof_costs_where_each_namespace_loses_something(namespaces: int) -> None:
    """All groups are looked at for flows that no loss owns, and those with a loss that may own none for such flows."""
    result = converted(map(losing, range(namespaces)), "cilium", "calico")
    proof = result.proof
    assert proof is not None
    assert proof.is_conclusive
    assert not proof.unowned
    assert len(proof.idle) == namespaces
    assert len([loss for loss in result.losses if loss.effect.changes_flows]) == namespaces
    cost = proof.cost
    assert cost.groups == 2 * namespaces + 1
    assert cost.alike + cost.identical == cost.groups
    assert cost.questions == 0
    assert len(proof.owned) == namespaces
