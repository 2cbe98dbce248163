"""Written, stored and built policies."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.emit import emit, emit_spec
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Port, Rule, SelectorPeer
from npconv.dialects.k8s.parse import parse
from npconv.dialects.k8s.validate import validate
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

MANIFESTS: list[dict[str, Any]] = [
    {},
    {"podSelector": {}, "policyTypes": [], "ingress": [], "egress": []},
    {
        "podSelector": {"matchLabels": {}, "matchExpressions": []},
        "ingress": [{"from": [], "ports": []}, {}],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": []}}]}],
    },
    {
        "podSelector": {"matchExpressions": [{"key": "app", "operator": "Exists", "values": []}]},
        "egress": [
            {"to": [{"podSelector": {}, "namespaceSelector": {}}], "ports": [{"port": "dns", "protocol": "UDP"}]}
        ],
    },
]


@pytest.mark.parametrize("spec", MANIFESTS)
def test_writes_what_it_read(document: Any, spec: dict[str, Any]) -> None:
    manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "labels": {}, "annotations": {"note": "kept"}, "uid": "1", "finalizers": ["a/b"]},
        "spec": spec,
    }
    policy, diagnostics = parse(document(manifest))
    assert policy is not None and not any(one.is_error for one in diagnostics)
    assert emit(policy) == manifest


def test_writes_the_version_it_read(document: Any) -> None:
    manifest = {"apiVersion": "extensions/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "web"}, "spec": {}}
    policy, _ = parse(document(manifest))
    assert policy is not None and emit(policy) == manifest


def test_fields_come_in_the_order_people_write_them(document: Any) -> None:
    rule = Rule(peers=(IPBlock(cidr="10.0.0.0/8"),), ports=(Port(protocol="TCP", port=1, end_port=2),))
    policy = NetworkPolicy(
        metadata=ObjectMeta(name="web", namespace="shop"),
        pod_selector=LabelSelector(),
        policy_types=("Ingress",),
        ingress=(rule,),
    )
    written = emit(policy)
    assert list(written) == ["apiVersion", "kind", "metadata", "spec"]
    assert list(emit_spec(policy)) == ["podSelector", "policyTypes", "ingress"]
    assert emit_spec(policy)["ingress"] == [
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"protocol": "TCP", "port": 1, "endPort": 2}]}
    ]


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        ({}, ["Ingress"]),
        ({"egress": []}, ["Ingress"]),
        ({"egress": [{}]}, ["Ingress", "Egress"]),
        ({"policyTypes": []}, ["Ingress"]),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, ["Egress"]),
    ],
)
def test_default_policy_types(document: Any, spec: dict[str, Any], types: list[str]) -> None:
    manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web"},
        "spec": spec,
    }
    policy, _ = parse(document(manifest))
    assert policy is not None
    assert emit_spec(with_defaults(policy))["policyTypes"] == types


def test_stored_policies_have_no_empty_lists_and_a_protocol_for_every_port() -> None:
    selector = LabelSelector(match_labels=(), match_expressions=())
    policy = NetworkPolicy(
        metadata=ObjectMeta(name="web"),
        ingress=(Rule(peers=(SelectorPeer(namespace_selector=selector),), ports=(Port(), Port(protocol="UDP"))),),
        egress=(Rule(peers=(), ports=()), Rule(peers=(IPBlock(cidr="10.0.0.0/8", except_=()),))),
    )
    assert emit_spec(with_defaults(policy)) == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"namespaceSelector": {}}], "ports": [{"protocol": "TCP"}, {"protocol": "UDP"}]}],
        "egress": [{}, {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}],
    }


def test_a_built_policy_is_checked_without_an_origin() -> None:
    good = NetworkPolicy(metadata=ObjectMeta(name="web"), ingress=(Rule(ports=(Port(port=80),)),))
    assert validate(good) == []
    bad = NetworkPolicy(metadata=ObjectMeta(name="Web"), ingress=(Rule(ports=(Port(port=70000),)),))
    assert [(one.code.id, one.origin) for one in validate(bad)] == [("NPC510", None), ("NPC525", None)]
