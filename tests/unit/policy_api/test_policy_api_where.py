"""Which field of an object of the policy API says a condition."""

from __future__ import annotations

import pytest

from npconv.dialects.policy_api.where import field
from npconv.ir.condition import Holds
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Dimension, DstPortNamed, Named, Scope
from npconv.ir.policy import Direction
from npconv.source.load import parse

TEXT = """
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: web}
spec:
  tier: Admin
  priority: 1
  subject: {pods: {namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: web}}}}
  ingress:
  - action: Deny
    from:
    - namespaces: {matchLabels: {team: b}}
    - pods: {podSelector: {matchExpressions: [{key: app, operator: Exists}]}}
    protocols: [{destinationNamedPort: http}, {udp: {destinationPort: {number: 53}}}]
  egress:
  - action: Accept
    to: [{nodes: {matchLabels: {pool: x}}}, {domainNames: [a.example]}, {networks: [10.0.0.0/8]}]
"""

OLD = """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: web}
spec:
  priority: 1
  subject: {namespaces: {matchLabels: {team: a}}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
    ports: [{namedPort: http}, {portNumber: {protocol: UDP, port: 53}}]
"""


def at(what: Dimension | Holds, rule: str = "ingress", part: str = "peer", text: str = TEXT) -> str:
    """The path to the field."""
    (document,) = parse(text, "test.yaml").documents
    direction = Direction.EGRESS if rule == "egress" else Direction.INGRESS
    return field(document.origin.at("spec", rule, 0), direction, part, what).dotted.removeprefix("spec.")


@pytest.mark.parametrize(
    ("rule", "what", "path"),
    [
        ("ingress", Attribute.of(Scope.NAMESPACE, "team"), "ingress[0].from[0].namespaces.matchLabels.team"),
        ("ingress", Attribute.of(Scope.POD, "app"), "ingress[0].from[1].pods.podSelector.matchExpressions[0]"),
        ("ingress", NAMESPACE, "ingress[0].from[0].namespaces"),
        ("ingress", Axis.KIND, "ingress[0].from[0].namespaces"),
        ("ingress", Axis.DST_PORT, "ingress[0].protocols[1].udp.destinationPort"),
        ("ingress", Axis.PROTOCOL, "ingress[0].protocols"),
        ("ingress", Holds(DstPortNamed("http")), "ingress[0].protocols[0]"),
        ("ingress", Axis.ADDRESS, "ingress[0]"),
        ("egress", Axis.KIND, "egress[0].to[0].nodes"),
        ("egress", Attribute.of(Scope.NODE, "pool"), "egress[0].to[0].nodes.matchLabels.pool"),
        ("egress", Holds(Named("a.example")), "egress[0].to[1].domainNames"),
        ("egress", Axis.ADDRESS, "egress[0].to[2].networks"),
    ],
)
def test_fields_of_a_rule(rule: str, what: Dimension | Holds, path: str) -> None:
    assert at(what, rule) == path


def test_v1alpha1_has_other_ports() -> None:
    assert at(Axis.PROTOCOL, text=OLD) == "ingress[0].ports[1].portNumber.protocol"
    assert at(Axis.DST_PORT, text=OLD) == "ingress[0].ports[1].portNumber"
    assert at(Holds(DstPortNamed("http")), text=OLD) == "ingress[0].ports[0]"


def test_the_subject_is_the_policys() -> None:
    assert at(Attribute.of(Scope.POD, "app"), part="subject") == "subject.pods.podSelector.matchLabels.app"
    team = Attribute.of(Scope.NAMESPACE, "team")
    assert at(team, part="subject") == "subject.pods.namespaceSelector.matchLabels.team"
    assert at(team, part="subject", text=OLD) == "subject.namespaces.matchLabels.team"
    assert at(Axis.KIND, part="subject") == "subject"
