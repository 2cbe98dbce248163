"""Which field of a NetworkPolicy says a condition."""

from __future__ import annotations

import pytest

from npconv.dialects.k8s.where import field
from npconv.ir.condition import Holds
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Dimension, DstPortNamed, Scope
from npconv.ir.policy import Direction
from npconv.source.load import parse

TEXT = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: tier, operator: Exists}, {key: app, operator: In, values: [web]}]}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: front}}
    - namespaceSelector: {matchLabels: {team: a}}
      podSelector: {matchLabels: {role: x}}
    - ipBlock: {cidr: 10.0.0.0/8}
    ports: [{port: 80}, {protocol: UDP, port: dns}, {port: 8000, endPort: 9000}]
  egress:
  - to: [{podSelector: {}}]
"""

APP = Attribute.of(Scope.POD, "app")


def at(what: Dimension | Holds, *, rule: tuple[str, int] | None = ("ingress", 0), part: str = "peer") -> str:
    """The path to the field."""
    (document,) = parse(TEXT, "test.yaml").documents
    origin = document.origin.at("spec", *(rule or ()))
    direction = Direction.EGRESS if rule and rule[0] == "egress" else Direction.INGRESS
    return field(origin, direction, part, what).dotted.removeprefix("spec.")


@pytest.mark.parametrize(
    ("what", "path"),
    [
        (APP, "ingress[0].from[0].podSelector.matchLabels.app"),
        (Attribute.of(Scope.POD, "role"), "ingress[0].from[1].podSelector.matchLabels.role"),
        (Attribute.of(Scope.POD, "unknown"), "ingress[0].from[0].podSelector"),
        (Attribute.of(Scope.NAMESPACE, "team"), "ingress[0].from[1].namespaceSelector.matchLabels.team"),
        (NAMESPACE, "ingress[0].from[1].namespaceSelector"),
        (Attribute.of(Scope.SERVICE_ACCOUNT, "x"), "ingress[0]"),
        (Axis.ADDRESS, "ingress[0].from[2].ipBlock"),
        (Axis.KIND, "ingress[0].from[2].ipBlock"),
        (Axis.DST_PORT, "ingress[0].ports[2].endPort"),
        (Axis.PROTOCOL, "ingress[0].ports[1].protocol"),
        (Holds(DstPortNamed("dns")), "ingress[0].ports[1].port"),
        (Axis.ICMP_TYPE, "ingress[0]"),
    ],
)
def test_fields_of_a_rule(what: Dimension | Holds, path: str) -> None:
    assert at(what) == path


def test_what_only_one_peer_says_is_the_peers() -> None:
    assert at(Axis.KIND, rule=("egress", 0)) == "egress[0].to[0].podSelector"
    assert at(NAMESPACE, rule=("egress", 0)) == "egress[0].to[0].podSelector"
    assert at(Axis.ADDRESS, rule=("egress", 0)) == "egress[0]"


@pytest.mark.parametrize("rule", [None, ("ingress", 0)])
def test_the_subject_is_the_policys(rule: tuple[str, int] | None) -> None:
    assert at(APP, rule=rule, part="subject") == "podSelector.matchExpressions[1]"
    assert at(NAMESPACE, rule=rule, part="subject") == "podSelector"
