"""What a proof costs, in numbers that do not depend on the machine: more policies, not more questions for each."""

from __future__ import annotations

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


def converted(count: int) -> Conversion:
    text = "---\n".join(policy(number) for number in range(count))
    options = Options(source=parse_engine("k8s"), target=parse_engine("cilium=1.19"), check_seconds=600)
    return convert(parse(text, "policies.yaml"), options)


@pytest.mark.parametrize("namespaces", [10, 20])
def test_what_a_proof_costs(namespaces: int) -> None:
    proof = converted(PER_NAMESPACE * namespaces).proof
    assert proof is not None
    assert proof.is_conclusive
    assert not proof.owned
    assert not proof.unowned
    cost = proof.cost
    assert cost.groups == namespaces + 1
    assert cost.alike == namespaces + 1
    assert cost.questions == 0
