"""AdminNetworkPolicies and the Baseline as ClusterNetworkPolicies: same meaning, new words, new limits."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import Any

from npconv.dialects.policy_api.emit import emit
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lift import lift
from npconv.dialects.policy_api.lower_migrate import Migrated, migrate, migrate_all
from npconv.dialects.policy_api.model import ClusterNetworkPolicy, Policy
from npconv.dialects.policy_api.parse import parse
from npconv.dialects.policy_api.validate import validate
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet, Tier, TierEnd
from npconv.semantics.meaning import KUBERNETES
from npconv.source import load
from npconv.source.write import write_yaml


def read(text: str) -> Policy:
    (document,) = load.parse(dedent(text), "test.yaml").documents
    found, diagnostics = parse(document, channel=Channel.EXPERIMENTAL)
    assert found is not None, diagnostics
    return found


def admin(rules: str, *, name: str = "a", priority: int = 5) -> Policy:
    return read(
        f"apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec: {{priority: {priority}, subject: {{namespaces: {{}}}}, ingress: [{rules}]}}"
    )


def baseline(rules: str) -> Policy:
    return read(
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\nmetadata: {name: default}\n"
        f"spec: {{subject: {{namespaces: {{}}}}, ingress: [{rules}]}}"
    )


RULE = "{action: Allow, from: [{namespaces: {}}]}"


def built(found: Migrated) -> list[ClusterNetworkPolicy]:
    """The policies, each of them valid."""
    for one, _ in found.objects:
        assert not [each.message for each in validate(one) if each.is_error]
    return [one for one, _ in found.objects]


def outline(found: Migrated) -> list[tuple[str, str, int, int]]:
    return [(one.metadata.name, one.tier.value, one.priority, len(one.ingress or ())) for one in built(found)]


def meaning(*policies: Policy) -> str:
    """The rules of both tiers in order, without whose they are."""
    found = lift(policies, KUBERNETES)
    tiers = tuple(
        Tier(name=name, end=TierEnd.PASS, policies=listed)
        for name, listed in (("admin", found.admin), ("baseline", found.baseline))
    )
    kept = (line for line in dump(PolicySet(tiers=tiers)).splitlines() if line.startswith("      "))
    return "\n".join(kept)


def test_words_change_and_what_is_meant_does_not() -> None:
    policy = read(
        """
        apiVersion: policy.networking.k8s.io/v1alpha1
        kind: AdminNetworkPolicy
        metadata: {name: web, labels: {team: net}}
        spec:
          priority: 7
          subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}
          ingress:
          - name: front
            action: Allow
            from: [{pods: {namespaceSelector: {matchLabels: {env: prod}}, podSelector: {}}}]
            ports: [{portNumber: {port: 80}}, {portRange: {protocol: UDP, start: 5, end: 9}}, {namedPort: http}]
          egress:
          - {action: Deny, to: [{networks: [10.0.0.0/8]}], ports: [{portRange: {protocol: SCTP, start: 7, end: 7}}]}
          - {action: Pass, to: [{domainNames: ["*.example.com"]}]}
        """
    )
    found = migrate(policy)
    assert found.diagnostics == ()
    assert write_yaml([emit(one) for one in built(found)]) == dedent(
        """\
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata:
          name: web
          labels:
            team: net
        spec:
          tier: Admin
          priority: 7
          subject:
            pods:
              namespaceSelector: {}
              podSelector:
                matchLabels:
                  app: web
          ingress:
            - name: front
              action: Accept
              from:
                - pods:
                    namespaceSelector:
                      matchLabels:
                        env: prod
                    podSelector: {}
              protocols:
                - tcp:
                    destinationPort:
                      number: 80
                - udp:
                    destinationPort:
                      range:
                        start: 5
                        end: 9
                - destinationNamedPort: http
          egress:
            - action: Deny
              to:
                - networks:
                    - 10.0.0.0/8
              protocols:
                - sctp:
                    destinationPort:
                      number: 7
            - action: Pass
              to:
                - domainNames:
                    - "*.example.com"
        """
    )
    assert meaning(policy) == meaning(*built(found))


def test_the_baseline_is_a_policy_of_tier_baseline() -> None:
    assert outline(migrate(baseline(RULE))) == [("default", "Baseline", 100, 1)]


def test_a_cluster_network_policy_stays_as_it_is() -> None:
    (policy,) = built(migrate(admin(RULE)))
    assert migrate(policy).objects == ((policy, policy),)


def test_more_than_25_rules_are_consecutive_policies() -> None:
    policy = admin(", ".join([RULE] * 60))
    assert outline(migrate(policy)) == [("a", "Admin", 5, 25), ("a-2", "Admin", 6, 25), ("a-3", "Admin", 7, 10)]
    assert outline(migrate(admin(", ".join([RULE] * 25)))) == [("a", "Admin", 5, 25)]
    assert meaning(policy) == meaning(*built(migrate(policy)))


def test_more_than_25_peers_or_ports_are_consecutive_rules() -> None:
    peers = ", ".join(f"{{namespaces: {{matchLabels: {{n: x{number}}}}}}}" for number in range(30))
    (policy,) = built(migrate(admin(f"{{action: Deny, from: [{peers}]}}")))
    assert [len(one.peers) for one in policy.ingress or ()] == [25, 5]
    ports = ", ".join(f"{{portNumber: {{port: {number}, protocol: TCP}}}}" for number in range(1, 31))
    (policy,) = built(migrate(admin(f"{{action: Deny, from: [{{namespaces: {{}}}}], ports: [{ports}]}}")))
    assert [len(one.ports or ()) for one in policy.ingress or ()] == [25, 5]


def test_ports_that_match_nothing_are_left_out() -> None:
    ports = "[{portRange: {protocol: TCP, start: 9, end: 5}}, {portNumber: {port: 80, protocol: TCP}}]"
    found = migrate(admin(f"{{action: Allow, from: [{{namespaces: {{}}}}], ports: {ports}}}"))
    (policy,) = built(found)
    assert [len(one.ports or ()) for one in policy.ingress or ()] == [1]
    assert said(found) == [("NPC398", "port range left out: it ends before it starts (`9` to `5`)")]


def test_a_rule_whose_ports_all_match_nothing_is_left_out() -> None:
    ports = "[{portNumber: {port: 80, protocol: ICMP}}]"
    found = migrate(admin(f"{{action: Allow, from: [{{namespaces: {{}}}}], ports: {ports}}}, {RULE}"))
    (policy,) = built(found)
    assert len(policy.ingress or ()) == 1
    assert said(found) == [
        ("NPC398", "port left out: no flow has the protocol `ICMP` there"),
        ("NPC398", "rule left out: none of its ports matches anything"),
    ]


def said(found: Migrated) -> list[tuple[str, Any]]:
    return [(one.code.id, one.message) for one in found.diagnostics]


def test_a_set_keeps_its_priorities_while_it_can() -> None:
    long = ", ".join([RULE] * 30)
    found = migrate_all([admin(long, name="b", priority=9), admin(RULE, priority=5), baseline(RULE)])
    assert outline(found) == [
        ("a", "Admin", 5, 1),
        ("b", "Admin", 9, 25),
        ("b-2", "Admin", 10, 5),
        ("default", "Baseline", 100, 1),
    ]


def test_a_set_is_numbered_anew_where_a_split_policy_runs_into_the_next() -> None:
    long = ", ".join([RULE] * 30)
    found = migrate_all([admin(RULE, name="next", priority=6), admin(long, priority=5)])
    assert outline(found) == [("a", "Admin", 10, 25), ("a-2", "Admin", 11, 5), ("next", "Admin", 20, 1)]


def test_equal_priorities_stay_equal() -> None:
    found = migrate_all([admin(RULE, name="b"), admin(RULE, name="a")])
    assert outline(found) == [("a", "Admin", 5, 1), ("b", "Admin", 5, 1)]


def test_names_of_both_old_kinds_stay_apart() -> None:
    found = migrate_all([baseline(RULE), admin(RULE, name="default")])
    assert outline(found) == [("default", "Admin", 5, 1), ("default-2", "Baseline", 100, 1)]


def test_no_priority_is_beyond_the_last() -> None:
    found = migrate_all([admin(", ".join([RULE] * 30), priority=1000)])
    assert outline(found) == [("a", "Admin", 10, 25), ("a-2", "Admin", 11, 5)]


def test_what_ties_is_numbered_where_a_new_name_would_change_the_order() -> None:
    old = admin(RULE, name="a")
    new = replace(built(migrate(old))[0], ingress=None)
    found = migrate_all([old, admin(RULE, name="a-1"), new])
    assert outline(found) == [("a", "Admin", 10, 1), ("a-2", "Admin", 20, 0), ("a-1", "Admin", 30, 1)]


def test_policies_beyond_the_last_priority_are_left_out() -> None:
    long = ", ".join([RULE] * 100)
    found = migrate_all([admin(long, name=f"p{number:03}", priority=number) for number in range(251)])
    assert len(found.objects) == 1001
    assert [one.metadata.name for one in found.left_out] == ["p250"]


def test_marks_of_deployment_tools_stay_behind() -> None:
    policy = read(
        "{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: a, annotations: "
        "{owner: ops, kubectl.kubernetes.io/last-applied-configuration: '{}'}}, "
        f"spec: {{priority: 5, subject: {{namespaces: {{}}}}, ingress: [{RULE}]}}}}"
    )
    assert [one.metadata.annotations for one in built(migrate(policy))] == [{"owner": "ops"}]
