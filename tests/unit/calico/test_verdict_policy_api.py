"""Objects of the policy API under Calico: which kinds, which tiers, which order, and what it makes of their peers."""

from __future__ import annotations

import pytest
from calico_world import (
    cluster_policy,
    codes,
    global_policy,
    into,
    kubernetes,
    lifted,
    other,
    other_node,
    out_of,
    outside,
    pod,
    policy,
)

from npconv.dialects.calico.lift_policy_api import reads_policy_api
from npconv.dialects.calico.profile import CalicoProfile
from npconv.semantics.flow import UDP

WEB = pod(app="web", namespace_labels={"team": "a"})
CLIENT = pod("other", app="client", namespace_labels={"team": "b"})
OLD = CalicoProfile(version=(3, 31))

EVERYONE = "subject: {namespaces: {}}"
ALL = "[{namespaces: {}}]"


def tier(name: str, priority: int, rules: str, direction: str = "ingress", subject: str = EVERYONE) -> str:
    """The spec of a ClusterNetworkPolicy."""
    return f"{{tier: {name}, priority: {priority}, {subject}, {direction}: [{rules}]}}"


def test_each_version_reads_the_kinds_of_its_time() -> None:
    assert reads_policy_api(CalicoProfile(version=(3, 29))) == {"AdminNetworkPolicy"}
    assert reads_policy_api(OLD) == {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy"}
    assert reads_policy_api(CalicoProfile(version=(3, 32))) == {"ClusterNetworkPolicy"}


def test_admin_comes_before_the_default_tier_and_baseline_after_it() -> None:
    admin = cluster_policy("a", tier("Admin", 5, f"{{action: Deny, from: {ALL}}}"))
    baseline = cluster_policy("b", tier("Baseline", 5, f"{{action: Deny, from: {ALL}}}"))
    allow = policy("allow", "{selector: app == 'web', ingress: [{action: Allow}]}")
    assert into(lifted(admin, allow), WEB, CLIENT, 80) == "deny a ingress[0]"
    assert into(lifted(baseline, allow), WEB, CLIENT, 80) == "allow shop/allow ingress[0]"
    assert into(lifted(baseline, allow), pod(app="db"), CLIENT, 80) == "deny b ingress[0]"
    assert into(lifted(baseline, kubernetes("k", "{podSelector: {}}")), WEB, CLIENT) == "deny shop/k end of default"


def test_the_own_tiers_of_users_stand_between_by_their_order() -> None:
    first = other("Tier", "first", "{order: 999}") + global_policy(
        "f", "{tier: first, selector: all(), namespaceSelector: all(), ingress: [{action: Allow}]}"
    )
    admin = cluster_policy("a", tier("Admin", 0, f"{{action: Deny, from: {ALL}}}"))
    assert into(lifted(admin, first), WEB, CLIENT) == "allow f ingress[0]"
    second = first.replace("order: 999", "order: 1001")
    assert into(lifted(admin, second), WEB, CLIENT) == "deny a ingress[0]"


def test_calicos_own_policies_may_stand_in_the_tier_too_by_order_and_priority() -> None:
    admin = cluster_policy("a", tier("Admin", 10, f"{{action: Deny, from: {ALL}}}"))
    own = "{{tier: kube-admin, order: {}, namespaceSelector: all(), ingress: [{{action: Allow}}]}}"
    assert into(lifted(admin, global_policy("g", own.format(9))), WEB, CLIENT) == "allow g ingress[0]"
    assert into(lifted(admin, global_policy("g", own.format(11))), WEB, CLIENT) == "deny a ingress[0]"


def test_nobody_is_isolated_by_a_policy_that_decides_nothing() -> None:
    source = lifted(cluster_policy("a", tier("Admin", 5, "{action: Accept, from: [{pods: {podSelector: {}}}]}")))
    assert into(source, WEB, outside()) == "allow"
    assert into(source, WEB, CLIENT) == "allow a ingress[0]"


def test_pass_goes_on_to_the_default_tier() -> None:
    rules = f"{{action: Pass, from: {ALL}}}, {{action: Deny, from: {ALL}}}"
    source = lifted(cluster_policy("a", tier("Admin", 5, rules)), kubernetes("k", "{podSelector: {}}"))
    assert into(source, WEB, CLIENT) == "deny shop/k end of default"
    assert into(source, CLIENT, WEB) == "allow"


def test_lower_priorities_come_first_and_names_break_ties_as_calico_breaks_them() -> None:
    def two(name: str, action: str, priority: int) -> str:
        return cluster_policy(name, tier("Admin", priority, f"{{action: {action}, from: {ALL}}}"))

    assert into(lifted(two("web", "Deny", 7), two("a", "Accept", 8)), WEB, CLIENT) == "deny web ingress[0]"
    assert into(lifted(two("web", "Deny", 7), two("web-2", "Accept", 7)), WEB, CLIENT) == "allow web-2 ingress[0]"
    assert into(lifted(two("web", "Deny", 7), two("web2", "Accept", 7)), WEB, CLIENT) == "deny web ingress[0]"


def test_v1alpha1_has_tiers_of_its_own_up_to_3_31() -> None:
    admin = cluster_policy(
        "a", f"{{priority: 3, {EVERYONE}, ingress: [{{action: Allow, from: {ALL}}}]}}", kind="AdminNetworkPolicy"
    )
    last = cluster_policy(
        "default", f"{{{EVERYONE}, ingress: [{{action: Deny, from: {ALL}}}]}}", kind="BaselineAdminNetworkPolicy"
    )
    source = lifted(admin, last, kubernetes("k", "{podSelector: {}}"), profile=OLD)
    assert [one.name for one in source.policies.tiers][1:] == [
        "adminnetworkpolicy",
        "default",
        "baselineadminnetworkpolicy",
    ]
    assert into(source, WEB, CLIENT) == "allow a ingress[0]"
    assert into(source, WEB, outside()) == "deny shop/k end of default"
    assert into(lifted(last, profile=OLD), WEB, CLIENT) == "deny default ingress[0]"


@pytest.mark.parametrize(
    ("action", "answers"),
    [("Accept", ["allow", "allow"]), ("Deny", ["deny a egress[0]"] * 2), ("Pass", ["deny a egress[0]"] * 2)],
)
def test_a_rule_with_a_peer_that_calico_does_not_know_fails_closed_as_a_whole(action: str, answers: list[str]) -> None:
    rule = f"{{action: {action}, to: [{{nodes: {{}}}}, {{namespaces: {{}}}}], protocols: [{{tcp: {PORT_80}}}]}}"
    after = "{action: Accept, to: [{networks: [0.0.0.0/0]}]}"
    source = lifted(cluster_policy("a", tier("Admin", 5, rule, "egress")))
    assert [out_of(source, WEB, CLIENT, 80), out_of(source, WEB, outside(), 53, protocol=UDP)] == answers
    allowed = lifted(cluster_policy("a", tier("Admin", 5, f"{rule}, {after}", "egress")))
    expected = "allow a egress[1]" if action == "Accept" else "deny a egress[0]"
    assert out_of(allowed, WEB, CLIENT, 80) == expected


PORT_80 = "{destinationPort: {number: 80}}"


def test_a_range_that_ends_before_it_starts_fails_closed_too() -> None:
    rule = f"{{action: Deny, from: {ALL}, ports: [{{portRange: {{start: 90, end: 80}}}}]}}"
    text = f"{{priority: 3, {EVERYONE}, ingress: [{rule}]}}"
    source = lifted(cluster_policy("a", text, kind="AdminNetworkPolicy"), profile=OLD)
    assert into(source, WEB, outside(), 22) == "deny a ingress[0]"


def test_up_to_3_31_a_port_by_name_is_any_port() -> None:
    rule = f"{{action: Allow, from: {ALL}, ports: [{{namedPort: metrics}}]}}"
    text = f"{{priority: 3, {EVERYONE}, ingress: [{rule}]}}"
    old = lifted(
        cluster_policy("a", text, kind="AdminNetworkPolicy"), kubernetes("k", "{podSelector: {}}"), profile=OLD
    )
    assert into(old, WEB, CLIENT, 22) == "allow a ingress[0]"
    new = tier("Admin", 3, f"{{action: Accept, from: {ALL}, protocols: [{{destinationNamedPort: metrics}}]}}")
    now = lifted(cluster_policy("a", new), kubernetes("k", "{podSelector: {}}"))
    assert into(now, WEB, CLIENT, 22) == "deny shop/k end of default"


SETS = other("NetworkSet", "set", "{nets: [203.0.113.0/24]}", namespace="shop", labels="{a: b}") + other(
    "GlobalNetworkSet", "everywhere", "{nets: [198.51.100.0/24]}", labels="{a: b}"
)
KNOWN = {"shop": {"team": "a"}}


def accepting(peer: str) -> str:
    """Everything is denied but this peer."""
    rules = f"{{action: Accept, to: [{peer}]}}, {{action: Deny, to: [{{networks: [0.0.0.0/0]}}]}}"
    return cluster_policy("a", tier("Admin", 5, rules, "egress"))


def test_peers_by_namespaces_match_network_sets_and_peers_by_pods_do_not() -> None:
    def reached(peer: str) -> list[bool]:
        source = lifted(accepting(peer), SETS, namespaces=KNOWN)
        assert codes(source) == []
        peers = (CLIENT, outside("203.0.113.9"), outside("198.51.100.9"), outside("8.8.8.8"), other_node())
        return [out_of(source, WEB, one).startswith("allow") for one in peers]

    assert reached("{namespaces: {}}") == [True, True, False, False, False]
    assert reached("{namespaces: {matchLabels: {team: a}}}") == [False, True, False, False, False]
    assert reached("{namespaces: {matchLabels: {team: b}}}") == [True, False, False, False, False]
    absent = "{namespaces: {matchExpressions: [{key: team, operator: DoesNotExist}]}}"
    assert reached(absent) == [False, False, True, False, False]
    assert reached("{pods: {podSelector: {}}}") == [True, False, False, False, False]


def test_networks_match_whoever_has_the_address() -> None:
    source = lifted(accepting("{networks: [10.0.0.0/8]}"))
    assert out_of(source, WEB, CLIENT).startswith("allow")
    assert out_of(source, WEB, outside()).startswith("deny")


def test_unknown_labels_of_the_namespace_of_a_network_set_are_an_assumption() -> None:
    source = lifted(accepting("{namespaces: {matchLabels: {team: a}}}"), SETS)
    assert codes(source) == ["NPC804"]
    assert codes(lifted(accepting("{namespaces: {}}"), SETS)) == []
