"""Kubernetes policies beside Cilium's own, as Cilium enforces them: NetworkPolicy, and the tiers of the policy API."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import V1_18, V1_19, V1_20, ask, cnp, kcnp, np, passing, read

from npconv.ir.dimensions import Request

SOME = "db farm plain host node world"
FARM = "{namespaces: {matchLabels: {kubernetes.io/metadata.name: farm}}}"


def tier(name: str, action: str, peer: str = FARM, priority: int = 10, policy: str = "kcnp", more: str = "") -> str:
    """A ClusterNetworkPolicy with one ingress rule."""
    rule = f"{{name: r, action: {action}, from: [{peer}]{more}}}"
    return kcnp(f"tier: {name}\npriority: {priority}\ningress: [{rule}]", name=policy)


@pytest.mark.parametrize(
    ("spec", "incoming", "outgoing"),
    [
        ("ingress: [{}]", SOME, SOME),
        ("ingress: []", "host", SOME),
        ("ingress: [{from: []}]", SOME, SOME),
        ("policyTypes: [Egress]", SOME, ""),
        ("policyTypes: [Egress]\ningress: [{from: [{podSelector: {}}]}]", "db host", ""),
        ("policyTypes: [Ingress]\negress: [{to: [{podSelector: {}}]}]", "host", "db"),
        ("egress: [{}]", "host", SOME),
        ("ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]", "db host", SOME),
        ("ingress: [{from: [{namespaceSelector: {}}]}]", "db farm plain host", SOME),
        ("ingress: [{from: [{namespaceSelector: {matchLabels: {trade: food}}}]}]", "farm host", SOME),
        ("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", "host world", SOME),
        ("egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]\npolicyTypes: [Egress]", SOME, ""),
    ],
)
def test_networkpolicies(spec: str, incoming: str, outgoing: str) -> None:
    assert passing(np(spec), among=SOME) == incoming
    assert passing(np(spec), among=SOME, way="out") == outgoing


def test_a_negative_namespace_selector_leaks_unless_scoped_to_the_cluster() -> None:
    spec = "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: trade, operator: DoesNotExist}]}}]}]"
    assert passing(np(spec), among=SOME, profile=V1_18) == "plain host node world"
    assert passing(np(spec), among=SOME, profile=V1_19) == "plain host"


def test_a_label_that_is_no_part_of_the_identity_matches_nothing() -> None:
    spec = "ingress: [{from: [{podSelector: {matchLabels: {pod-template-hash: abc}}}]}]"
    assert passing(np(spec), among=SOME) == "host"
    negative = "{matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}"
    assert passing(np(f"ingress: [{{from: [{{podSelector: {negative}}}]}}]"), among=SOME) == "db host"


def test_admin_comes_before_everything() -> None:
    assert passing(tier("Admin", "Deny"), np("ingress: [{}]"), among="db farm", profile=V1_20) == "db"
    shut = np("policyTypes: [Ingress]")
    assert passing(tier("Admin", "Accept"), shut, among="db farm", profile=V1_20) == "farm"
    denied = cnp("ingressDeny: [{fromEntities: [all]}]")
    assert passing(tier("Admin", "Accept"), denied, among="db farm host", profile=V1_20) == "farm"


def test_admin_passes_to_what_follows() -> None:
    everyone = "{namespaces: {}}"
    pass_and_deny = kcnp(
        "tier: Admin\npriority: 1\ningress: "
        f"[{{name: p, action: Pass, from: [{FARM}]}}, {{name: d, action: Deny, from: [{everyone}]}}]"
    )
    assert passing(pass_and_deny, among="db farm world", profile=V1_20) == "farm world"
    only_farm = np("ingress: [{from: [{namespaceSelector: {matchLabels: {trade: food}}}]}]")
    assert passing(pass_and_deny, only_farm, among="db farm world", profile=V1_20) == "farm"


def test_a_policy_of_the_policy_api_isolates_nobody() -> None:
    assert passing(tier("Admin", "Accept"), among="db farm world", profile=V1_20) == "db farm world"


def test_lower_priorities_come_first() -> None:
    deny, accept = tier("Admin", "Deny", priority=20, policy="deny"), tier("Admin", "Accept", priority=10, policy="ok")
    assert passing(deny, accept, among="farm", profile=V1_20) == "farm"


def test_among_equals_the_denies_of_a_rule_number_come_first() -> None:
    deny, accept = tier("Admin", "Deny", policy="z-deny"), tier("Admin", "Accept", policy="a-accept")
    assert passing(deny, accept, among="db farm", profile=V1_20) == "db"
    late = kcnp(
        "tier: Admin\npriority: 10\ningress: "
        "[{name: x, action: Accept, from: [{pods: {podSelector: {matchLabels: {app: none}}}}]}, "
        f"{{name: d, action: Deny, from: [{FARM}]}}]",
        name="z-late",
    )
    assert passing(late, accept, among="db farm", profile=V1_20) == "db farm"


def test_baseline_is_asked_for_isolated_pods_too() -> None:
    shut = np("policyTypes: [Ingress]")
    assert passing(tier("Baseline", "Accept"), shut, among="db farm host world", profile=V1_20) == "farm host"
    opened = np("ingress: [{from: [{namespaceSelector: {matchLabels: {trade: food}}}]}]")
    assert passing(tier("Baseline", "Deny"), opened, among="db farm", profile=V1_20) == "farm"
    assert passing(tier("Baseline", "Deny"), among="db farm", profile=V1_20) == "db"


def test_baseline_denies_the_own_node_before_it_is_let_in() -> None:
    outside_of_namespaces = "{namespaces: {matchExpressions: [{key: trade, operator: DoesNotExist}]}}"
    policy = tier("Baseline", "Deny", outside_of_namespaces)
    assert passing(policy, np("ingress: []"), among="db host world", profile=V1_20) == ""
    assert passing(np("ingress: []"), among="db host world", profile=V1_20) == "host"


def test_isolation_behind_baseline_still_names_its_policy() -> None:
    lifted = read((tier("Baseline", "Accept"), np("policyTypes: [Ingress]")), V1_20)
    assert ask(lifted, "in db 80/TCP").reason == "end of tier default: NetworkPolicy/shop/np isolates"
    assert ask(lifted, "in farm 80/TCP").reason == "allow rule of ClusterNetworkPolicy/kcnp"
    assert [one.name for one in lifted.policies.tiers] == ["baseline", "default"]


def test_ports_of_the_policy_api() -> None:
    ports = ", protocols: [{tcp: {destinationPort: {number: 80}}}, {destinationNamedPort: http}]"
    lifted = read((tier("Admin", "Deny", more=ports),), V1_20)
    refused = [one for one in ("80/TCP", "81/TCP", "80/UDP", "8080/TCP") if not ask(lifted, f"in farm {one}").allowed]
    assert refused == ["80/TCP", "8080/TCP"]


def test_networks_are_outside() -> None:
    policy = kcnp("tier: Admin\npriority: 1\negress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]")
    assert passing(policy, among="db node world ten", way="out", profile=V1_20) == "db node"


def test_names_are_accepted_with_the_questions_for_them() -> None:
    policy = kcnp("tier: Admin\npriority: 1\negress: [{action: Accept, to: [{domainNames: [shop.example]}]}]")
    lifted = read((policy, np("policyTypes: [Egress]")), V1_20)
    assert [one for one in ("named", "world", "db") if ask(lifted, f"out {one} 443/TCP").allowed] == ["named"]
    (rules,) = [
        section.rules
        for tier in lifted.policies.tiers
        if tier.name == "admin"
        for policy in tier.policies
        for section in policy.sections
    ]
    assert [str(rule.peer) for rule in rules] == ['name "shop.example" & outside', 'pod[k8s-app] in {"kube-dns"}']
    assert str(rules[1].request) == str(Request("dns", "shop.example"))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "{action: Deny, to: [{domainNames: [shop.example]}]}",
            "Cilium drops `ClusterNetworkPolicy/kcnp`: it takes `domainNames` with `Accept` only (found `Deny`)",
        ),
        ("{action: Accept, to: [{nodes: {}}]}", "Cilium drops `ClusterNetworkPolicy/kcnp`: it does not take `nodes`"),
    ],
)
def test_a_policy_that_cilium_cannot_read_is_dropped_whole(rule: str, message: str) -> None:
    policy = kcnp(f"tier: Admin\npriority: 1\ningress: [{{action: Deny, from: [{FARM}]}}]\negress: [{rule}]")
    lifted = read((policy,), V1_20)
    assert [(one.code.id, one.message) for one in lifted.diagnostics] == [("NPC490", message)]
    assert ask(lifted, "in farm 80/TCP").allowed


def test_nodes_are_taken_with_their_flag() -> None:
    policy = kcnp("tier: Admin\npriority: 1\negress: [{action: Deny, to: [{nodes: {matchLabels: {role: worker}}}]}]")
    profile = replace(V1_20, node_selector_labels=True)
    assert read((policy,), profile).diagnostics == ()
    assert passing(policy, among="db host node api-node", way="out", profile=profile) == "db host api-node"
