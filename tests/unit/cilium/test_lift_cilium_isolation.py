"""Which subjects a Cilium rule selects, when it isolates them, and what the own node may do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import V1_18, V1_19, ask, ccnp, cnp, np, passing, read

from npconv.dialects.cilium.profile import AllowLocalhost, Enforcement

SOME = "db farm host node world"


def test_an_empty_entry_isolates_its_direction_and_no_other() -> None:
    policy = cnp("ingress: [{}]")
    assert passing(policy, among=SOME) == "host"
    assert passing(policy, among=SOME, way="out") == SOME


def test_an_empty_list_says_nothing() -> None:
    policy = cnp("ingress: []\negress: [{}]")
    assert passing(policy, among=SOME) == SOME
    assert passing(policy, among=SOME, way="out") == ""


def test_an_empty_deny_denies_nothing_but_isolates() -> None:
    assert passing(cnp("ingressDeny: [{}]"), among=SOME) == "host"
    assert passing(cnp("ingressDeny: [{}]\ningress: [{fromEntities: [all]}]"), among=SOME) == SOME


def test_a_deny_alone_isolates_unless_told_otherwise() -> None:
    deny = "ingressDeny: [{fromEntities: [world]}]"
    assert passing(cnp(deny), among=SOME) == "host"
    assert passing(cnp(f"{deny}\nenableDefaultDeny: {{ingress: false}}"), among=SOME) == "db farm host node"


def test_isolation_needs_an_entry_to_carry_it() -> None:
    policy = cnp("ingress: [{fromEndpoints: [{}]}]\nenableDefaultDeny: {egress: true}")
    assert passing(policy, among=SOME, way="out") == SOME


def test_an_allow_that_does_not_isolate_changes_nothing_alone_and_adds_to_others() -> None:
    soft = cnp("egress: [{toEntities: [remote-node]}]\nenableDefaultDeny: {egress: false}", name="soft")
    hard = cnp("egress: [{toEndpoints: [{matchLabels: {app: db}}]}]", name="hard")
    assert passing(soft, among=SOME, way="out") == SOME
    assert passing(soft, hard, among=SOME, way="out") == "db node"
    assert passing(hard, among=SOME, way="out") == "db"


def test_isolation_cannot_be_switched_off_where_the_agent_ignores_the_field() -> None:
    soft = cnp("egress: [{toEntities: [remote-node]}]\nenableDefaultDeny: {egress: false}")
    assert passing(soft, among=SOME, way="out", profile=replace(V1_19, non_default_deny=False)) == "node"


def test_the_own_node_comes_in_but_is_not_let_out_to() -> None:
    assert passing(cnp("ingress: [{}]\negress: [{}]"), among="host node") == "host"
    assert passing(cnp("ingress: [{}]\negress: [{}]"), among="host node", way="out") == ""


def test_an_explicit_deny_holds_for_the_own_node() -> None:
    deny = cnp("ingress: [{fromEndpoints: [{}]}]\ningressDeny: [{toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]")
    assert passing(deny, among="db host") == ""
    assert passing(deny, among="db host", traffic="81/TCP") == "db host"


def test_the_own_node_is_nobody_special_where_the_agent_is_told_so() -> None:
    profile = replace(V1_19, allow_localhost=AllowLocalhost.POLICY)
    assert passing(cnp("ingress: [{}]"), among=SOME, profile=profile) == ""


def test_denies_win_over_allows_of_every_policy() -> None:
    narrow = cnp("ingress: [{fromEndpoints: [{matchLabels: {app: db}}]}]", name="narrow")
    broad = cnp("ingressDeny: [{fromEndpoints: [{}]}]", name="broad")
    assert passing(narrow, among="db") == "db"
    assert passing(narrow, broad, among="db") == ""
    assert passing(np("ingress: [{}]"), broad, among="db farm") == "farm"


@pytest.mark.parametrize(
    ("subject", "isolated"),
    [
        ("{}", "web db"),
        ("{matchLabels: {app: db}}", "db"),
        ("{matchLabels: {'k8s:io.kubernetes.pod.namespace': farm}}", "web db"),
        ("{matchLabels: {io.kubernetes.pod.namespace: farm}}", ""),
        ("{matchLabels: {'any:io.kubernetes.pod.namespace': shop}}", "web db"),
    ],
)
def test_a_namespaced_policy_stays_in_its_namespace(subject: str, isolated: str) -> None:
    policy = cnp("ingress: [{}]", subject=subject)
    assert " ".join(one for one in ["web", "db", "farm"] if not passing(policy, among="world", subject=one)) == isolated


def test_a_clusterwide_policy_without_restriction_selects_all_endpoints_but_nodes() -> None:
    policy = ccnp("endpointSelector: {}\ningress: [{}]")
    subjects = "web farm health ingress init host"
    assert [one for one in subjects.split() if passing(policy, among="world", subject=one)] == ["host"]


def test_nodes_are_subjects_of_node_selectors_under_the_host_firewall_only() -> None:
    policy = ccnp("nodeSelector: {matchLabels: {role: worker}}\ningress: [{fromEntities: [remote-node]}]")
    assert passing(policy, among=SOME, subject="host") == SOME
    firewall = replace(V1_19, host_firewall=True)
    assert passing(policy, among=SOME, subject="host", profile=firewall) == "node"
    assert passing(policy, among=SOME, subject="web", profile=firewall) == SOME
    other = ccnp("nodeSelector: {matchLabels: {role: control}}\ningress: [{}]")
    assert passing(other, among=SOME, subject="host", profile=firewall) == SOME


def test_a_selector_of_the_host_as_an_endpoint_selects_nothing() -> None:
    policy = ccnp("endpointSelector: {matchLabels: {'reserved:host': ''}}\ningress: [{}]")
    assert passing(policy, among=SOME, subject="host", profile=replace(V1_19, host_firewall=True)) == SOME


def test_endpoints_without_labels_are_isolated_by_themselves() -> None:
    assert passing(among=SOME, subject="init") == ""
    assert passing(among=SOME, subject="web") == SOME
    assert passing(among=SOME, subject="init", profile=V1_18) == "host"  # asked of 1.18.6: there without a rule, too
    policy = ccnp("endpointSelector: {matchLabels: {'reserved:init': ''}}\ningress: [{fromEntities: [health]}]")
    assert passing(policy, among="health host world", subject="init") == "health host"


def test_the_agent_may_isolate_everybody_or_nobody() -> None:
    always, never = replace(V1_19, enforcement=Enforcement.ALWAYS), replace(V1_19, enforcement=Enforcement.NEVER)
    policy = cnp("ingress: [{fromEndpoints: [{matchLabels: {app: db}}]}]")
    assert passing(policy, among=SOME, profile=always) == "db host"
    assert passing(policy, among=SOME, way="out", profile=always) == ""
    assert passing(policy, among=SOME, profile=never) == SOME


def test_the_own_node_is_shut_out_where_everybody_is_isolated_and_no_rule_selects() -> None:
    assert passing(among=SOME, profile=replace(V1_19, enforcement=Enforcement.ALWAYS)) == ""
    assert passing(among=SOME, profile=replace(V1_18, enforcement=Enforcement.ALWAYS)) == "host"


def test_a_deny_that_isolates_nobody_lets_the_own_node_in_where_everybody_is_isolated() -> None:
    # Cilium 1.20.1 says so (conformance/cilium): any rule that selects the pod brings the allow of the host.
    deny = cnp("ingressDeny: [{fromEntities: [world]}]\nenableDefaultDeny: {ingress: false}")
    assert passing(deny, among=SOME, profile=replace(V1_19, enforcement=Enforcement.ALWAYS)) == "host"


def test_every_rule_of_specs_counts() -> None:
    policy = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: two, namespace: shop}
specs:
  - {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [world]}]}
  - {endpointSelector: {}, ingress: [{fromEntities: [remote-node]}]}
"""
    assert passing(policy, among=SOME) == "host node world"
    assert passing(policy, among=SOME, subject="db") == "host node"


def test_the_rule_that_decides_is_named_with_its_place() -> None:
    lifted = read((cnp("ingress: [{fromEntities: [world]}, {fromEndpoints: [{}]}]"),))
    decided = ask(lifted, "in db 80/TCP")
    assert decided.rule is not None
    assert decided.rule.origin is not None
    assert (decided.reason, decided.rule.origin.dotted) == (
        "allow rule of CiliumNetworkPolicy/shop/p",
        "spec.ingress[1]",
    )
    denied = ask(lifted, "in node 80/TCP")
    assert denied.reason == "end of tier allow: CiliumNetworkPolicy/shop/p isolates"
    assert ask(lifted, "in host 80/TCP").reason == "allow rule of Cilium/allow-localhost"


def test_requirements_of_old_are_refused() -> None:
    lifted = read((cnp("ingress: [{fromRequires: [{matchLabels: {app: db}}]}]"),), V1_18)
    (finding,) = lifted.diagnostics
    assert finding.code.id == "NPC492"
    assert finding.message == "`fromRequires` narrows every rule for the same pods, and is not translated"
    assert finding.origin is not None
    assert finding.origin.dotted == "spec.ingress[0].fromRequires"
    assert read((cnp("ingress: [{fromEndpoints: [{matchLabels: {app: db}}]}]"),), V1_18).diagnostics == ()
