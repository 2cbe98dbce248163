"""What is written for Azure NPM: only what it takes and gets right, with a loss for the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from npm_world import LINUX, WINDOWS, policy

from npconv.dialects.azure_npm.lift import intent
from npconv.dialects.azure_npm.lower import lower
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.k8s.emit import emit_spec
from npconv.dialects.k8s.lift import lift
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.lower import Lowered
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import plan
from npconv.semantics.meaning import KUBERNETES
from npconv.source.object_meta import ObjectMeta

KNOWN = plan(PolicySet(tiers=()), pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"])
GUARD = {"key": "kubernetes.io/metadata.name", "operator": "Exists"}


def written(source: PolicySet, profile: AzureNpmProfile, **more: Any) -> Lowered:
    names = {
        one.name: ObjectMeta(name=one.name.name, namespace=one.name.namespace)
        for tier in source.tiers
        for one in tier.policies
        if one.name.kind == "NetworkPolicy"
    }
    known = more.pop("known", plan(source))
    lowered = lower(source, profile, known, names=names, **more)
    assert not any(refusals(built, profile) for built, _ in lowered.objects)
    return lowered


def npm(spec: str, profile: AzureNpmProfile = LINUX, **more: Any) -> Lowered:
    """From what Azure NPM on Linux means."""
    return written(intent([policy(spec)], LINUX).policies, profile, **more)


def kubernetes(spec: str, profile: AzureNpmProfile = LINUX, **more: Any) -> Lowered:
    """From what Kubernetes promises: an `ipBlock` is for addresses outside."""
    return written(lift_set([lift(policy(spec), KUBERNETES)]), profile, **more)


def peers(lowered: Lowered) -> Any:
    ((built, _),) = lowered.objects
    rules = emit_spec(built).get("ingress")
    return "nobody" if rules is None else [rule.get("from", "everybody") for rule in rules]


def lost(lowered: Lowered) -> list[str]:
    return [f"{one.code} {one.effect.value}: {one.message}" for one in lowered.losses]


def from_(peer: str) -> str:
    return f"policyTypes: [Ingress], ingress: [{{from: [{peer}]}}]"


def team(operator: str, *values: str) -> str:
    listed = f", values: [{', '.join(values)}]" if values else ""
    return f"namespaceSelector: {{matchExpressions: [{{key: team, operator: {operator}{listed}}}]}}"


def needs(operator: str, *values: str) -> dict[str, Any]:
    return {"key": "team", "operator": operator} | ({"values": list(values)} if values else {})


@pytest.mark.parametrize(
    ("peer", "selector"),
    [
        (team("NotIn", "a", "b"), [GUARD, needs("NotIn", "a"), needs("NotIn", "b")]),
        (team("NotIn", "a"), [GUARD, needs("NotIn", "a")]),
        (team("DoesNotExist"), [GUARD, needs("DoesNotExist")]),
        (team("In", "a", "b"), [needs("In", "a", "b")]),
        (team("Exists"), [needs("Exists")]),
    ],
)
def test_negative_namespace_selectors_are_guarded(peer: str, selector: list[Any]) -> None:
    lowered = npm(from_(peer))
    assert peers(lowered) == [[{"namespaceSelector": {"matchExpressions": selector}}]]
    assert lost(lowered) == []


def test_beside_a_positive_pod_selector_no_guard_is_needed() -> None:
    lowered = npm(from_(f"{{{team('NotIn', 'a', 'b')}, podSelector: {{matchLabels: {{app: db}}}}}}"))
    assert peers(lowered) == [
        [
            {
                "namespaceSelector": {"matchExpressions": [needs("NotIn", "a"), needs("NotIn", "b")]},
                "podSelector": {"matchLabels": {"app": "db"}},
            }
        ]
    ]


def test_negative_pod_selectors_are_right_as_they_are() -> None:
    lowered = npm(from_("podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x, z]}]}"))
    assert peers(lowered) == [
        [{"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x", "z"]}]}}]
    ]


def test_blocks_stay_blocks_whoever_has_the_address() -> None:
    block = "ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}"
    assert peers(npm(from_(block))) == [[{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]]
    assert peers(npm(from_("ipBlock: {cidr: 0.0.0.0/0}"))) == ["everybody"]
    assert lost(npm(from_(block))) == []


def test_ipv6_blocks_are_not_written() -> None:
    both = kubernetes(from_("ipBlock: {cidr: 203.0.113.0/24}, ipBlock: {cidr: '2001:db8::/32'}"))
    assert peers(both) == [[{"ipBlock": {"cidr": "203.0.113.0/24"}}]]


def test_exceptions_become_the_cidrs_between_them_on_windows() -> None:
    lowered = npm(from_("ipBlock: {cidr: 10.0.0.0/14, except: [10.1.0.0/16]}"), WINDOWS)
    assert peers(lowered) == [[{"ipBlock": {"cidr": "10.0.0.0/16"}}, {"ipBlock": {"cidr": "10.2.0.0/15"}}]]
    assert lost(lowered) == []


def test_addresses_outside_alone_leave_out_where_pods_and_nodes_may_be() -> None:
    lowered = kubernetes(from_("ipBlock: {cidr: 0.0.0.0/0}"))
    private = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"]
    assert peers(lowered) == [[{"ipBlock": {"cidr": "0.0.0.0/0", "except": private}}]]
    assert lost(lowered) == [
        "NPC358 narrows: part of the Allow left out: "
        "an `ipBlock` is for whoever has the address in Azure NPM, and pods or nodes may"
    ]
    known = kubernetes(from_("ipBlock: {cidr: 10.0.0.0/8}"), known=KNOWN)
    assert peers(known) == [[{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/24", "10.244.0.0/16"]}}]]
    assert lost(known) == []


def test_addresses_apart_from_the_cluster_are_what_they_were() -> None:
    lowered = kubernetes(from_("ipBlock: {cidr: 203.0.113.0/24}"))
    assert peers(lowered) == [[{"ipBlock": {"cidr": "203.0.113.0/24"}}]]
    assert lost(lowered) == []


@pytest.mark.parametrize(
    ("spec", "found", "loss"),
    [
        (
            from_("podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}"),
            "nobody",
            "NPC360 narrows: Allow left out: on Windows, Azure NPM drops policies with `NotIn` or `DoesNotExist`",
        ),
        (
            "ingress: [{ports: [{port: web}]}]",
            "nobody",
            "NPC361 narrows: Allow left out: on Windows, Azure NPM drops policies with named ports",
        ),
        (
            "ingress: [{ports: [{protocol: SCTP}, {protocol: UDP}]}]",
            ["everybody"],
            "NPC362 narrows: part of the Allow left out: on Windows, Azure NPM drops policies with SCTP",
        ),
    ],
)
def test_what_windows_does_not_take(spec: str, found: Any, loss: str) -> None:
    lowered = npm(spec, WINDOWS)
    assert peers(lowered) == found
    assert lost(lowered) == [loss]
    assert lost(npm(spec, LINUX)) == []


def test_pods_without_a_label_cannot_be_isolated_on_windows() -> None:
    lowered = npm("podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}", WINDOWS)
    assert lowered.objects == ()
    assert lost(lowered) == [
        "NPC330 widens: policy left out: on Windows, Azure NPM drops policies with `NotIn` or `DoesNotExist`"
    ]


def test_excluded_namespaces_are_those_that_are_left_on_windows() -> None:
    town = (("shop", {"team": "a"}), ("ops", {"team": "b"}), ("lab", {}))
    lowered = npm(from_(team("NotIn", "a")), WINDOWS, namespaces=town)
    names = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["lab", "ops"]}
    assert peers(lowered) == [[{"namespaceSelector": {"matchExpressions": [names]}}]]
    assert lost(lowered) == []


def test_ipv6_passes_in_a_dual_stack_cluster_and_is_said_to() -> None:
    dual = replace(KNOWN, only_v4=False)
    (loss,) = npm("policyTypes: [Ingress]", known=dual).losses
    assert (loss.code.id, loss.effect.value) == ("NPC359", "widens")
    assert loss.message == "traffic to its pods over IPv6 passes: Azure NPM does not filter it"
    assert npm("policyTypes: [Ingress]", known=KNOWN).losses == ()


def test_what_goes_to_the_own_node_is_judged_on_windows() -> None:
    lowered = npm("policyTypes: [Egress]", WINDOWS)
    assert lost(lowered) == ["NPC357 narrows: `own-node` of the source's engine is not in the output"]
