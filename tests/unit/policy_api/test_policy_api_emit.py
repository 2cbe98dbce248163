"""Written, stored and built policy API objects."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.policy_api.defaults import with_defaults
from npconv.dialects.policy_api.emit import emit, emit_spec
from npconv.dialects.policy_api.model import Action, ClusterNetworkPolicy, Namespaces, PortRange, Rule, Tier
from npconv.dialects.policy_api.parse import parse
from npconv.dialects.policy_api.validate import validate
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

GROUP = "policy.networking.k8s.io"
PODS = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}}

CLUSTER = {
    "apiVersion": f"{GROUP}/v1alpha2",
    "kind": "ClusterNetworkPolicy",
    "metadata": {"name": "web", "labels": {"a": "b"}},
    "spec": {
        "tier": "Admin",
        "priority": 3,
        "subject": {"pods": {"podSelector": {}}},
        "ingress": [
            {
                "name": "web",
                "action": "Accept",
                "from": [PODS, {"namespaces": {"matchExpressions": []}}],
                "protocols": [
                    {"sctp": {"destinationPort": {"number": 80}}},
                    {"udp": {"destinationPort": {"range": {"start": 1, "end": 9}}}},
                    {"destinationNamedPort": "web"},
                ],
            }
        ],
        "egress": [{"action": "Pass", "to": [{"networks": ["10.0.0.0/8"]}, {"nodes": {}}, {"domainNames": ["a.com"]}]}],
    },
}
ADMIN = {
    "apiVersion": f"{GROUP}/v1alpha1",
    "kind": "AdminNetworkPolicy",
    "metadata": {"name": "web"},
    "spec": {
        "priority": 3,
        "subject": PODS,
        "ingress": [],
        "egress": [
            {
                "action": "Allow",
                "to": [PODS],
                "ports": [
                    {"portNumber": {"port": 80}},
                    {"portNumber": {"protocol": "UDP", "port": 53}},
                    {"portRange": {"start": 1, "end": 9}},
                    {"namedPort": "web"},
                ],
            }
        ],
    },
}
BASELINE = {
    "apiVersion": f"{GROUP}/v1alpha1",
    "kind": "BaselineAdminNetworkPolicy",
    "metadata": {"name": "default"},
    "spec": {"subject": PODS, "ingress": [{"action": "Deny", "from": [PODS]}]},
}


@pytest.mark.parametrize("manifest", [CLUSTER, ADMIN, BASELINE], ids=lambda one: str(one["kind"]))
def test_writes_what_it_read(document: Any, manifest: dict[str, Any]) -> None:
    policy, diagnostics = parse(document(manifest))
    assert policy is not None and diagnostics == ()
    assert emit(policy) == manifest


def test_stored_ports_of_v1alpha1_have_a_protocol(document: Any) -> None:
    policy, _ = parse(document(ADMIN))
    assert policy is not None
    spec: Any = emit_spec(with_defaults(policy))
    assert spec["egress"][0]["ports"] == [
        {"portNumber": {"protocol": "TCP", "port": 80}},
        {"portNumber": {"protocol": "UDP", "port": 53}},
        {"portRange": {"protocol": "TCP", "start": 1, "end": 9}},
        {"namedPort": "web"},
    ]
    assert spec["ingress"] == []


def test_a_built_policy_is_checked_without_an_origin() -> None:
    everyone = Namespaces(selector=LabelSelector())

    def built(start: int, end: int) -> ClusterNetworkPolicy:
        rule = Rule(action=Action.DENY, peers=(everyone,), ports=(PortRange(protocol="TCP", start=start, end=end),))
        return ClusterNetworkPolicy(
            metadata=ObjectMeta(name="web"), tier=Tier.ADMIN, priority=0, subject=everyone, ingress=(rule,)
        )

    assert validate(built(1, 65535)) == []
    assert [(one.code.id, one.origin) for one in validate(built(80, 80))] == [("NPC543", None)]
