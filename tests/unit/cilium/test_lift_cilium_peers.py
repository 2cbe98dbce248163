"""Whom a Cilium peer stands for: absent and empty lists, entities, CIDRs, namespaces, negations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import V1_18, V1_19, V1_20, ccnp, cnp, np, passing

from npconv.dialects.cilium.profile import CIDRMatch, CiliumProfile

ALL = "web db farm plain abroad host node api-node api world ten health ingress init unmanaged"
NOT_PODS = "host node api-node api world ten health ingress init unmanaged"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("- {}", "host"),
        ("- fromEndpoints: []", "host"),
        ("- {fromEndpoints: [], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", "host"),
        ("- {fromEndpoints: [], fromCIDR: [10.0.0.0/8]}", "host"),
        ("- fromEntities: []", "host"),
        ("- fromEntities: [none]", "host"),
        ("- {toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", ALL),
        ("- {fromGroups: [], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", ALL),
        ("- fromGroups: []", "host"),
        ("- {fromEndpoints: [{}]}", "web db host"),
        ("- {fromEndpoints: [{}], toPorts: []}", "web db host"),
        ("- {fromEndpoints: [{}], toPorts: [{}]}", "host"),
        ("- {fromEndpoints: [{matchLabels: {app: db}}, {matchLabels: {app: web}}]}", "web db host"),
        ("- fromEntities: [all]", ALL),
    ],
)
def test_absent_is_anybody_and_empty_is_nobody_but_for_some(entry: str, expected: str) -> None:
    assert passing(cnp(f"ingress:\n{entry}"), among=ALL) == expected


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        ("host", "host"),
        ("remote-node", "host node api-node"),
        ("world", "host api world ten"),
        ("world-ipv4", "host"),
        ("kube-apiserver", "host api-node api"),
        ("cluster", "web db farm plain host node api-node api health ingress init unmanaged"),
        ("cluster-mesh", "web db farm plain abroad host node api-node api health ingress init unmanaged"),
        ("health", "host health"),
        ("ingress", "host ingress"),
        ("init", "host init"),
        ("unmanaged", "host unmanaged"),
    ],
)
def test_entities(entity: str, expected: str) -> None:
    assert passing(cnp(f"ingress: [{{fromEntities: [{entity}]}}]"), among=ALL, profile=V1_20) == expected


def test_denying_the_cluster_denies_an_api_server_outside_of_it() -> None:
    policy = cnp("ingress: [{fromEntities: [all]}]\ningressDeny: [{fromEntities: [cluster]}]")
    assert passing(policy, among=ALL) == "abroad world ten"


def test_world_has_two_families_in_a_dual_stack_cluster() -> None:
    policy = cnp("egress: [{toEntities: [world-ipv6]}]")
    dual = replace(V1_19, ipv6=True)
    assert passing(policy, among="world world-v6 db", way="out", profile=dual) == "world-v6"
    assert passing(policy, among="world world-v6 db", way="out") == ""


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("toCIDR: [0.0.0.0/0]", "api world ten ten-low"),
        ("toCIDR: ['::/0']", "world-v6"),
        ("toCIDR: [10.0.0.0/8]", "ten ten-low"),
        ("toCIDR: [10.77.5.5/16]", "ten"),
        ("toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.64.0.0/10]}]", "ten-low"),
        ("toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.64.0.0/10]}, {cidr: 10.77.0.0/16}]", "ten ten-low"),
        ("toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}]", ""),
    ],
)
def test_a_cidr_matches_the_outside_only(entry: str, expected: str) -> None:
    everybody = f"{ALL} ten-low world-v6"
    assert passing(cnp(f"egress: [{{{entry}}}]"), among=everybody, way="out") == expected


@pytest.mark.parametrize(("profile", "expected"), [(V1_18, "world"), (V1_19, ""), (V1_20, "")])
def test_every_address_of_a_family_that_is_off_was_the_world_before_1_19(profile: CiliumProfile, expected: str) -> None:
    # Asked of Cilium 1.18.6 and 1.20.1 (conformance/cilium): only in sets, and only where one family is on.
    policy = cnp("egress: [{toCIDRSet: [{cidr: '::/0'}]}]")
    assert passing(policy, among="db farm host node world", way="out", profile=profile) == expected
    assert passing(policy, among="db farm host node world", way="out", profile=replace(profile, ipv6=True)) == ""
    assert passing(cnp("egress: [{toCIDR: ['::/0']}]"), among="db farm world", way="out", profile=profile) == ""


def test_so_it_was_for_a_block_of_a_networkpolicy() -> None:
    policy = np("egress: [{to: [{ipBlock: {cidr: '::/0'}}]}]\npolicyTypes: [Egress]")
    assert passing(policy, among="db farm host node world", way="out", profile=V1_18) == "world"
    assert passing(policy, among="db farm host node world", way="out", profile=V1_19) == ""


def test_denying_every_address_leaves_pods_and_nodes_alone() -> None:
    policy = cnp("egress: [{toEntities: [all]}]\negressDeny: [{toCIDR: [0.0.0.0/0]}]")
    assert (
        passing(policy, among=ALL, way="out")
        == "web db farm plain abroad host node api-node health ingress init unmanaged"
    )


def test_an_exception_is_a_hole_in_a_deny_too() -> None:
    policy = cnp(
        "egress: [{toEntities: [world]}]\negressDeny: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.64.0.0/10]}]}]"
    )
    assert passing(policy, among="world ten ten-low", way="out") == "world ten"


def test_nodes_and_pods_are_matched_by_address_where_the_agent_is_told_so() -> None:
    policy, among = cnp("egress: [{toCIDR: [10.0.0.0/8]}]"), "db node world ten"
    assert passing(policy, among=among, way="out") == "ten"
    nodes = replace(V1_20, cidr_match=frozenset({CIDRMatch.NODES}))
    assert passing(policy, among=among, way="out", profile=nodes) == "node ten"
    assert passing(cnp("egress: [{toCIDR: [0.0.0.0/0]}]"), among=among, way="out", profile=nodes) == "world ten"
    pods = replace(V1_20, cidr_match=frozenset({CIDRMatch.PODS}))
    assert passing(policy, among=among, way="out", profile=pods) == "db ten"


def test_every_address_takes_pods_in_where_they_are_matched_by_address() -> None:
    # Asked of Cilium 1.20.1 (conformance/cilium).
    policy, among = cnp("egress: [{toCIDR: [0.0.0.0/0]}]"), "db node world ten"
    pods = replace(V1_20, cidr_match=frozenset({CIDRMatch.PODS}))
    assert passing(policy, among=among, way="out", profile=pods) == "db world ten"
    both = replace(V1_20, cidr_match=frozenset(CIDRMatch))
    assert passing(policy, among=among, way="out", profile=both) == "db node world ten"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("matchLabels: {io.kubernetes.pod.namespace: farm}", "farm"),
        ("matchLabels: {'any:io.kubernetes.pod.namespace': farm}", "farm"),
        ("matchLabels: {io.cilium.k8s.namespace.labels.trade: food, app: web}", "farm"),
        ("matchLabels: {io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name: farm}", "farm"),
        ("matchLabels: {io.cilium.k8s.policy.serviceaccount: db-account}", "db"),
        ("matchLabels: {'container:app': db}", ""),
        ("matchLabels: {k8s.app: db}", ""),
        ("matchLabels: {app: ''}", ""),
        ("matchLabels: {'reserved:remote-node': ''}", "node api-node"),
        ("matchLabels: {pod-template-hash: abc}", ""),
        ("matchExpressions: [{key: app, operator: NotIn, values: [db]}]", "web"),
        ("matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]", "web db"),
        ("matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]", "web db farm plain"),
        ("matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]", "web db abroad"),
    ],
)
def test_what_a_selector_of_a_namespaced_policy_selects(selector: str, expected: str) -> None:
    policy = cnp(f"ingress: [{{fromEndpoints: [{{{selector}}}]}}]\ningressDeny: [{{fromEntities: [host]}}]")
    assert passing(policy, among=ALL) == expected


@pytest.mark.parametrize(
    "key",
    [
        "'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [shop]",
        "io.cilium.k8s.namespace.labels.trade, operator: DoesNotExist",
    ],
)
def test_a_negative_namespace_leaks_to_all_that_has_none_unless_scoped_to_the_cluster(key: str) -> None:
    policy = cnp(f"ingress: [{{fromEndpoints: [{{matchExpressions: [{{key: {key}}}]}}]}}]")
    pods = "farm plain" if "NotIn" in key else "plain"
    assert passing(policy, among=ALL, profile=V1_18) == f"{pods} {NOT_PODS}"
    assert passing(policy, among=ALL, profile=V1_19) == f"{pods} host"


def test_a_reserved_key_takes_the_namespace_away() -> None:
    policy = cnp("ingress: [{fromEndpoints: [{matchExpressions: [{key: 'reserved:world', operator: DoesNotExist}]}]}]")
    assert passing(policy, among=ALL) == "web db farm plain abroad host node api-node health ingress init unmanaged"


def test_the_own_cluster_is_meant_since_1_19() -> None:
    policy = cnp("ingress: [{fromEndpoints: [{}]}]")
    assert passing(policy, among="web abroad", profile=V1_18) == "web abroad"
    assert passing(policy, among="web abroad", profile=V1_19) == "web"


def test_an_empty_peer_of_a_clusterwide_policy_is_every_pod() -> None:
    policy = ccnp("endpointSelector: {matchLabels: {app: web}}\ningress: [{fromEndpoints: [{}]}]")
    assert passing(policy, among=ALL) == "web db farm plain host"


def test_peers_of_init_endpoints_are_not_scoped_to_pods() -> None:
    policy = ccnp("endpointSelector: {matchLabels: {'reserved:init': ''}}\ningress: [{fromEndpoints: [{}]}]")
    assert passing(policy, among="web node world", subject="init", profile=V1_18) == "web node world"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("toFQDNs: [{matchName: Shop.Example.}]", "named"),
        ("toFQDNs: [{matchPattern: '*.example'}]", "named"),
        ("toFQDNs: [{matchName: other.example}]", ""),
        ("{toFQDNs: [], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", "db world named"),
        ("{toFQDNs: [], toPorts: []}", ""),
        ("toFQDNs: []", ""),
    ],
)
def test_names(entry: str, expected: str) -> None:
    item = entry if entry.startswith("{") else f"{{{entry}}}"
    assert passing(cnp(f"egress: [{item}]"), among="db world named", way="out") == expected


def test_a_deny_of_names_that_the_server_drops_denies_everybody() -> None:
    pruned = cnp("egress: [{toEntities: [all]}]\negressDeny: [{toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]")
    assert passing(pruned, among="db world named", way="out") == ""
    assert passing(pruned, among="db world named", way="out", traffic="81/TCP") == "db world named"


@pytest.mark.parametrize(
    ("flag", "selector", "expected"),
    [
        (True, "{}", "node api-node"),
        (True, "{matchLabels: {role: worker}}", "node"),
        (True, "{matchLabels: {role: control}}", ""),
    ],
)
def test_nodes_are_remote_ones(flag: bool, selector: str, expected: str) -> None:
    profile = replace(V1_19, node_selector_labels=flag)
    policy = cnp(f"egress: [{{toNodes: [{selector}]}}]")
    assert passing(policy, among="db host node api-node world", way="out", profile=profile) == expected


def test_a_label_of_a_node_is_no_label_of_a_pod() -> None:
    assert passing(cnp("egress: [{toEndpoints: [{matchLabels: {role: worker}}]}]"), among=ALL, way="out") == ""
