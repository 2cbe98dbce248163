"""Who the other end is: selectors, namespaces, sets, accounts, services (facts/calico.md 8, cases 19 to 37)."""

from __future__ import annotations

import pytest
from calico_world import codes, global_policy, into, kubernetes, lifted, other, other_node, out_of, outside, pod, policy

from npconv.ir.dimensions import BackendOf

WEB = pod(app="web")
NEIGHBOUR = pod(app="x", ip="10.1.0.2")
PLAIN = pod(ip="10.1.0.3")
FOREIGN = pod("other", app="y", ip="10.1.0.4")
FOREIGN_X = pod("other", app="x", ip="10.1.0.5")
TEAM = pod("red", ip="10.1.0.6", namespace_labels={"team": "t1"})
OFFICE = outside("198.51.100.7")
WORLD = outside()
EDGE = other_node("192.168.0.9")

OFFICE_SET = other("GlobalNetworkSet", "office", "{nets: [198.51.100.0/24]}", labels="{role: office}")
RED_SET = other("NetworkSet", "red-set", "{nets: [203.0.113.0/24]}", namespace="red", labels="{role: office}")
EDGE_HOST = other(
    "HostEndpoint",
    "edge",
    "{node: edge, interfaceName: eth0, expectedIPs: [192.168.0.9], profiles: [projectcalico-default-allow]}",
    labels="{role: edge}",
)
OBJECTS = OFFICE_SET + RED_SET + EDGE_HOST
EVERYBODY = {
    "neighbour": NEIGHBOUR,
    "plain": PLAIN,
    "foreign": FOREIGN,
    "foreign-x": FOREIGN_X,
    "team": TEAM,
    "office": OFFICE,
    "red-set": WORLD,
    "edge": EDGE,
    "nobody": outside("8.8.8.8"),
}
PODS = ["neighbour", "plain", "foreign", "foreign-x", "team"]
NAMESPACES = {"red": {"team": "t1"}, "shop": {}, "other": {}}


def who(source: str, *, scope: str = "namespaced") -> list[str]:
    """Whom an allow rule with this `source` lets in."""
    rules = f"{{ingress: [{{action: Allow, source: {source}}}], namespaceSelector: has(projectcalico.org/name)}}"
    text = global_policy("p", rules)
    if scope == "namespaced":
        text = policy("p", f"{{ingress: [{{action: Allow, source: {source}}}]}}")
    found = lifted(OBJECTS, text, namespaces=NAMESPACES)
    name = "shop/p" if scope == "namespaced" else "p"
    answers = {title: into(found, WEB, peer, 80) for title, peer in EVERYBODY.items()}
    assert set(answers.values()) <= {f"allow {name} ingress[0]", f"deny {name} end of default"}
    return [title for title, answer in answers.items() if answer.startswith("allow")]


@pytest.mark.parametrize("scope", ["namespaced", "global"])
@pytest.mark.parametrize("source", ["{}", "{serviceAccounts: {}}", '{selector: ""}', "{nets: []}"])
def test_19_an_empty_source_is_everybody(source: str, scope: str) -> None:
    assert who(source, scope=scope) == list(EVERYBODY)


def test_20_all_in_a_namespaced_policy_is_its_namespace() -> None:
    assert who("{selector: all()}") == ["neighbour", "plain"]


def test_21_all_in_a_global_policy_is_everything_calico_knows() -> None:
    assert who("{selector: all()}", scope="global") == [*PODS, "office", "red-set", "edge"]


def test_22_a_not_selector_alone_stays_in_the_namespace_but_not_in_a_global_policy() -> None:
    assert who("{notSelector: app == 'x'}") == ["plain"]
    assert who("{notSelector: app == 'x'}", scope="global") == [
        "plain",
        "foreign",
        "team",
        "office",
        "red-set",
        "edge",
        "nobody",
    ]


def test_23_not_having_a_label_is_not_the_same_as_being_nobody_with_it() -> None:
    assert who("{selector: '!has(app)'}", scope="global") == ["plain", "team", "office", "red-set", "edge"]
    assert who("{notSelector: has(app)}", scope="global") == [
        "plain",
        "team",
        "office",
        "red-set",
        "edge",
        "nobody",
    ]


@pytest.mark.parametrize("scope", ["namespaced", "global"])
def test_24_every_namespace_is_pods_and_namespaced_sets(scope: str) -> None:
    assert who("{namespaceSelector: all()}", scope=scope) == [*PODS, "red-set"]


@pytest.mark.parametrize("scope", ["namespaced", "global"])
def test_25_a_negative_namespace_selector_leaks_to_hosts_and_global_sets(scope: str) -> None:
    leaky = "{namespaceSelector: team != 't1'}"
    pods = ["neighbour", "plain", "foreign", "foreign-x"]
    assert who(leaky, scope=scope) == [*pods, "office", "edge"]
    for anchored in ("team != 't1' && has(projectcalico.org/name)", "all() && team != 't1'"):
        assert who(f'{{namespaceSelector: "{anchored}"}}', scope=scope) == pods


def test_26_a_namespaced_policy_needs_global_to_reach_a_global_set() -> None:
    assert who("{selector: role == 'office'}") == []
    assert who("{selector: role == 'office', namespaceSelector: global()}") == ["office"]
    assert who("{namespaceSelector: '!all()'}") == ["office", "edge"]


def test_26_global_that_matches_nothing_given_is_an_assumption() -> None:
    rule = "{ingress: [{action: Allow, source: {selector: role == 'lab', namespaceSelector: global()}}]}"
    found = lifted(policy("p", rule))
    assert into(found, WEB, OFFICE, 80) == "deny shop/p end of default"
    assert codes(found) == ["NPC801"]
    assert found.diagnostics[0].message == (
        'no network set or host endpoint matches `(!has(projectcalico.org/namespace) && role == "lab")`'
    )
    assert codes(lifted(OFFICE_SET, policy("p", rule.replace("lab", "office")))) == []
    assert codes(lifted(policy("p", "{ingress: [{action: Allow, source: {selector: role == 'lab'}}]}"))) == []


def test_28_a_set_matches_pods_by_their_address() -> None:
    wide = other("NetworkSet", "wide", "{nets: [10.0.0.0/8]}", namespace="shop", labels="{role: known}")
    found = lifted(wide, policy("p", "{ingress: [{action: Allow, source: {selector: role == 'known'}}]}"))
    assert into(found, WEB, FOREIGN, 80) == "allow shop/p ingress[0]"
    assert into(found, WEB, pod("other", ip="172.16.0.1"), 80) == "deny shop/p end of default"
    assert into(found, WEB, pod(role="known", ip="172.16.0.1"), 80) == "allow shop/p ingress[0]"


def test_29_nets_and_selector_must_both_hold() -> None:
    assert who("{nets: [10.1.0.2/32, 10.1.0.4/32], selector: app == 'x'}") == ["neighbour"]
    assert who("{notNets: [10.1.0.2/32], selector: all()}") == ["plain"]


def test_30_service_accounts() -> None:
    robot = pod(account="robot")
    foreign_robot = pod("other", account="robot", account_labels={"kind": "bot"})
    rule = "[{action: Allow, source: {serviceAccounts: {names: [robot, spare]}}}]"
    namespaced = lifted(policy("p", f"{{ingress: {rule}}}"))
    assert into(namespaced, WEB, robot, 80) == "allow shop/p ingress[0]"
    assert into(namespaced, WEB, foreign_robot, 80) == "deny shop/p end of default"
    assert into(namespaced, WEB, NEIGHBOUR, 80) == "deny shop/p end of default"
    everywhere = lifted(global_policy("p", f"{{namespaceSelector: all(), ingress: {rule}}}"))
    assert into(everywhere, WEB, foreign_robot, 80) == "allow p ingress[0]"
    both = "[{action: Allow, source: {serviceAccounts: {names: [robot], selector: kind == 'bot'}}}]"
    narrow = lifted(global_policy("p", f"{{namespaceSelector: all(), ingress: {both}}}"))
    assert into(narrow, WEB, foreign_robot, 80) == "allow p ingress[0]"
    assert into(narrow, WEB, robot, 80) == "deny p end of default"


def test_30_negative_account_selectors_match_sets_of_the_namespace() -> None:
    own_set = other("NetworkSet", "s", "{nets: [8.8.8.8]}", namespace="shop")
    found = lifted(
        own_set, policy("p", "{ingress: [{action: Allow, source: {serviceAccounts: {selector: x != 'y'}}}]}")
    )
    assert into(found, WEB, EVERYBODY["nobody"], 80) == "allow shop/p ingress[0]"
    assert into(found, WEB, OFFICE, 80) == "deny shop/p end of default"


def test_31_a_service_without_namespace_matches_nothing() -> None:
    backend = pod(ip="10.1.0.8", facts=frozenset({BackendOf("shop", "s", True), BackendOf("", "s", True)}))
    text = "{egress: [{action: Allow, destination: {services: {name: s%s}}}]}"
    found = lifted(policy("p", text % ""))
    assert out_of(found, WEB, backend, 8080) == "deny shop/p end of default"
    assert codes(found) == ["NPC302"]
    assert found.diagnostics[0].message == "service `s` has no namespace, so the rule matches nothing"
    assert found.diagnostics[0].help == "write `namespace: shop`"
    named = lifted(policy("p", text % ", namespace: shop"))
    assert out_of(named, WEB, backend, 8080) == "allow shop/p egress[0]"
    assert codes(named) == []


def test_32_a_service_is_its_backends_and_not_its_address() -> None:
    backend = pod(ip="10.1.0.8", facts=frozenset({BackendOf("shop", "s", True)}))
    found = lifted(policy("p", "{egress: [{action: Allow, destination: {services: {name: s, namespace: shop}}}]}"))
    assert out_of(found, WEB, backend, 8080) == "allow shop/p egress[0]"
    assert out_of(found, WEB, outside("10.96.0.1"), 80) == "deny shop/p end of default"
    source = "{ingress: [{action: Allow, source: {services: {name: s, namespace: shop}}}]}"
    by_source = lifted(policy("p", source))
    assert into(by_source, WEB, pod(facts=frozenset({BackendOf("shop", "s", False)})), 80) == "allow shop/p ingress[0]"
    assert into(by_source, WEB, backend, 80) == "deny shop/p end of default"


def test_33_a_cluster_ip_in_nets_never_matches_what_the_service_leads_to() -> None:
    """Policy sees the backend as the destination; the address of the service is nobody's."""
    found = lifted(policy("p", "{egress: [{action: Allow, destination: {nets: [10.96.0.1/32]}}]}"))
    assert out_of(found, WEB, pod(ip="10.1.0.8"), 8080) == "deny shop/p end of default"


def test_34_kubernetes_peers_are_pods_only() -> None:
    found = lifted(OBJECTS, kubernetes("k", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}"))
    allowed = [title for title, peer in EVERYBODY.items() if into(found, WEB, peer, 80).startswith("allow")]
    assert allowed == PODS


def test_35_kubernetes_blocks_match_pods_under_calico() -> None:
    anybody = lifted(kubernetes("k", "{podSelector: {}, ingress: [{from: []}]}"))
    assert into(anybody, WEB, WORLD, 80) == "allow shop/k ingress[0]"
    block = lifted(kubernetes("k", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"))
    assert into(block, WEB, FOREIGN, 80) == "allow shop/k ingress[0]"


def test_37_pods_cannot_spoof_namespace_labels_but_sets_can() -> None:
    rule = "{ingress: [{action: Allow, source: {selector: pcns.team == 't1'}}], namespaceSelector: all()}"
    spoofing = other("GlobalNetworkSet", "s", "{nets: [8.8.8.8]}", labels="{pcns.team: t1}")
    found = lifted(spoofing, global_policy("p", rule))
    assert into(found, WEB, pod("other", **{"pcns.team": "t1"}), 80) == "deny p end of default"
    assert into(found, WEB, TEAM, 80) == "allow p ingress[0]"
    assert into(found, WEB, EVERYBODY["nobody"], 80) == "allow p ingress[0]"


def test_labels_of_a_namespace_that_are_not_given_are_an_assumption() -> None:
    text = policy("p", "{ingress: [{action: Allow, source: {namespaceSelector: team == 't1'}}]}")
    unknown = lifted(RED_SET, text)
    assert into(unknown, WEB, WORLD, 80) == "deny shop/p end of default"
    assert codes(unknown) == ["NPC804"]
    assert unknown.diagnostics[0].message == "namespace `red` is taken to have no label but its name"
    assert unknown.diagnostics[0].notes == ()
    known = lifted(RED_SET, text, namespaces=NAMESPACES)
    assert into(known, WEB, WORLD, 80) == "allow shop/p ingress[0]"
    assert codes(known) == []
    by_name = lifted(RED_SET, text.replace("team == 't1'", "kubernetes.io/metadata.name == 'red'"))
    assert into(by_name, WEB, WORLD, 80) == "allow shop/p ingress[0]"
    assert codes(by_name) == []


def test_the_own_side_of_a_rule_restricts_the_subject() -> None:
    rules = "[{action: Allow, source: {selector: app == 'web'}, destination: {nets: [8.8.8.8/32]}}]"
    found = lifted(policy("p", f"{{egress: {rules}}}"))
    assert out_of(found, WEB, EVERYBODY["nobody"], 53) == "allow shop/p egress[0]"
    assert out_of(found, PLAIN, EVERYBODY["nobody"], 53) == "deny shop/p end of default"
    assert out_of(found, WEB, WORLD, 53) == "deny shop/p end of default"


def test_exclusions_are_asked_of_each_object_by_itself() -> None:
    """An address is out only if no object that holds it passes (facts 3.5)."""
    overlapping = other("GlobalNetworkSet", "lab", "{nets: [198.51.100.7]}", labels="{role: lab}")
    rule = "{source: {selector: has(role), notSelector: role == 'office'}, action: Allow}"
    found = lifted(OFFICE_SET, overlapping, global_policy("p", f"{{namespaceSelector: all(), ingress: [{rule}]}}"))
    assert into(found, WEB, OFFICE, 80) == "allow p ingress[0]"
    assert into(found, WEB, outside("198.51.100.8"), 80) == "deny p end of default"


def test_alternatives_in_namespace_selectors() -> None:
    text = "{namespaceSelector: team == 't1' || projectcalico.org/name == 'other'}"
    assert who(text) == ["foreign", "foreign-x", "team", "red-set"]
