"""Whom a policy selects, pods and hosts (facts/calico.md 8, cases 53 to 60)."""

from __future__ import annotations

import pytest
from calico_world import (
    codes,
    global_policy,
    host_endpoint,
    into,
    kubernetes,
    lifted,
    other,
    other_node,
    out_of,
    outside,
    own_node,
    pod,
    policy,
)

from npconv.diagnostics.effect import Effect
from npconv.semantics.flow import UDP

WEB = pod(app="web")
CLIENT = pod("other", app="client")
WORLD = outside()
EDGE = other(
    "HostEndpoint", "edge", "{node: n1, interfaceName: '*', expectedIPs: [192.168.0.1]}", labels="{role: edge}"
)
OPEN = other(
    "HostEndpoint",
    "auto",
    "{node: n2, interfaceName: '*', expectedIPs: [192.168.0.2], profiles: [projectcalico-default-allow]}",
)
ON_EDGE = host_endpoint("edge")
ON_OPEN = host_endpoint("auto", "192.168.0.2")


def test_53_a_deny_for_everything_locks_hosts_but_for_failsafes() -> None:
    found = lifted(EDGE, OPEN, global_policy("g", "{selector: all(), types: [Ingress, Egress]}"))
    assert into(found, WEB, WORLD, 80) == "deny g end of default"
    assert into(found, ON_EDGE, WORLD, 80) == "deny g end of default"
    assert into(found, ON_OPEN, WORLD, 80) == "deny g end of default"
    assert into(found, ON_EDGE, WORLD, 22) == "allow host-failsafes"
    assert out_of(found, ON_EDGE, WORLD, 53, protocol=UDP) == "allow host-failsafes"
    assert out_of(found, ON_EDGE, WORLD, 22) == "deny g end of default"
    assert codes(found) == []


def test_a_host_endpoint_without_policy_is_closed_unless_its_profile_opens_it() -> None:
    found = lifted(EDGE, OPEN, policy("p", "{}"))
    assert into(found, ON_EDGE, WORLD, 80) == "deny host-profiles end of host-profiles"
    assert out_of(found, ON_EDGE, WORLD, 80) == "deny host-profiles end of host-profiles"
    assert into(found, ON_EDGE, WORLD, 6443) == "allow host-failsafes"
    assert into(found, ON_OPEN, WORLD, 80) == "allow"
    assert into(found, own_node(), WORLD, 80) == "allow"


@pytest.mark.parametrize(
    ("selectors", "hosts", "pods"),
    [
        ("selector: all()", True, True),
        ("selector: ''", True, True),
        ("namespaceSelector: '!has(system)'", True, True),
        ("selector: all(), namespaceSelector: '!has(system)'", False, True),
        ("namespaceSelector: all() && !has(system)", False, True),
        ("namespaceSelector: all()", False, True),
        ("selector: '!all()', namespaceSelector: '!has(system)'", True, False),
        ("serviceAccountSelector: all()", False, True),
        ("serviceAccountSelector: role != 'x'", True, True),
        ("selector: role == 'edge'", True, False),
        ("selector: role == 'edge', namespaceSelector: has(projectcalico.org/name)", False, False),
        ("selector: '!has(projectcalico.org/namespace)'", True, False),
        ("selector: projectcalico.org/orchestrator == 'k8s'", False, True),
    ],
)
def test_54_whom_a_global_policy_selects(selectors: str, *, hosts: bool, pods: bool) -> None:
    text = global_policy("g", f"{{{selectors}, types: [Ingress]}}")
    found = lifted(EDGE, text)
    assert into(found, ON_EDGE, WORLD, 80).startswith("deny g") is hosts
    assert into(found, WEB, WORLD, 80).startswith("deny g") is pods
    alone = lifted(text)
    could_be = hosts or ("role == 'edge'" in selectors and "namespaceSelector" not in selectors)
    assert codes(alone) == (["NPC800"] if could_be else [])


def test_the_assumption_about_hosts_is_said_once() -> None:
    found = lifted(global_policy("a", "{}"), global_policy("b", "{}"), policy("c", "{}"))
    assert codes(found) == ["NPC800"]
    assert found.diagnostics[0].message == "the cluster has no host endpoint"
    assert found.diagnostics[0].notes == ("concerns `GlobalNetworkPolicy/a`, `GlobalNetworkPolicy/b`",)


RAW_TRAFFIC = "{%s, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]}"


@pytest.mark.parametrize("path", ["doNotTrack: true", "preDNAT: true"])
def test_55_untracked_and_pre_dnat_policies_do_nothing_to_pods(path: str) -> None:
    found = lifted(global_policy("g", RAW_TRAFFIC % path))
    assert into(found, WEB, WORLD, 80) == "allow"
    assert [(one.code.id, one.effect) for one in found.diagnostics] == [("NPC800", None), ("NPC301", Effect.INERT)]


@pytest.mark.parametrize(
    ("rules", "effect"),
    [
        ("[{action: Deny}]", Effect.WIDENS),
        ("[{action: Allow}]", Effect.NARROWS),
        ("[{action: Deny, protocol: UDP}, {action: Allow}]", Effect.SHIFTS),
        ("[{action: Log}]", Effect.INERT),
    ],
)
def test_what_is_lost_on_the_raw_path_of_a_host(rules: str, effect: Effect) -> None:
    text = f"{{doNotTrack: true, applyOnForward: true, ingress: {rules}}}"
    found = lifted(EDGE, OPEN, global_policy("g", text))
    assert [(one.code.id, one.effect) for one in found.diagnostics] == [("NPC301", effect)]
    assert found.diagnostics[0].message == "what `doNotTrack` does to untracked traffic of hosts is left out"
    assert found.diagnostics[0].notes == ("it selects the host endpoints `edge`, `auto`",)


def test_apply_on_forward_loses_forwarded_traffic_only() -> None:
    text = global_policy("g", "{applyOnForward: true, types: [Ingress]}")
    found = lifted(EDGE, text)
    assert [(one.code.id, one.effect) for one in found.diagnostics] == [("NPC301", Effect.WIDENS)]
    assert into(found, ON_EDGE, WORLD, 80) == "deny g end of default"
    assert into(found, WEB, WORLD, 80) == "deny g end of default"
    assert codes(lifted(text)) == ["NPC800"]
    assert codes(lifted(global_policy("g", "{applyOnForward: true, namespaceSelector: all()}"))) == []


def test_56_host_network_pods_are_their_node() -> None:
    """They are no endpoints of Calico's: neither their labels nor their policies count, only the node's address."""
    found = lifted(policy("p", "{ingress: [{action: Allow, source: {selector: all()}}]}"))
    assert into(found, own_node(), CLIENT, 80) == "allow"
    assert into(found, WEB, own_node(), 80) == "allow own-node"
    assert into(found, WEB, other_node(), 80) == "deny shop/p end of default"


def test_57_pods_have_the_profile_of_their_namespace() -> None:
    """The IR's end of everything is that profile, which allows; a pod without it is not in the model."""
    assert into(lifted(policy("p", "{selector: app == 'db'}")), WEB, CLIENT, 80) == "allow"
    listed = other("Profile", "kns.shop", "{ingress: [{action: Allow}], egress: [{action: Allow}]}")
    assert codes(lifted(listed)) == []
    own = lifted(other("Profile", "mine", "{ingress: [{action: Deny}]}"))
    assert into(own, WEB, CLIENT, 80) == "allow"
    assert codes(own) == ["NPC304"]
    assert own.diagnostics[0].message == "profile `mine` has no effect with the Kubernetes datastore"


def test_58_directions_are_asked_apart() -> None:
    found = lifted(policy("p", "{types: [Ingress, Egress], ingress: [{action: Allow}]}"))
    assert into(found, WEB, CLIENT, 80) == "allow shop/p ingress[0]"
    assert out_of(found, WEB, CLIENT, 80) == "deny shop/p end of default"


def test_59_labels_of_stored_sets_are_in_their_annotation() -> None:
    stored = """
apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkSet
metadata:
  name: office
  annotations:
    projectcalico.org/metadata: '{"labels": {"role": "office"}}'
spec: {nets: [203.0.113.0/24]}
"""
    rule = "{action: Allow, source: {namespaceSelector: global(), selector: role == 'office'}}"
    found = lifted(stored, policy("p", f"{{ingress: [{rule}]}}"))
    assert into(found, WEB, WORLD, 80) == "allow shop/p ingress[0]"
    assert codes(found) == []


def test_60_kubernetes_policy_types_are_filled_in_first() -> None:
    found = lifted(kubernetes("k", "{podSelector: {}, egress: [{ports: [{port: 53}]}]}"))
    assert out_of(found, WEB, CLIENT, 53) == "allow shop/k egress[0]"
    assert out_of(found, WEB, CLIENT, 80) == "deny shop/k end of default"
    assert into(found, WEB, CLIENT, 80) == "deny shop/k end of default"


def test_service_account_selectors_of_a_policy() -> None:
    found = lifted(policy("p", "{serviceAccountSelector: kind == 'bot'}"))
    assert into(found, pod(account_labels={"kind": "bot"}), CLIENT, 80) == "deny shop/p end of default"
    assert into(found, pod(kind="bot"), CLIENT, 80) == "allow"
    by_name = lifted(policy("p", "{serviceAccountSelector: projectcalico.org/name == 'robot'}"))
    assert into(by_name, pod(account="robot"), CLIENT, 80) == "deny shop/p end of default"
    assert into(by_name, WEB, CLIENT, 80) == "allow"
