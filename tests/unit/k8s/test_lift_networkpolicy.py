"""What a NetworkPolicy means to each engine: its IR, and where engines differ."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

import pytest

from npconv.dialects.k8s.lift import lift, lift_all
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.parse import parse
from npconv.ir.dimensions import NAMESPACE, Attribute, Kind, Scope
from npconv.ir.policy import Direction, Policy
from npconv.semantics.flow import ICMP, TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.meaning import ANY_KIND, CALICO, CILIUM, KUBERNETES, EngineMeaning
from npconv.semantics.verdict import verdict
from npconv.source import load

APP = Attribute.of(Scope.POD, "app")


def pod(app: str, namespace: str, address: str, *ports: NamedPort) -> Endpoint:
    return Endpoint(
        kind=Kind.POD,
        attributes={APP: app, NAMESPACE: namespace},
        addresses=(ipaddress.ip_address(address),),
        named_ports=ports,
    )


WEB = pod("web", "shop", "10.1.0.1", NamedPort("front", TCP, 8080))
PEERS = {
    "db": pod("db", "shop", "10.1.0.2"),
    "farm": pod("web", "farm", "10.1.1.1"),
    "host": Endpoint(kind=Kind.HOST, addresses=(ipaddress.ip_address("10.2.0.1"),)),
    "node": Endpoint(kind=Kind.REMOTE_NODE, addresses=(ipaddress.ip_address("10.2.0.2"),)),
    "world": Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("203.0.113.5"),)),
    "ten": Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("10.3.0.1"),)),
}


def policy(spec: str, namespace: str = "namespace: shop") -> NetworkPolicy:
    text = (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, {namespace}}}\n"
        f"spec: {{podSelector: {{matchLabels: {{app: web}}}}, {spec}}}"
    )
    (document,) = load.parse(text, "test.yaml").documents
    found, diagnostics = parse(document)
    assert found is not None, diagnostics
    return found


def passing(
    spec: str,
    meaning: EngineMeaning = KUBERNETES,
    way: Direction = Direction.INGRESS,
    protocol: int = TCP,
    port: int = 80,
) -> str:
    """Who gets through, of all peers in their order."""
    policies = lift_set([lift(policy(spec), meaning)], meaning=meaning)
    return " ".join(
        name
        for name, peer in PEERS.items()
        if verdict(policies, Flow(direction=way, subject=WEB, peer=peer, protocol=protocol, port=port)).allowed
    )


def test_the_whole_policy_as_ir() -> None:
    lifted = lift(
        policy("ingress: [{from: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 80, endPort: 90}]}]"),
        KUBERNETES,
    )
    assert str(lifted.name) == "NetworkPolicy/shop/p"
    assert str(lifted.subject) == ('namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"web"}')
    (section,) = lifted.sections
    (rule,) = section.rules
    assert (section.direction, section.isolates) == (Direction.INGRESS, True)
    assert str(rule.peer) == 'namespace[kubernetes.io/metadata.name] in {"shop"} & pod & pod[app] in {"db"}'
    assert str(rule.traffic) == "port 80-90 & protocol 6"
    assert rule.origin is not None
    assert rule.origin.dotted == "spec.ingress[0]"


@pytest.mark.parametrize(
    ("spec", "incoming"),
    [
        ("policyTypes: [Ingress]", "host"),
        ("ingress: [{}]", "db farm host node world ten"),
        ("ingress: [{from: []}]", "db farm host node world ten"),
        ("policyTypes: [Egress], ingress: [{from: [{podSelector: {}}]}]", "db farm host node world ten"),
        ("ingress: [{from: [{podSelector: {}}]}]", "db host"),
        ("ingress: [{from: [{namespaceSelector: {}}]}]", "db farm host"),
        ("ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]}]", "farm host"),
        ("ingress: [{from: [{namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]", "db farm host ten"),
        (
            "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}]}]",
            "db farm host",
        ),
        ("ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}]}]", "host"),
        ("ingress: [{from: [{podSelector: {matchLabels: {other: ''}}}]}]", "host"),
        ("ingress: [{ports: [{port: 81}]}]", "host"),
        ("ingress: [{ports: [{protocol: UDP}]}]", "host"),
        ("ingress: [{ports: [{}]}]", "db farm host node world ten"),
    ],
)
def test_whom_kubernetes_lets_in(spec: str, incoming: str) -> None:
    assert passing(spec) == incoming


def test_the_own_node_always_gets_in_and_is_not_promised_on_the_way_out() -> None:
    spec = "policyTypes: [Ingress, Egress]"
    assert passing(spec) == "host"
    assert passing(spec, way=Direction.EGRESS) == ""
    assert passing(spec, CILIUM, way=Direction.EGRESS) == ""


@pytest.mark.parametrize(
    ("cidr", "promised", "calico"),
    [
        ("0.0.0.0/0", "host world ten", "db farm host node world ten"),
        ("10.0.0.0/8", "host ten", "db farm host node ten"),
    ],
)
def test_what_a_block_of_addresses_matches_is_the_engine_s(cidr: str, promised: str, calico: str) -> None:
    spec = f"ingress: [{{from: [{{ipBlock: {{cidr: {cidr}}}}}]}}]"
    assert passing(spec, KUBERNETES) == promised
    assert passing(spec, CILIUM) == promised.removeprefix("host ")
    assert passing(spec, CALICO) == calico


def test_the_whole_of_a_family_may_be_special() -> None:
    by_node = replace(CILIUM, block_kinds=ANY_KIND)
    assert passing("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", by_node) == "db farm host node ten"
    assert passing("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", by_node) == "world ten"


def test_an_exception_cuts_its_own_block_only() -> None:
    block = "{ipBlock: {cidr: 10.0.0.0/8, except: [10.3.0.0/16]}}"
    assert passing(f"ingress: [{{from: [{block}]}}]") == "host"
    assert passing(f"ingress: [{{from: [{block}, {{ipBlock: {{cidr: 10.3.0.0/24}}}}]}}]") == "host ten"


def test_a_negative_namespace_selector_leaks_in_cilium_only() -> None:
    spec = "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}]}]"
    assert passing(spec, CALICO) == "db farm"
    assert passing(spec, CILIUM) == "db farm host node world ten"


def test_undeclared_directions_count_in_cilium_only() -> None:
    spec = "policyTypes: [Egress], ingress: [{from: [{podSelector: {}}]}]"
    assert passing(spec, CALICO) == "db farm host node world ten"
    assert passing(spec, CILIUM) == "db"


def test_egress_rules_without_types_isolate_both_ways() -> None:
    spec = "egress: [{to: [{podSelector: {}}]}]"
    assert passing(spec, CALICO) == ""
    assert passing(spec, CALICO, way=Direction.EGRESS) == "db"


def test_names_of_ports_are_the_destination_s_and_have_a_protocol() -> None:
    assert passing("ingress: [{ports: [{port: front}]}]", port=8080) == "db farm host node world ten"
    assert passing("ingress: [{ports: [{port: front}]}]", port=80) == "host"
    assert passing("ingress: [{ports: [{port: front, protocol: UDP}]}]", protocol=UDP, port=8080) == "host"
    assert passing("policyTypes: [Egress], egress: [{ports: [{port: front}]}]", way=Direction.EGRESS, port=8080) == ""


def test_no_ports_are_every_protocol() -> None:
    assert passing("ingress: [{from: [{podSelector: {}}]}]", protocol=ICMP, port=0) == "db host"
    assert passing("ingress: [{from: [{podSelector: {}}], ports: [{}]}]", protocol=ICMP, port=0) == "host"


def test_the_name_is_the_engine_s_and_a_missing_namespace_is_default() -> None:
    lifted = lift(policy("policyTypes: [Ingress]", namespace=""), CALICO)
    assert str(lifted.name) == "KubernetesNetworkPolicy/default/p"
    assert 'namespace[kubernetes.io/metadata.name] in {"default"}' in str(lifted.subject)


def test_baseline_is_for_pods_that_are_not_isolated_in_kubernetes() -> None:
    isolating = lift(policy("policyTypes: [Ingress]"), KUBERNETES)
    accepting = lift(policy("ingress: [{}]"), KUBERNETES)
    as_baseline = Policy(
        name=accepting.name,
        subject=accepting.subject,
        sections=tuple(replace(one, isolates=False) for one in accepting.sections),
    )
    flow = Flow(direction=Direction.INGRESS, subject=WEB, peer=PEERS["db"], port=80)
    assert not verdict(lift_set([isolating], baseline=[as_baseline]), flow).allowed
    assert verdict(lift_set([isolating], admin=[as_baseline]), flow).allowed


def test_many_at_once_are_lifted_as_one_by_one() -> None:
    specs = (
        "ingress: [{from: [{podSelector: {}}]}]",
        "ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}, {from: [{podSelector: {}}]}]",
        "egress: [{to: [{podSelector: {}}]}], policyTypes: [Egress]",
        "ingress: [{from: [{namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]",
    )
    policies = [policy(spec, f"namespace: {name}") for name in ("shop", "farm", "shop") for spec in specs]
    for meaning in (KUBERNETES, CALICO, CILIUM):
        lifted = lift_all(policies, meaning)
        assert lifted == [lift(one, meaning) for one in policies]
        places = [rule.origin and rule.origin.place for one in lifted for part in one.sections for rule in part.rules]
        assert places == [
            one.origin and one.origin.place for one in lifted for part in one.sections for _ in part.rules
        ]
