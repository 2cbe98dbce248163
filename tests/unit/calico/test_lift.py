"""The lift as text: what the IR of a set looks like, and that nothing invalid gets through in silence."""

from __future__ import annotations

import pytest
from calico_world import codes, global_policy, kubernetes, lifted, other, policy

from npconv.diagnostics.codes import calico_lift
from npconv.dialects.calico.lift import lift, policy_name
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.model import NetworkPolicy
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.model_rule import Action, EntityRule, Rule
from npconv.dialects.calico.model_sets import Tier
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.dump import dump

OWN_NODE = """\
tier own-node (end: pass)
  policy built-in/own-node
    subject: pod
    ingress (does not isolate)
      allow peer: host
"""


def test_a_set_as_text() -> None:
    found = lifted(
        global_policy(
            "guard",
            "{namespaceSelector: all(), order: 10, ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]}",
        ),
        kubernetes("db", "{podSelector: {matchLabels: {app: db}}}"),
        policy(
            "web",
            "{selector: app == 'web', egress: [{action: Allow, protocol: TCP, destination: {ports: [443, metrics]}}]}",
        ),
    )
    assert codes(found) == []
    assert dump(found.policies) == OWN_NODE + (
        "tier default (end: deny)\n"
        "  policy GlobalNetworkPolicy/guard\n"
        "    subject: pod\n"
        "    ingress (isolates)\n"
        "      deny peer: address {192.0.2.0/24}\n"
        "  policy KubernetesNetworkPolicy/shop/db\n"
        '    subject: namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"db"}\n'
        "    ingress (isolates)\n"
        "  policy NetworkPolicy/shop/web\n"
        '    subject: namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"web"}\n'
        "    egress (isolates)\n"
        '      allow traffic: (port 443 | port named "metrics") & protocol 6\n'
    )


def test_nothing_in_nothing_out() -> None:
    found = lifted(other("GlobalNetworkSet", "s", "{nets: [8.8.8.8]}"))
    assert dump(found.policies) == OWN_NODE
    assert codes(found) == []


def test_families_are_said_only_where_addresses_do_not() -> None:
    found = lifted(
        policy("a", "{ingress: [{action: Allow, source: {notNets: [10.0.0.0/8]}}]}"),
        policy("b", "{ingress: [{action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}]}"),
    )
    (rule_a,), (rule_b,) = (one.sections[0].rules for one in found.policies.tiers[1].policies)
    assert str(rule_a.traffic) == "IPv4"
    assert str(rule_b.traffic) == "any"


def test_rules_and_policies_keep_their_origin() -> None:
    found = lifted(policy("a", "{ingress: [{action: Deny}, {action: Allow}]}"))
    (one,) = found.policies.tiers[1].policies
    assert one.origin is not None
    assert one.origin.place.label == "NetworkPolicy/shop/a"
    assert [rule.origin and rule.origin.dotted for rule in one.sections[0].rules] == [
        "spec.ingress[0]",
        "spec.ingress[1]",
    ]


def test_a_rule_for_another_namespace_without_saying_so_is_dead() -> None:
    rule = "{action: Allow, destination: {selector: projectcalico.org/namespace == 'mesh'}}"
    found = lifted(policy("a", f"{{egress: [{rule}]}}"))
    assert codes(found) == ["NPC306"]
    (said,) = found.diagnostics
    assert said.message == (
        'the rule can match nothing: `(projectcalico.org/namespace == "shop" && '
        'projectcalico.org/namespace == "mesh")` contradicts itself'
    )
    assert said.notes == ("without `namespaceSelector`, Calico looks in the policy's own namespace only",)
    assert said.origin is not None
    assert said.origin.dotted == "spec.egress[0].destination"
    assert codes(lifted(global_policy("a", f"{{namespaceSelector: all(), egress: [{rule}]}}"))) == []


def test_a_policy_without_namespace_is_of_default() -> None:
    one = NetworkPolicy(metadata=Metadata(name="a"))
    assert str(policy_name(one)) == "NetworkPolicy/default/a"
    found = lift([one], CalicoProfile()).policies.tiers[1].policies[0]
    assert str(found.subject) == 'namespace[kubernetes.io/metadata.name] in {"default"} & pod'


def test_only_enforced_policies_have_a_name_in_the_ir() -> None:
    assert policy_name(Tier(metadata=Metadata(name="a"))) is None


def test_what_is_not_valid_is_a_bug_of_the_caller() -> None:
    bad_selector = NetworkPolicy(metadata=Metadata(name="a", namespace="shop"), selector="a = 'b'")
    with pytest.raises(ValueError, match="selector `a = 'b'` of NetworkPolicy/shop/a"):
        lift([bad_selector], CalicoProfile())
    rule = Rule(action=Action.ALLOW, source=EntityRule(nets=("10.0.0.0/33",)))
    bad_net = NetworkPolicy(metadata=Metadata(name="a", namespace="shop"), ingress=(rule,))
    with pytest.raises(ValueError, match=r"`10\.0\.0\.0/33` is no address range"):
        lift([bad_net], CalicoProfile())


def test_losses_must_have_an_effect() -> None:
    with pytest.raises(ValueError, match="NPC300: an effect is for losses"):
        Findings().add(calico_lift.STAGED, None, "left out")


DEAD = "{ingress: [{action: Allow, source: {selector: a == '1' && a == '2'}}]}"
HTTP = "{ingress: [{action: Allow, http: {methods: [GET]}}]}"


def test_what_a_rule_has_to_say_is_said_for_every_policy_that_has_it() -> None:
    found = lifted(policy("a", DEAD), policy("b", "{}"), policy("c", DEAD), policy("d", DEAD))
    said = [one for one in found.diagnostics if one.code is calico_lift.DEAD_RULE]
    assert [one.origin and (one.origin.place.label, one.origin.dotted) for one in said] == [
        (f"NetworkPolicy/shop/{name}", "spec.ingress[0].source") for name in "acd"
    ]


def test_what_policies_share_names_all_of_them() -> None:
    found = lifted(policy("a", HTTP), policy("b", HTTP), policy("c", HTTP))
    (said,) = [one for one in found.diagnostics if one.code is calico_lift.HTTP_ENFORCED]
    assert said.notes == ("concerns `NetworkPolicy/shop/a`, `NetworkPolicy/shop/b`, `NetworkPolicy/shop/c`",)


def test_policies_that_are_alike_have_rules_of_their_own_place_and_namespace() -> None:
    spec = "{ingress: [{action: Allow, source: {selector: app == 'x'}}, {action: Allow, source: {nets: [10.0.0.0/8]}}]}"
    found = lifted(policy("a", spec), policy("a", spec, namespace="farm"), global_policy("a", spec))
    rules = {str(one.name): one.sections[0].rules for one in found.policies.tiers[1].policies}
    assert {name: str(first.peer) for name, (first, _) in rules.items()} == {
        "NetworkPolicy/shop/a": 'namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"x"}',
        "NetworkPolicy/farm/a": 'namespace[kubernetes.io/metadata.name] in {"farm"} & pod & pod[app] in {"x"}',
        "GlobalNetworkPolicy/a": 'pod & pod[app] in {"x"}',
    }
    for name, several in rules.items():
        assert [one.origin and (one.origin.place.label, one.origin.dotted) for one in several] == [
            (name, "spec.ingress[0]"),
            (name, "spec.ingress[1]"),
        ]
    others = [second for _, second in rules.values()]
    assert others[0].peer is others[1].peer is others[2].peer
