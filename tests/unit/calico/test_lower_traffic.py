"""What rules ask of traffic and requests, in Calico's words again; and what has none."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from lowering_to_calico import as_calico, from_calico, from_cilium

from npconv.dialects.calico.lower_traffic import MOST_LISTED
from npconv.ir.condition import ALWAYS, Condition, both, either, kind, negate, within
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.intervals import icmp, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd

SAME = (
    "{action: Allow}",
    "{action: Deny, protocol: TCP}",
    "{action: Allow, protocol: 47}",
    "{action: Allow, notProtocol: UDP}",
    "{action: Allow, protocol: TCP, destination: {ports: [22, '80:90']}}",
    "{action: Allow, protocol: TCP, destination: {ports: [22, http]}}",
    "{action: Allow, destination: {ports: [http]}}",
    "{action: Allow, protocol: UDP, destination: {notPorts: [53]}}",
    "{action: Allow, protocol: TCP, destination: {notPorts: [http]}}",
    "{action: Allow, protocol: TCP, source: {ports: ['1024:65535']}, destination: {ports: [443]}}",
    "{action: Allow, protocol: ICMP}",
    "{action: Allow, protocol: ICMPv6, icmp: {type: 128}}",
    "{action: Allow, protocol: ICMP, icmp: {type: 3, code: 4}}",
    "{action: Allow, protocol: ICMP, notICMP: {type: 8}}",
    "{action: Allow, protocol: ICMP, notICMP: {type: 3, code: 4}}",
    "{action: Allow, notICMP: {type: 8}}",
    "{action: Allow, ipVersion: 4}",
    "{action: Allow, ipVersion: 6, protocol: TCP}",
    "{action: Allow, protocol: TCP, http: {methods: [GET, PUT], paths: [{exact: /a}, {prefix: /b}]}}",
    "{action: Allow, protocol: TCP, http: {methods: [GET]}}",
    "{action: Log, protocol: TCP}",
    "{action: Pass, protocol: SCTP}",
)


def rules_of(text: str) -> list[dict[str, Any]]:
    """The ingress rules of the only policy."""
    (found,) = [one for one in yaml.safe_load_all(text) if one["kind"] != "Tier"]
    rules: list[dict[str, Any]] = found["spec"].get("ingress", [])
    return rules


@pytest.mark.parametrize("rule", SAME)
def test_calico_s_own_rules_come_back_the_same(rule: str) -> None:
    text, lost = from_calico(
        f"""
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {{name: p, namespace: shop}}
        spec: {{order: 10, types: [Ingress], ingress: [{rule}]}}
        """
    )
    assert rules_of(text) == [yaml.safe_load(rule)]
    assert lost == []


def test_up_to_3_31_ports_by_name_need_a_protocol() -> None:
    named = """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {{name: p, namespace: shop}}
        spec: {{types: [Ingress], ingress: [{{action: {action}, destination: {{{ports}}}}}]}}
        """
    text, lost = from_calico(named.format(action="Allow", ports="ports: [http]"), target="calico=3.31")
    expected = [
        {"action": "Allow", "protocol": one, "destination": {"ports": ["http"]}} for one in ("TCP", "UDP", "SCTP")
    ]
    assert rules_of(text) == expected
    assert lost == []
    text, lost = from_calico(named.format(action="Deny", ports="notPorts: [http]"), target="calico=3.31")
    assert rules_of(text)[0] == {"action": "Deny"}
    (said,) = lost
    assert said.startswith("NPC378 narrows p: Deny covers more")


def one_rule(action: Action, traffic: Condition, request: Condition = ALWAYS) -> PolicySet:
    section = Section(
        direction=Direction.INGRESS,
        isolates=True,
        rules=(Rule(action=action, traffic=traffic, request=request),),
    )
    policy = Policy(name=PolicyName("NetworkPolicy", "", "p"), subject=kind(Kind.POD), sections=(section,))
    own = Section(direction=Direction.INGRESS, isolates=False, rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),))
    first = Policy(name=PolicyName("built-in", "", "own-node"), subject=kind(Kind.POD), sections=(own,))
    return PolicySet(tiers=(Tier(name="default", end=TierEnd.DENY, policies=(first, policy)),))


def test_protocols_are_listed_rule_by_rule() -> None:
    text, lost = as_calico(one_rule(Action.ALLOW, within(Axis.PROTOCOL, protocols(6, 17, 50))))
    assert rules_of(text) == [{"action": "Allow", "protocol": one} for one in ("TCP", "UDP", 50)]
    assert lost == []


def test_any_protocol_with_a_port_is_three_rules() -> None:
    text, _ = from_cilium(
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: p, namespace: shop}
        spec:
          endpointSelector: {}
          ingress: [{toPorts: [{ports: [{port: "53", protocol: ANY}]}]}]
        """
    )
    assert [(one["protocol"], one["destination"]["ports"]) for one in rules_of(text)] == [
        ("TCP", [53]),
        ("UDP", [53]),
        ("SCTP", [53]),
    ]


MANY = within(Axis.PROTOCOL, ~protocols(6, 17))


def test_an_allow_for_very_many_protocols_is_left_out() -> None:
    text, lost = as_calico(one_rule(Action.ALLOW, either(MANY, within(Axis.PROTOCOL, protocols(6)))))
    assert len(~protocols(6, 17)) > MOST_LISTED
    assert rules_of(text) == [{"action": "Allow", "notProtocol": "UDP"}], "together they are all but one"
    text, lost = as_calico(one_rule(Action.ALLOW, MANY))
    assert rules_of(text) == []
    assert lost == ["NPC378 narrows p: Allow left out: so many protocols would take a rule each"]


def test_a_deny_for_very_many_protocols_covers_all() -> None:
    text, lost = as_calico(one_rule(Action.DENY, MANY))
    assert rules_of(text) == [{"action": "Deny"}]
    assert lost == ["NPC378 narrows p: Deny covers more than in the source: so many protocols would take a rule each"]


def test_a_pass_that_cannot_be_said_denies() -> None:
    text, lost = as_calico(one_rule(Action.PASS, MANY))
    assert rules_of(text) == [{"action": "Deny"}]
    assert lost == [
        "NPC384 narrows p: flows are denied that the source passes on: it cannot be said which",
        "NPC378 narrows p: Deny covers more than in the source: so many protocols would take a rule each",
    ]


def test_icmp_types_are_listed() -> None:
    asked = both(within(Axis.PROTOCOL, protocols(1)), within(Axis.ICMP_TYPE, icmp(3, 8)))
    text, lost = as_calico(one_rule(Action.ALLOW, asked))
    assert [one["icmp"] for one in rules_of(text)] == [{"type": 3}, {"type": 8}]
    assert lost == []


def test_all_but_two_icmp_types_are_too_many() -> None:
    asked = both(within(Axis.PROTOCOL, protocols(1)), negate(within(Axis.ICMP_TYPE, icmp(3, 8))))
    text, lost = as_calico(one_rule(Action.DENY, asked))
    assert rules_of(text) == [{"action": "Deny", "protocol": "ICMP"}]
    assert lost == ["NPC378 narrows p: Deny covers more than in the source: so many ICMP types would take a rule each"]


HTTP = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  endpointSelector: {}
  DIRECTION: [{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [RULE]}}]}]
"""


def test_http_methods_are_kept_where_they_are_enforced() -> None:
    text = HTTP.replace("DIRECTION", "ingress").replace("RULE", "{method: GET}")
    said, lost = from_cilium(text)
    assert rules_of(said)[0]["http"] == {"methods": ["GET"]}
    assert lost == []
    said, lost = from_cilium(text, target="calico=3.32,http=ignored")
    assert rules_of(said) == []
    assert lost == ["NPC377 narrows p: Allow left out: `http` is not enforced in the target cluster"]


def test_regular_expressions_and_egress_have_no_http() -> None:
    _, lost = from_cilium(HTTP.replace("DIRECTION", "ingress").replace("RULE", "{path: '/a[0-9]'}"))
    assert lost == ["NPC377 narrows p: Allow left out: `http` compares whole methods, and paths exactly or by prefix"]
    _, lost = from_cilium(HTTP.replace("DIRECTION", "egress").replace("RULE", "{method: GET}"))
    assert lost == ["NPC377 narrows p: Allow left out: only ingress rules may have `http`"]
