"""Types, tiers and order: which policy decides (facts/calico.md 8, cases 1 to 18)."""

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

from npconv.dialects.calico.profile import CalicoProfile

WEB = pod(app="web")
CLIENT = pod("other", app="client")
NATIVE = CalicoProfile(applied_by="native-crd")
OLD = CalicoProfile(version=(3, 31))
RAW = "crd.projectcalico.org/v1"

ALLOW_ALL = "[{action: Allow}]"
DENY_ALL = "[{action: Deny}]"


def test_01_nothing_written_isolates_ingress_only() -> None:
    source = lifted(policy("a", "{selector: app == 'web'}"))
    assert into(source, WEB, CLIENT, 80) == "deny shop/a end of default"
    assert out_of(source, WEB, CLIENT, 80) == "allow"
    assert into(source, pod(app="db"), CLIENT, 80) == "allow"
    assert into(source, pod("other", app="web"), CLIENT, 80) == "allow"


def test_02_egress_rules_alone_isolate_egress_only_but_both_in_kubernetes() -> None:
    source = lifted(policy("a", "{egress: [{action: Allow, protocol: TCP, destination: {ports: [53]}}]}"))
    assert out_of(source, WEB, CLIENT, 53) == "allow shop/a egress[0]"
    assert out_of(source, WEB, CLIENT, 80) == "deny shop/a end of default"
    assert into(source, WEB, CLIENT, 80) == "allow"
    same = lifted(kubernetes("a", "{podSelector: {}, egress: [{ports: [{port: 53}]}]}"))
    assert out_of(same, WEB, CLIENT, 53) == "allow shop/a egress[0]"
    assert into(same, WEB, CLIENT, 80) == "deny shop/a end of default"


def test_03_rules_of_a_direction_left_out_are_inert() -> None:
    source = lifted(policy("a", f"{{types: [Ingress], egress: {DENY_ALL}}}"))
    assert out_of(source, WEB, CLIENT, 80) == "allow"
    assert into(source, WEB, CLIENT, 80) == "deny shop/a end of default"
    assert codes(source) == ["NPC307"]
    assert source.diagnostics[0].message == (
        "egress rules of NetworkPolicy/shop/a are ignored: its `types` leave the direction out"
    )
    assert codes(lifted(policy("a", f"{{types: [Egress], egress: {DENY_ALL}}}"))) == []


def test_04_empty_ingress_list_counts_for_native_crds_only() -> None:
    text = policy("a", f"{{ingress: [], egress: {ALLOW_ALL}}}")
    assert into(lifted(text), WEB, CLIENT, 80) == "allow"
    assert into(lifted(text, profile=NATIVE), WEB, CLIENT, 80) == "deny shop/a end of default"


def test_05_a_stored_policy_without_types_isolates_both_ways() -> None:
    source = lifted(policy("default.a", f"{{ingress: {ALLOW_ALL}}}", api=RAW))
    assert into(source, WEB, CLIENT, 80) == "allow shop/a ingress[0]"
    assert out_of(source, WEB, CLIENT, 80) == "deny shop/a end of default"


TIER = other("Tier", "sec", "{order: 100}")
PASSING = other("Tier", "sec", "{order: 100, defaultAction: Pass}")


def test_06_isolation_is_per_direction() -> None:
    source = lifted(
        TIER,
        policy("a", "{tier: sec, types: [Ingress]}"),
        policy("b", f"{{tier: sec, types: [Egress], egress: {ALLOW_ALL}}}"),
    )
    assert into(source, WEB, CLIENT, 80) == "deny shop/a end of sec"
    assert out_of(source, WEB, CLIENT, 80) == "allow shop/b egress[0]"


def test_07_a_tier_that_selects_nobody_is_skipped() -> None:
    source = lifted(TIER, policy("a", "{tier: sec, selector: app == 'db', types: [Ingress]}"))
    assert into(source, WEB, CLIENT, 80) == "allow"
    assert into(source, pod(app="db"), CLIENT, 80) == "deny shop/a end of sec"


def test_08_staged_policies_do_not_end_a_tier() -> None:
    source = lifted(
        TIER,
        other("StagedNetworkPolicy", "a", "{tier: sec, types: [Ingress]}", namespace="shop"),
        other("StagedGlobalNetworkPolicy", "b", "{tier: sec, stagedAction: Delete}"),
        other("StagedKubernetesNetworkPolicy", "c", "{podSelector: {}}", namespace="shop"),
    )
    assert into(source, WEB, CLIENT, 80) == "allow"
    assert codes(source) == ["NPC300", "NPC300", "NPC300"]
    assert source.diagnostics[0].message == "staged policy `a` is left out: it never changes traffic"
    assert source.diagnostics[0].effect is not None
    assert not source.diagnostics[0].effect.changes_flows


def test_09_an_allow_in_an_earlier_tier_is_final() -> None:
    source = lifted(
        TIER,
        policy("a", f"{{tier: sec, ingress: {ALLOW_ALL}}}"),
        kubernetes("k", "{podSelector: {}}"),
        global_policy("g", f"{{namespaceSelector: all(), order: 1, ingress: {DENY_ALL}}}"),
    )
    assert into(source, WEB, CLIENT, 80) == "allow shop/a ingress[0]"
    assert [tier.name for tier in source.policies.tiers] == ["own-node", "sec", "default"]


def test_10_pass_skips_the_rest_of_its_tier() -> None:
    source = lifted(
        policy("a", "{order: 1, ingress: [{action: Pass}]}"),
        kubernetes("k", "{podSelector: {}}"),
        global_policy("late", f"{{namespaceSelector: all(), tier: kube-baseline, ingress: {DENY_ALL}}}"),
    )
    assert into(source, WEB, CLIENT, 80) == "deny late ingress[0]"
    assert into(lifted(policy("a", "{order: 1, ingress: [{action: Pass}]}")), WEB, CLIENT, 80) == "allow"


def test_11_pass_at_the_end_of_a_tier() -> None:
    source = lifted(
        PASSING,
        policy("a", "{tier: sec, ingress: [{action: Deny, protocol: UDP}]}"),
        policy("b", "{ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]}"),
    )
    assert into(source, WEB, CLIENT, 80) == "allow shop/b ingress[0]"
    assert into(source, WEB, CLIENT, 81) == "deny shop/b end of default"
    assert into(source, WEB, CLIENT, 80, protocol=17) == "deny shop/a ingress[0]"
    assert into(lifted(PASSING, policy("a", "{tier: sec}")), WEB, CLIENT, 80) == "allow"


def test_11_a_host_endpoint_without_profile_is_closed_where_the_last_tier_passes() -> None:
    host = other("HostEndpoint", "n1", "{node: n1, interfaceName: '*', expectedIPs: [192.168.0.1]}")
    source = lifted(PASSING, host, global_policy("a", "{tier: sec, types: [Ingress]}"))

    assert into(source, host_endpoint("n1"), CLIENT, 80) == "deny host-profiles end of host-profiles"
    assert into(source, WEB, CLIENT, 80) == "allow"


def test_12_log_goes_on_and_isolates_all_the_same() -> None:
    source = lifted(policy("a", "{order: 1, ingress: [{action: Log}, {action: Allow, protocol: TCP}]}"))
    assert into(source, WEB, CLIENT, 80) == "allow shop/a ingress[1]"
    assert into(lifted(policy("a", "{ingress: [{action: Log}]}")), WEB, CLIENT, 80) == "deny shop/a end of default"


PORT_80 = "[{action: Allow, protocol: TCP, destination: {ports: [80]}}]"


def test_13_a_policy_without_order_still_adds_to_kubernetes_ones() -> None:
    source = lifted(kubernetes("k", "{podSelector: {}}"), policy("a", f"{{ingress: {PORT_80}}}"))
    assert into(source, WEB, CLIENT, 80) == "allow shop/a ingress[0]"
    assert into(source, WEB, CLIENT, 81) == "deny shop/k end of default"


@pytest.mark.parametrize(("order", "expected"), [(999, "deny g ingress[0]"), (1001, "allow shop/k ingress[0]")])
def test_14_kubernetes_policies_stand_at_1000(order: int, expected: str) -> None:
    source = lifted(
        kubernetes("k", "{podSelector: {}, ingress: [{}]}"),
        global_policy("g", f"{{namespaceSelector: all(), order: {order}, ingress: {DENY_ALL}}}"),
    )
    assert into(source, WEB, CLIENT, 80) == expected


@pytest.mark.parametrize(
    ("profile", "expected"), [(CalicoProfile(), "allow shop/web-2 ingress[0]"), (OLD, "deny shop/web ingress[0]")]
)
def test_15_ties_are_broken_by_name(profile: CalicoProfile, expected: str) -> None:
    """From 3.32 the name ends with `/`, which is after `-`; before, nothing follows it."""
    source = lifted(
        policy("web", f"{{order: 5, ingress: {DENY_ALL}}}"),
        policy("web-2", f"{{order: 5, ingress: {ALLOW_ALL}}}"),
        profile=profile,
    )
    assert into(source, WEB, CLIENT, 80) == expected


@pytest.mark.parametrize(
    ("profile", "expected"), [(CalicoProfile(), "deny b ingress[0]"), (OLD, "allow a/x ingress[0]")]
)
def test_16_ties_between_namespaced_and_global_policies(profile: CalicoProfile, expected: str) -> None:
    source = lifted(
        policy("x", f"{{order: 5, ingress: {ALLOW_ALL}}}", namespace="a"),
        global_policy("b", f"{{namespaceSelector: all(), order: 5, ingress: {DENY_ALL}}}"),
        profile=profile,
    )
    assert into(source, pod("a"), CLIENT, 80) == expected


@pytest.mark.parametrize(
    ("name", "profile", "expected"),
    [
        ("aaa", CalicoProfile(), ["aaa", "default", "kube-baseline"]),
        ("zzz", CalicoProfile(), ["default", "zzz", "kube-baseline"]),
        ("aaa", NATIVE, ["default", "kube-baseline", "aaa"]),
    ],
)
def test_17_a_tier_without_order(name: str, profile: CalicoProfile, expected: list[str]) -> None:
    source = lifted(
        other("Tier", name, "{}"),
        policy("a", f"{{tier: {name}}}"),
        policy("b", "{}"),
        policy("c", "{tier: kube-baseline}"),
        profile=profile,
    )
    assert [tier.name for tier in source.policies.tiers[1:]] == expected
    assert codes(source) == []


def test_18_a_tier_that_is_missing_comes_last_and_denies() -> None:
    source = lifted(policy("a", "{tier: gone}"), policy("b", "{tier: kube-baseline, order: 1}"))
    assert [tier.name for tier in source.policies.tiers[1:]] == ["kube-baseline", "gone"]
    assert into(source, WEB, CLIENT, 80) == "deny shop/a end of gone"
    assert codes(source) == ["NPC802"]
    assert source.diagnostics[0].message == (
        "tier `gone` is not in the input: it is taken to come last and to deny at its end"
    )
    assert source.diagnostics[0].notes == ()


def test_a_node_reaches_its_own_pods_and_other_nodes_do_not() -> None:
    source = lifted(policy("a", f"{{ingress: {DENY_ALL}}}"))
    assert into(source, WEB, own_node(), 80) == "allow own-node"
    assert into(source, WEB, other_node(), 80) == "deny shop/a ingress[0]"
    assert out_of(source, WEB, own_node(), 80) == "allow"


def test_pods_reach_their_node_only_where_felix_accepts_that() -> None:
    dropping = CalicoProfile(endpoint_to_host="drop")
    source = lifted(policy("a", f"{{egress: {ALLOW_ALL}}}"), profile=dropping)
    assert out_of(source, WEB, own_node(), 80) == "deny endpoint-to-host"
    assert out_of(source, WEB, other_node(), 80) == "allow shop/a egress[0]"


def test_orders_may_be_negative_and_fractional() -> None:
    source = lifted(
        policy("c", "{}"), policy("b", "{order: 1.5}"), policy("a", "{order: 1}"), policy("z", "{order: -3}")
    )
    assert [one.name.name for one in source.policies.tiers[1].policies] == ["z", "a", "b", "c"]


def test_a_copy_of_a_kubernetes_policy_is_read_once() -> None:
    copy = policy("knp.default.k", "{order: 1000, types: [Ingress]}")
    both = lifted(kubernetes("k", "{podSelector: {}}"), copy, profile=OLD)
    assert [str(one.name) for one in both.policies.tiers[1].policies] == ["KubernetesNetworkPolicy/shop/k"]
    alone = lifted(copy, profile=OLD)
    assert [str(one.name) for one in alone.policies.tiers[1].policies] == ["NetworkPolicy/shop/knp.default.k"]


def test_no_policy_allows() -> None:
    assert into(lifted(other("Tier", "sec", "{order: 1}")), WEB, outside(), 80) == "allow"


def test_calicos_own_tiers_have_their_places_by_version() -> None:
    native = lifted(
        other("Tier", "default", "{}"), policy("a", "{tier: kube-baseline}"), policy("b", "{}"), profile=NATIVE
    )
    assert [tier.name for tier in native.policies.tiers[1:]] == ["default", "kube-baseline"]
    old = lifted(policy("adminnetworkpolicy.a", "{}"), policy("b", "{}"), policy("kube-admin.c", "{}"), profile=OLD)
    assert [tier.name for tier in old.policies.tiers[1:]] == ["adminnetworkpolicy", "default", "kube-admin"]
    assert codes(old) == ["NPC802"]
