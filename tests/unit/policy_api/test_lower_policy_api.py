"""Policy sets as ClusterNetworkPolicies: tiers, priorities, isolation, limits; and what has no words there."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
import yaml
from lowering_to_policy_api import from_calico, from_cilium, from_kubernetes

from npconv.dialects.policy_api.kinds import Channel

OPEN = "NPC392 widens p: ingress from nodes and from outside stays open: `from` selects pods only"
EVERYTHING = {"networks": ["0.0.0.0/0", "::/0"]}


def calico(name: str, spec: str, *, namespace: str = "shop") -> str:
    kind = "NetworkPolicy" if namespace else "GlobalNetworkPolicy"
    place = f", namespace: {namespace}" if namespace else ""
    body = spec if namespace else f"namespaceSelector: all(), {spec}"
    return f"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: {name}{place}}}\nspec: {{{body}}}\n"


def tier(name: str, order: int) -> str:
    return (
        f"apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {{name: {name}}}\n"
        f"spec: {{order: {order}, defaultAction: Pass}}\n"
    )


def specs(text: str) -> list[dict[str, Any]]:
    return [one["spec"] for one in yaml.safe_load_all(text)]


def outline(text: str) -> list[tuple[str, str, int]]:
    """Name, tier and priority of every policy."""
    return [(one["metadata"]["name"], one["spec"]["tier"], one["spec"]["priority"]) for one in yaml.safe_load_all(text)]


def egress(rule: str, **known: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The rules that one egress rule of Calico becomes, and what was lost."""
    text, lost = from_calico(calico("p", f"types: [Egress], egress: [{rule}]"), **known)
    (spec,) = specs(text)
    assert spec["egress"][-1] == {"action": "Deny", "to": [EVERYTHING]}
    return spec["egress"][:-1], lost


def test_nothing_is_denied_at_the_end_where_rules_decide_everything() -> None:
    text, lost = from_calico(calico("p", "types: [Egress], egress: [{action: Deny, protocol: UDP}, {action: Allow}]"))
    assert [one["action"] for one in specs(text)[0]["egress"]] == ["Deny", "Accept"]
    assert lost == []
    later = calico("first", "order: 1, egress: [{action: Deny, protocol: UDP}]") + "---\n"
    text, lost = from_calico(
        later + calico("rest", "order: 2, types: [Egress], egress: [{action: Allow}]", namespace="")
    )
    assert [[one["action"] for one in spec["egress"]] for spec in specs(text)] == [["Deny"], ["Accept"]]
    assert lost == []


def test_isolation_is_a_deny_at_the_end() -> None:
    text, lost = from_calico(
        calico(
            "web",
            "selector: app == 'web', types: [Ingress, Egress], "
            "ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'front'}, destination: {ports: [80]}}]",
        )
    )
    assert text == dedent(
        """\
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata:
          name: shop.web
        spec:
          tier: Admin
          priority: 10
          subject:
            pods:
              namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: shop
              podSelector:
                matchLabels:
                  app: web
          ingress:
            - action: Accept
              from:
                - pods:
                    namespaceSelector:
                      matchLabels:
                        kubernetes.io/metadata.name: shop
                    podSelector:
                      matchLabels:
                        app: front
              protocols:
                - tcp:
                    destinationPort:
                      number: 80
            - action: Deny
              from:
                - namespaces: {}
          egress:
            - action: Deny
              to:
                - networks:
                    - 0.0.0.0/0
                    - "::/0"
        """
    )
    assert lost == [OPEN.replace(" p:", " web:")]


def test_isolation_waits_for_later_policies_of_the_same_pods() -> None:
    allow = "types: [Egress], egress: [{action: Allow, protocol: UDP, destination: {ports: [53]}}]"
    text, lost = from_calico("---\n".join([calico("a", f"order: 1, {allow}"), calico("b", f"order: 2, {allow}")]))
    assert lost == []
    assert outline(text) == [("shop.a", "Admin", 10), ("shop.b", "Admin", 20), ("shop.a-2", "Admin", 30)]
    assert [len(spec["egress"]) for spec in specs(text)] == [1, 2, 1]


def test_isolation_of_other_pods_does_not_wait() -> None:
    allow = "types: [Egress], egress: [{action: Allow, protocol: UDP, destination: {ports: [53]}}]"
    other = calico("b", f"order: 2, {allow}", namespace="ops")
    text, _ = from_calico("---\n".join([calico("a", f"order: 1, {allow}"), other]))
    assert outline(text) == [("shop.a", "Admin", 10), ("ops.b", "Admin", 20)]


def test_tiers_that_pass_become_admin_and_baseline() -> None:
    passing = "tier: first, types: [Egress], egress: [{action: Pass, destination: {nets: [10.0.0.0/8]}}]"
    text, lost = from_calico(
        "---\n".join(
            [
                tier("first", 5),
                calico("a", passing, namespace=""),
                calico("b", "types: [Egress], egress: [{action: Allow, destination: {selector: all()}}]"),
            ]
        )
    )
    assert outline(text) == [("a", "Admin", 10), ("shop.b", "Baseline", 10)]
    assert specs(text)[0]["egress"] == [{"action": "Pass", "to": [{"networks": ["10.0.0.0/8"]}]}]
    assert lost == []


def test_a_pass_into_a_third_tier_denies() -> None:
    passing = "types: [Egress], egress: [{action: Pass, destination: {nets: [10.0.0.0/8]}}]"
    text, lost = from_calico(
        "---\n".join(
            [
                tier("first", 5),
                tier("second", 6),
                calico("a", f"tier: first, {passing}", namespace=""),
                calico("b", f"tier: second, {passing}", namespace=""),
                calico("c", "types: [Egress], egress: [{action: Allow}]", namespace=""),
            ]
        )
    )
    assert outline(text) == [("a", "Admin", 10), ("b", "Baseline", 10), ("c", "Baseline", 20)]
    assert specs(text)[1]["egress"] == [{"action": "Deny", "to": [{"networks": ["10.0.0.0/8"]}]}]
    assert "NPC396 narrows b: flows are denied that the source passes on to another tier" in lost


def test_a_pass_out_of_the_last_tier_stays_in_admin() -> None:
    said, lost = egress("{action: Pass, destination: {nets: [10.0.0.0/8]}}")
    assert said == [{"action": "Pass", "to": [{"networks": ["10.0.0.0/8"]}]}]
    assert lost == []


KUBERNETES = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}
"""


def test_network_policies_go_to_admin_which_nothing_comes_before() -> None:
    text, lost = from_kubernetes(KUBERNETES)
    assert outline(text) == [("shop.p", "Admin", 10)]
    assert specs(text)[0]["egress"] == [
        {"action": "Accept", "to": [{"networks": ["203.0.113.0/24"]}]},
        {"action": "Deny", "to": [EVERYTHING]},
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("rule", "ports"),
    [
        ("{protocol: TCP}", [{"tcp": {"destinationPort": {"range": {"start": 1, "end": 65535}}}}]),
        ("{protocol: UDP, destination: {ports: [53]}}", [{"udp": {"destinationPort": {"number": 53}}}]),
        (
            "{protocol: SCTP, destination: {ports: [7, '8:9']}}",
            [{"sctp": {"destinationPort": {"range": {"start": 7, "end": 9}}}}],
        ),
        (
            "{protocol: TCP, destination: {notPorts: [22]}}",
            [
                {"tcp": {"destinationPort": {"range": {"start": 1, "end": 21}}}},
                {"tcp": {"destinationPort": {"range": {"start": 23, "end": 65535}}}},
            ],
        ),
    ],
)
def test_ports(rule: str, ports: list[dict[str, Any]]) -> None:
    (said,), lost = egress("{action: Allow, " + rule[1:])
    assert said == {"action": "Accept", "to": [EVERYTHING], "protocols": ports}
    assert lost == []


def test_named_ports_are_ports_of_pods() -> None:
    (said,), lost = egress("{action: Allow, destination: {ports: [http]}}")
    assert said == {"action": "Accept", "to": [{"namespaces": {}}], "protocols": [{"destinationNamedPort": "http"}]}
    assert lost == []


ONLY = "only TCP, UDP and SCTP can be named"


@pytest.mark.parametrize(
    ("rule", "why", "code"),
    [
        ("{protocol: ICMP, icmp: {type: 8}}", ONLY, "NPC391"),
        ("{protocol: 47}", ONLY, "NPC391"),
        ("{protocol: TCP, source: {ports: [1]}}", "there are no source ports", "NPC391"),
        ("{protocol: TCP, destination: {ports: [http]}}", "a port's name stands for any protocol", "NPC391"),
        (
            "{destination: {serviceAccounts: {names: [a]}}}",
            "selectors are over labels of pods and namespaces, not over names of service accounts",
            "NPC390",
        ),
        (
            "{destination: {selector: \"a contains 'b'\"}}",
            "label selectors compare whole values, not parts of them",
            "NPC390",
        ),
        ("{destination: {services: {name: s, namespace: shop}}}", "services cannot be named", "NPC390"),
    ],
)
def test_what_has_no_words(rule: str, why: str, code: str) -> None:
    said, lost = egress("{action: Allow, " + rule[1:])
    assert said == []
    assert lost == [f"{code} narrows p: Allow left out: {why}"]
    said, lost = egress("{action: Deny, " + rule[1:])
    assert len(said) == 1
    assert said[0]["action"] == "Deny"
    assert "protocols" not in said[0]
    assert lost == [f"{code} narrows p: Deny covers more than in the source: {why}"]


def test_the_source_s_side_of_a_rule_narrows_the_subject() -> None:
    text, lost = from_calico(
        calico(
            "p",
            "types: [Egress], egress: [{action: Allow, source: {selector: role == 'x'}}, "
            "{action: Deny, destination: {nets: [10.0.0.0/8]}}]",
        )
    )
    assert lost == []
    first, second = specs(text)
    assert first["subject"]["pods"]["podSelector"] == {"matchLabels": {"role": "x"}}
    assert second["subject"] == {"namespaces": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}
    assert [one["action"] for one in second["egress"]] == ["Deny", "Deny"]


def test_subjects_with_or_are_two_policies() -> None:
    text, _ = from_calico(calico("p", "selector: app == 'a' || has(b), types: [Egress]"))
    assert outline(text) == [("shop.p", "Admin", 10), ("shop.p-2", "Admin", 11)]


def test_a_subject_without_words_leaves_the_policy_out() -> None:
    text, lost = from_calico(calico("p", "serviceAccountSelector: a == 'b', types: [Egress]"))
    assert text == ""
    why = "selectors are over labels of pods and namespaces, not over `a` of service accounts"
    assert lost == [f"NPC393 widens p: policy left out: {why}"]


def test_negative_namespaces_stay_in_namespaces() -> None:
    (said,), _ = egress("{action: Allow, destination: {namespaceSelector: team != 'a'}}")
    assert said["to"] == [
        {
            "namespaces": {
                "matchExpressions": [
                    {"key": "kubernetes.io/metadata.name", "operator": "Exists"},
                    {"key": "team", "operator": "NotIn", "values": ["a"]},
                ]
            }
        }
    ]


def test_more_than_25_rules_are_policies_of_consecutive_priorities() -> None:
    rules = ", ".join(f"{{action: Allow, destination: {{nets: [10.{number}.0.0/16]}}}}" for number in range(60))
    text, _ = from_calico(calico("p", f"types: [Egress], egress: [{rules}]"))
    assert outline(text) == [("shop.p", "Admin", 10), ("shop.p-2", "Admin", 11), ("shop.p-3", "Admin", 12)]
    assert [len(spec["egress"]) for spec in specs(text)] == [25, 25, 11]


def test_more_than_25_ports_are_rules() -> None:
    listed = ", ".join(str(2 * number) for number in range(1, 61))
    said, _ = egress(f"{{action: Allow, protocol: TCP, destination: {{ports: [{listed}]}}}}")
    assert [len(one["protocols"]) for one in said] == [25, 25, 10]


CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  endpointSelector: {}
  RULE
"""


def test_names_need_the_experimental_channel() -> None:
    text = CILIUM.replace("RULE", "egress: [{toFQDNs: [{matchName: api.example.com}]}]")
    said, lost = from_cilium(text, channel=Channel.EXPERIMENTAL)
    assert specs(said)[0]["egress"][0]["to"] == [{"domainNames": ["api.example.com"]}]
    assert lost == []
    _, lost = from_cilium(text)
    assert lost == ["NPC390 narrows p: Allow left out: DNS names need the experimental channel, and Accept"]


def test_nodes_are_their_addresses() -> None:
    text = CILIUM.replace("RULE", "egress: [{toEntities: [host, remote-node]}]")
    said, lost = from_cilium(text, nodes="10.0.0.0/24")
    assert specs(said)[0]["egress"][0]["to"] == [{"networks": ["10.0.0.0/24"]}]
    assert lost == []
    _, lost = from_cilium(text)
    assert lost == ["NPC395 narrows p: Allow left out: the addresses of the nodes are not known"]


def test_outside_addresses_leave_the_cluster_out() -> None:
    text = CILIUM.replace("RULE", "egress: [{toCIDR: [10.0.0.0/8]}]")
    said, lost = from_cilium(text, pods="10.128.0.0/9", nodes="10.64.0.0/10")
    assert specs(said)[0]["egress"][0]["to"] == [{"networks": ["10.0.0.0/10"]}]
    assert lost == []


def test_ingress_from_outside_is_neither_accepted_nor_denied() -> None:
    text, lost = from_cilium(CILIUM.replace("RULE", "ingress: [{fromEntities: [world]}]"))
    assert specs(text)[0]["ingress"] == [{"action": "Deny", "from": [{"namespaces": {}}]}]
    assert lost == [OPEN]
    text, lost = from_cilium(CILIUM.replace("RULE", "ingressDeny: [{fromEntities: [world]}]"))
    assert set(lost) == {OPEN}


def test_a_log_rule_for_a_service_account_denies_nothing() -> None:
    log = "{action: Log, source: {serviceAccounts: {names: [api]}}}"
    allow = "{action: Allow, destination: {nets: [10.0.0.0/8]}}"
    text, _ = from_calico(calico("p", f"types: [Egress], egress: [{log}, {allow}]"))
    assert [rule["action"] for spec in specs(text) for rule in spec["egress"]] == ["Accept", "Deny"]
