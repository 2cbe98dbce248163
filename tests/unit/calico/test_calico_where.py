"""Which field of a Calico rule says a condition."""

from __future__ import annotations

import pytest

from npconv.dialects.calico.where import field
from npconv.ir.condition import Holds
from npconv.ir.dimensions import SERVICE_ACCOUNT, Attribute, Axis, BackendOf, Dimension, DstPortNamed, Scope
from npconv.ir.policy import Direction
from npconv.source.load import parse

TEXT = """
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: web}
spec:
  namespaceSelector: team == 'a'
  serviceAccountSelector: x == 'y'
  ingress:
  - action: Allow
    protocol: TCP
    source: {namespaceSelector: team == 'b', notNets: [10.0.0.0/8], serviceAccounts: {names: [s]}}
    destination: {selector: app == 'web', ports: [80]}
    http: {methods: [GET]}
  egress:
  - action: Deny
    notICMP: {type: 8}
    destination: {services: {name: db, namespace: shop}}
"""

APP, TEAM = Attribute.of(Scope.POD, "app"), Attribute.of(Scope.NAMESPACE, "team")


def at(what: Dimension | Holds, rule: str = "ingress", part: str = "peer") -> str:
    """The path to the field."""
    (document,) = parse(TEXT, "test.yaml").documents
    direction = Direction.EGRESS if rule == "egress" else Direction.INGRESS
    return field(document.origin.at("spec", rule, 0), direction, part, what).dotted.removeprefix("spec.")


@pytest.mark.parametrize(
    ("rule", "part", "what", "path"),
    [
        ("ingress", "peer", TEAM, "ingress[0].source.namespaceSelector"),
        ("ingress", "peer", SERVICE_ACCOUNT, "ingress[0].source.serviceAccounts"),
        ("ingress", "peer", Axis.ADDRESS, "ingress[0].source.notNets"),
        ("ingress", "peer", APP, "ingress[0]"),
        ("ingress", "subject", APP, "ingress[0].destination.selector"),
        ("ingress", "subject", TEAM, "namespaceSelector"),
        ("ingress", "subject", Attribute.of(Scope.POD, "tier"), "ingress[0]"),
        ("ingress", "traffic", Axis.PROTOCOL, "ingress[0].protocol"),
        ("ingress", "traffic", Holds(DstPortNamed("x")), "ingress[0].destination.ports"),
        ("egress", "traffic", Axis.ICMP_CODE, "egress[0].notICMP"),
        ("egress", "peer", Holds(BackendOf("shop", "db", True)), "egress[0].destination.services"),
        ("egress", "subject", TEAM, "namespaceSelector"),
        ("egress", "subject", SERVICE_ACCOUNT, "serviceAccountSelector"),
        ("egress", "subject", APP, "egress[0]"),
    ],
)
def test_fields_of_a_rule(rule: str, part: str, what: Dimension | Holds, path: str) -> None:
    assert at(what, rule, part) == path
