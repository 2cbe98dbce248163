"""What policies of the policy API mean to each engine, and in which order they are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.dialects.policy_api.lift import lift
from npconv.dialects.policy_api.model import Policy
from npconv.dialects.policy_api.parse import Channel, parse
from npconv.ir.policy import Action
from npconv.semantics.meaning import CALICO, CILIUM, KUBERNETES, Support
from npconv.source import load


def policy(spec: str, name: str = "p", priority: int = 5, tier: str = "Admin") -> Policy:
    text = (
        f"apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec: {{tier: {tier}, priority: {priority}, subject: {{namespaces: {{}}}}, {spec}}}"
    )
    return _read(text)


def _read(text: str) -> Policy:
    (document,) = load.parse(text, "test.yaml").documents
    found, diagnostics = parse(document, channel=Channel.EXPERIMENTAL)
    assert found is not None, diagnostics
    return found


DENY_ALL = "ingress: [{action: Deny, from: [{namespaces: {}}]}]"
ACCEPT_ALL = "ingress: [{action: Accept, from: [{namespaces: {}}]}]"


def test_a_rule_as_ir() -> None:
    spec = (
        "ingress: [{action: Accept, protocols: [{udp: {destinationPort: {range: {start: 5, end: 9}}}}], "
        "from: [{pods: {podSelector: {matchLabels: {app: web}}}}]}]"
    )
    (lifted,) = lift([policy(spec)], KUBERNETES).admin
    assert str(lifted.name) == "ClusterNetworkPolicy/p"
    assert str(lifted.subject) == "namespace[kubernetes.io/metadata.name] present & pod"
    (section,) = lifted.sections
    assert not section.isolates
    (rule,) = section.rules
    assert rule.action is Action.ALLOW
    assert str(rule.peer) == 'namespace[kubernetes.io/metadata.name] present & pod & pod[app] in {"web"}'
    assert str(rule.traffic) == "port 5-9 & protocol 17"
    assert rule.origin is not None
    assert rule.origin.dotted == "spec.ingress[0]"


def test_policies_go_by_tier_then_priority_then_name() -> None:
    given = [
        policy(DENY_ALL, "late", priority=9),
        policy(DENY_ALL, "base", tier="Baseline"),
        policy(DENY_ALL, "b"),
        policy(ACCEPT_ALL, "a"),
    ]
    lifted = lift(given, KUBERNETES)
    assert [one.name.name for one in lifted.admin] == ["a", "b", "late"]
    assert [one.name.name for one in lifted.baseline] == ["base"]
    assert [one.name.name for one in lift(given, CILIUM).admin] == ["b", "a", "late"]


def test_policies_of_the_first_version() -> None:
    admin = _read(
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: old}\n"
        "spec: {priority: 3, subject: {namespaces: {}},"
        " ingress: [{action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {port: 80, protocol: TCP}}]}]}"
    )
    base = _read(
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\nmetadata: {name: default}\n"
        "spec: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}]}]}"
    )
    lifted = lift([base, admin], KUBERNETES)
    (rule,) = lifted.admin[0].sections[0].rules
    assert (rule.action, str(rule.traffic)) == (Action.ALLOW, "port 80 & protocol 6")
    (denied,) = lifted.baseline[0].sections[0].rules
    assert (denied.action, str(denied.peer)) == (Action.DENY, "address {10.0.0.0/8}")


def test_networks_match_pods_too_but_not_in_cilium() -> None:
    networks = policy("egress: [{action: Deny, to: [{networks: [10.0.0.0/8, '2001:db8::/32']}]}]")
    text = "address {10.0.0.0/8, 2001:db8::/32}"
    for meaning, expected in ((KUBERNETES, text), (CALICO, text)):
        assert str(lift([networks], meaning).admin[0].sections[0].rules[0].peer) == expected
    peer = str(lift([networks], CILIUM).admin[0].sections[0].rules[0].peer)
    assert "outside" in peer


@pytest.mark.parametrize("peer", ["nodes: {}", "domainNames: [a.example]"])
@pytest.mark.parametrize(("action", "closed"), [("Accept", ()), ("Deny", (Action.DENY,)), ("Pass", (Action.DENY,))])
def test_peers_that_calico_does_not_know_fail_closed(peer: str, action: str, closed: tuple[Action, ...]) -> None:
    lifted = lift([policy(f"egress: [{{action: {action}, to: [{{{peer}}}]}}]")], CALICO)
    rules = lifted.admin[0].sections[0].rules
    assert tuple(rule.action for rule in rules) == closed
    assert all(str(rule.peer) == "any" for rule in rules)
    (said,) = lifted.diagnostics
    instead = "matches nothing" if action == "Accept" else "denies everything"
    what = peer.partition(":")[0]
    assert (said.code.id, said.message) == ("NPC493", f"Calico does not know `{what}`: the whole rule {instead}")


@pytest.mark.parametrize(("action", "closed"), [("Accept", ()), ("Deny", (Action.DENY,)), ("Pass", (Action.DENY,))])
def test_a_peer_that_calico_does_not_know_fails_the_whole_rule(action: str, closed: tuple[Action, ...]) -> None:
    ports = "protocols: [{tcp: {destinationPort: {number: 80}}}]"
    lifted = lift(
        [policy(f"egress: [{{action: {action}, to: [{{nodes: {{}}}}, {{namespaces: {{}}}}], {ports}}}]")], CALICO
    )
    rules = lifted.admin[0].sections[0].rules
    assert tuple(rule.action for rule in rules) == closed
    assert all((str(rule.peer), str(rule.traffic)) == ("any", "any") for rule in rules)


def test_a_port_name_that_the_engine_does_not_see_makes_the_rule_one_for_all_ports() -> None:
    blind = replace(CALICO, named_ports=Support.IGNORED)
    named = policy("ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{destinationNamedPort: http}]}]")
    lifted = lift([named], blind)
    assert str(lifted.admin[0].sections[0].rules[0].traffic) == "any"
    (said,) = lifted.diagnostics
    text = "Calico does not see port names here: the rule is for all ports, not only for `http`"
    assert (said.code.id, said.message) == ("NPC499", text)
    assert lift([named], CALICO).diagnostics == ()


def test_names_match_at_any_depth() -> None:
    names = policy("egress: [{action: Accept, to: [{domainNames: ['*.Shop.example', a.example.]}]}]")
    (rule,) = lift([names], KUBERNETES).admin[0].sections[0].rules
    assert str(rule.peer) == '(name "**.shop.example" | name "a.example") & outside'


def test_nodes_are_nodes() -> None:
    nodes = policy("egress: [{action: Deny, to: [{nodes: {matchLabels: {role: worker}}}]}]")
    (rule,) = lift([nodes], KUBERNETES).admin[0].sections[0].rules
    assert str(rule.peer) == 'host|remote-node & node[role] in {"worker"}'
    dropped = lift([nodes], CILIUM)
    assert dropped.admin == ()
    assert [one.message for one in dropped.diagnostics] == [
        "Cilium drops `ClusterNetworkPolicy/p`: it does not take `nodes`"
    ]


def test_an_unknown_operator_selects_nothing() -> None:
    odd = "{matchExpressions: [{key: app, operator: Like, values: [a]}]}"
    found = lift([policy(f"ingress: [{{action: Deny, from: [{{namespaces: {odd}}}]}}]")], KUBERNETES)
    assert found.admin[0].sections[0].rules == ()


def test_an_order_that_is_open_and_matters_is_an_assumption() -> None:
    tied = [policy(DENY_ALL, "b"), policy(ACCEPT_ALL, "a"), policy(ACCEPT_ALL, "c", priority=6)]
    (finding,) = lift(tied, KUBERNETES).diagnostics
    assert (finding.code.id, finding.message) == ("NPC552", "`a` comes before `b`, which has the same priority (5)")
    assert finding.origin is not None and finding.origin.path == ("spec", "priority")


def test_engines_have_an_order_and_so_have_policies_that_do_not_differ() -> None:
    tied = [policy(DENY_ALL, "b"), policy(ACCEPT_ALL, "a")]
    assert not lift(tied, CILIUM).diagnostics
    assert not lift(tied, CALICO).diagnostics
    assert not lift([policy(DENY_ALL, "b"), policy(DENY_ALL, "a")], KUBERNETES).diagnostics
    egress = "egress: [{action: Accept, to: [{namespaces: {}}]}]"
    assert not lift([policy(DENY_ALL, "b"), policy(egress, "a")], KUBERNETES).diagnostics
    port = "protocols: [{tcp: {destinationPort: {number: %d}}}]"
    apart = [
        policy(f"ingress: [{{action: {action}, from: [{{namespaces: {{}}}}], {port % number}}}]", name)
        for name, action, number in (("a", "Deny", 80), ("b", "Accept", 81))
    ]
    assert not lift(apart, KUBERNETES).diagnostics
