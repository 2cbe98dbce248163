"""Each fault of Microsoft's azure-npm-to-cilium-validator (its cbd7560), and that npconv does not have it.

A test says first what the validator makes of the objects, by its own rules (`npconv.report.aks.validator`), then what
is true and in the report.
"""

from __future__ import annotations

import pytest
from aks_cluster import (
    CLUSTER,
    NODES,
    WEB_POD,
    WEB_SERVICE,
    certain,
    codes,
    found,
    policy,
    read,
    report,
    stored,
)

from npconv.dialects.cluster.model import Service
from npconv.report.aks import AksReport, Certainty, Check, Effect
from npconv.report.aks.validator import has_cidr, has_egress, has_end_port, has_named_port, is_disrupted

SERVICE, FORWARDED, HOST_PORT = "NPC672", "NPC673", "NPC674"
DROPPED, LEAK, BLOCK_PODS, BLOCK_NODES = "NPC675", "NPC676", "NPC677", "NPC678"
OWN_NODE, LOCAL_DNS, IPV6 = "NPC679", "NPC680", "NPC681"
NAMED_PORT, INIT_PORT, PORT_RANGE, UNDECLARED = "NPC682", "NPC683", "NPC684", "NPC685"
WINDOWS, PRESENT, MANAGED = "NPC670", "NPC688", "NPC690"

CLOSED = policy("podSelector: {}, policyTypes: [Ingress]", "closed")
WEB_OR_API = "{key: app, operator: In, values: [web, api]}"
WEB = "podSelector: {matchLabels: {app: web}}"


NAMED_EGRESS = "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: https}]}]"
ABSENT = "{key: a, operator: DoesNotExist}"


def services(text: str) -> tuple[Service, ...]:
    return read(text).cluster.services


def check(made: AksReport, row: int) -> Check:
    return made.checks[row]


def test_the_base_both_see_a_service_whose_pods_are_isolated() -> None:
    made = report(CLUSTER, CLOSED)
    assert check(made, 4).flagged == 1
    (item,) = certain(made, SERVICE)
    assert str(item.thing) == "Service/shop/web"
    assert item.pods == ("shop/web-1",)


# --- panic -----------------------------------------------------------------------------------------------------------


def test_panic_a_port_entry_with_a_protocol_alone() -> None:
    text = policy(f"{WEB}, ingress: [{{ports: [{{protocol: TCP}}]}}]", "tcp")
    made = report(CLUSTER, CLOSED, text)
    assert made.panics == "NetworkPolicy/shop/tcp"
    assert found(made, SERVICE) == ()


# --- false safe ------------------------------------------------------------------------------------------------------


def test_false_safe_an_ingress_rule_of_a_policy_that_is_for_egress_alone() -> None:
    text = policy(f"{WEB}, policyTypes: [Egress], ingress: [{{}}], egress: [{{}}]", "out")
    policies = [stored(CLOSED), stored(text)]
    assert not is_disrupted(services(CLUSTER)[0], policies), "it takes the rule for an allow"
    made = report(CLUSTER, CLOSED, text)
    (item,) = found(made, SERVICE)
    assert item.certainty is Certainty.POSSIBLE
    assert "cilium/cilium#48703" in item.because, "Cilium enforces such rules today, by a mistake that is to be mended"
    (inert,) = found(made, UNDECLARED)
    assert str(inert.thing) == "NetworkPolicy/shop/out"


def test_false_safe_a_cluster_ip_service_with_external_ips() -> None:
    service = WEB_SERVICE.replace("type: LoadBalancer", "externalIPs: [198.51.100.7]")
    assert not is_disrupted(services(service)[0], [stored(CLOSED)]), "it looks at LoadBalancer and NodePort alone"
    assert len(certain(report(NODES, WEB_POD, service, CLOSED), SERVICE)) == 1


def test_false_safe_what_could_not_be_listed() -> None:
    """It prints that it could not list services, and says that the cluster is safe."""
    harmless = policy("podSelector: {matchLabels: {app: other}}, ingress: [{}]")
    everything = report(CLUSTER, harmless)
    assert (everything.ready, len(everything.unknown)) == (True, 1)
    without = report(NODES, WEB_POD, harmless)
    assert not without.ready
    assert any("no services" in one for one in without.unknown)
    broken = report(CLUSTER, harmless, policy("podSelector: {matchLabels: {app: web}}, ingress: [{ports: 80}]", "bad"))
    assert not broken.ready
    assert broken.unknown[0] == ("1 object could not be used, and nothing is said of them: NetworkPolicy/shop/bad")


def test_false_safe_host_ports() -> None:
    pod = WEB_POD.replace("containerPort: 8443", "containerPort: 8443, hostPort: 443")
    (item,) = found(report(NODES, pod, CLOSED), HOST_PORT)
    assert item.pods == ("shop/web-1",)
    assert "443/TCP" in item.npm
    assert found(report(NODES, pod, CLOSED, policy(f"{WEB}, ingress: [{{}}]", "open")), HOST_PORT) == ()


def test_false_safe_a_service_without_a_selector_that_leads_to_pods_elsewhere() -> None:
    service = """
apiVersion: v1
kind: Service
metadata: {name: old, namespace: legacy}
spec: {type: NodePort, ports: [{port: 80, targetPort: 8443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: old-1, namespace: legacy, labels: {kubernetes.io/service-name: old}}
addressType: IPv4
endpoints: [{addresses: [10.244.0.10]}]
ports: [{port: 8443, protocol: TCP}]
"""
    opened = policy("podSelector: {}, ingress: [{}]", "open", namespace="legacy")
    assert not is_disrupted(services(service)[0], [stored(CLOSED), stored(opened)]), "it asks for the wrong namespace"
    made = report(NODES, WEB_POD, service, CLOSED, opened)
    (item,) = certain(made, SERVICE)
    assert (str(item.thing), item.pods) == ("Service/legacy/old", ("shop/web-1",))
    assert "namespace: shop" in item.repairs[0].manifest, "the pods are there"


# --- false alarm: services -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "policies",
    [
        pytest.param(
            (policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]"),), id="no policy selects its pods"
        ),
        pytest.param(
            (CLOSED, policy(f"{WEB}, ingress: [{{ports: [{{port: 8000, endPort: 9000}}]}}]")), id="a range covers it"
        ),
        pytest.param(
            (CLOSED, policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]")), id="0.0.0.0/0"
        ),
        pytest.param(
            (
                CLOSED,
                policy("podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}, ingress: [{}]"),
            ),
            id="matchExpressions",
        ),
    ],
)
def test_false_alarm_services_that_are_open(policies: tuple[str, ...]) -> None:
    assert is_disrupted(services(CLUSTER)[0], [stored(one) for one in policies])
    made = report(CLUSTER, *policies)
    assert check(made, 4).flagged == 1
    assert found(made, SERVICE) == ()


def test_false_alarm_ports_that_are_open_by_several_rules_and_policies() -> None:
    service = WEB_SERVICE.replace("{port: 443, targetPort: 8443}", "{port: 443, targetPort: 8443}, {port: 80}")
    first = policy(f"{WEB}, ingress: [{{ports: [{{port: 8443}}]}}]", "a")
    second = policy(f"{WEB}, ingress: [{{ports: [{{port: 80}}]}}]", "b")
    assert is_disrupted(services(service)[0], [stored(one) for one in (CLOSED, first, second)])
    assert found(report(NODES, WEB_POD, service, CLOSED, first, second), SERVICE) == ()


def test_0000_is_enough_for_clients_and_may_not_be_for_other_nodes() -> None:
    """Cilium's own caveat: what another node forwards is `remote-node`, which no `ipBlock` covers."""
    made = report(CLUSTER, CLOSED, policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]"))
    (item,) = found(made, FORWARDED)
    assert item.certainty is Certainty.POSSIBLE


# --- false alarm: policies -------------------------------------------------------------------------------------------


def test_false_alarm_egress_that_allows_everything_beside_something() -> None:
    text = policy(f"{WEB}, policyTypes: [Egress], egress: [{{to: [{{podSelector: {{}}}}]}}, {{}}]")
    assert has_egress(stored(text))
    assert found(report(CLUSTER, text), OWN_NODE) == ()


@pytest.mark.parametrize("rule", ["to: [{podSelector: {}}]", "ports: [{port: 53}]"])
def test_false_alarm_egress_rules_of_a_policy_that_is_for_ingress_alone(rule: str) -> None:
    text = policy(f"{WEB}, policyTypes: [Ingress], ingress: [{{}}], egress: [{{{rule}}}]")
    assert has_egress(stored(text))
    made = report(CLUSTER, text)
    assert found(made, OWN_NODE) == ()
    (item,) = found(made, UNDECLARED)
    assert "egress" not in item.repairs[0].manifest, "the repair is to remove what does nothing"
    assert codes(report(CLUSTER, item.repairs[0].manifest)) == []


def test_false_alarm_a_block_in_a_direction_that_is_not_listed() -> None:
    rule = "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"
    text = policy(f"{WEB}, policyTypes: [Ingress], ingress: [{{}}], {rule}")
    assert has_cidr(stored(text))
    made = report(CLUSTER, text)
    assert found(made, BLOCK_PODS) == found(made, BLOCK_NODES) == ()


def test_false_alarm_a_block_of_addresses_outside() -> None:
    text = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}]}}]")
    assert has_cidr(stored(text))
    made = report(CLUSTER, text)
    assert found(made, BLOCK_PODS) == found(made, BLOCK_NODES) == ()
    assert check(made, 1) == Check(
        name="NetworkPolicy with CIDR",
        flagged=1,
        found=0,
        missed=0,
        why="an ipBlock matters only where it covers pods or nodes, and nothing else lets these through",
    )


def test_a_block_that_covers_pods_which_another_rule_lets_in_is_no_alarm_either() -> None:
    rules = "ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16}}]}, {from: [{namespaceSelector: {}}]}]"
    assert found(report(CLUSTER, policy(f"{WEB}, {rules}")), BLOCK_PODS) == ()


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("ingress: [{ports: [{port: https}]}]", id="on the way in Cilium asks the pod"),
        pytest.param(
            "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: https}]}]", id="one number"
        ),
    ],
)
def test_false_alarm_a_port_name_that_means_one_number(rule: str) -> None:
    text = policy(f"{WEB}, {rule}")
    assert has_named_port(stored(text))
    assert found(report(CLUSTER, text), NAMED_PORT) == ()


def test_a_port_name_with_two_numbers_is_named() -> None:
    other = (
        WEB_POD.replace("web-1", "api-1").replace("app: web", "app: api").replace("8443", "9443").replace(".10", ".11")
    )
    (item,) = certain(report(CLUSTER, other, policy(f"{WEB}, {NAMED_EGRESS}")), NAMED_PORT)
    assert "8443: shop/web-1; 9443: shop/api-1" in item.npm
    assert "port: 8443" in item.repairs[0].manifest
    assert "port: 9443" in item.repairs[0].manifest


@pytest.mark.parametrize(("target", "expected"), [("cilium=1.16", 1), ("cilium=1.17", 0), ("cilium=1.18", 0)])
def test_false_alarm_a_range_of_ports_where_aks_supports_it(target: str, expected: int) -> None:
    text = policy(f"{WEB}, ingress: [{{ports: [{{port: 8440, endPort: 8443}}]}}]")
    assert has_end_port(stored(text))
    items = found(report(CLUSTER, text, target=f"{target},platform=aks"), PORT_RANGE)
    assert len(items) == expected
    assert all(one.certainty is Certainty.POSSIBLE for one in items)
    assert all(f"port: {number}" in one.repairs[0].manifest for one in items for number in range(8440, 8444))


# --- cosmetics -------------------------------------------------------------------------------------------------------

BOTH_WAYS = policy(
    f"{WEB}, policyTypes: [Ingress, Egress], ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]}}], "
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"
)


def test_cosmetics_both_directions_are_told() -> None:
    """Its cell says `egress`, which overwrites `ingress`."""
    items = found(report(CLUSTER, BOTH_WAYS), BLOCK_PODS)
    assert [one.thing.spot.path for one in items] == ["spec.ingress[0].from[0]", "spec.egress[0].to[0]"]


def test_cosmetics_a_policy_with_both_directions_counts_once() -> None:
    assert (check(report(CLUSTER, BOTH_WAYS), 1).flagged, check(report(CLUSTER, BOTH_WAYS), 1).found) == (1, 1)


def test_cosmetics_the_order_does_not_depend_on_the_order_of_the_input() -> None:
    """Its rows come in the order of a Go map."""
    names = ("delta", "alpha", "charlie", "bravo")
    texts = [policy("podSelector: {}, policyTypes: [Egress]", name) for name in names]
    one, other = report(CLUSTER, *texts), report(CLUSTER, *reversed(texts))
    assert [item.thing.name for item in found(one, OWN_NODE)] == sorted(names)
    assert [item.thing.name for item in found(other, OWN_NODE)] == sorted(names)
    assert codes(one) == codes(other)


# --- not looked at ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]", "azure-npm=linux"),
        ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/0}}]}]", "azure-npm=linux"),
        ("ingress: [{ports: [{port: https}]}]", "azure-npm=windows"),
        ("ingress: [{ports: [{port: 9, protocol: SCTP}]}]", "azure-npm=windows"),
        ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]", "azure-npm=windows"),
        (
            "ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}}]}]",
            "azure-npm=windows",
        ),
    ],
)
def test_not_looked_at_policies_that_npm_drops(rule: str, source: str) -> None:
    (item,) = certain(report(CLUSTER, policy(f"{WEB}, {rule}"), source=source), DROPPED)
    assert item.effect is Effect.CLOSES
    assert item.witness is not None
    assert item.witness.before.startswith("allowed: no policy isolates")
    assert item.witness.after.startswith("denied: NetworkPolicy/shop/p")


def test_not_looked_at_leaks_that_cilium_closes() -> None:
    spaces = "apiVersion: v1\nkind: Namespace\nmetadata: {name: lab, labels: {team: a}}"
    negated = "{key: team, operator: NotIn, values: [a, b]}"
    rule = f"ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{negated}]}}}}]}}]"
    (item,) = certain(report(CLUSTER, spaces, policy(f"{WEB}, {rule}")), LEAK)
    assert "pods of namespaces with team=a" in item.cilium
    assert "what is outside the cluster" in item.npm
    assert item.effect is Effect.CLOSES


def test_not_looked_at_other_nodes_and_pods_of_the_host_network() -> None:
    agent = """
apiVersion: v1
kind: Pod
metadata: {name: scraper, namespace: ops, labels: {app: scraper}}
spec: {nodeName: node-2, hostNetwork: true, containers: [{name: c}]}
status: {phase: Running, podIP: 10.1.0.5}
"""
    text = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.1.0.0/24}}}}], ports: [{{port: 8443}}]}}]")
    (item,) = certain(report(CLUSTER, agent, text), BLOCK_NODES)
    assert "ops/scraper" in item.npm
    assert "remote-node" in item.repairs[0].manifest


def test_not_looked_at_ipv6() -> None:
    dual = WEB_POD.replace("podIP: 10.244.0.10", "podIPs: [{ip: 10.244.0.10}, {ip: 'fd00::10'}]")
    (item,) = certain(report(NODES, dual, CLOSED), IPV6)
    assert item.pods == ("shop/web-1",)
    assert found(report(CLUSTER, CLOSED), IPV6) == ()
    assert len(found(report(CLUSTER, CLOSED, dual_stack=True), IPV6)) == 1


def test_not_looked_at_windows_pools() -> None:
    made = report(CLUSTER, NODES.replace("node-", "win-").replace("os: linux", "os: windows, agentpool: winp"), CLOSED)
    assert made.blocked
    (item,) = found(made, WINDOWS)
    assert item.effect is Effect.BLOCKS
    assert "pool winp (2 nodes)" in item.npm
    assert item.repairs[0].command.endswith("-n winp")


def test_not_looked_at_local_dns() -> None:
    text = policy(
        f"{WEB}, policyTypes: [Egress], egress: [{{to: [{{namespaceSelector: {{}}}}], ports: [{{port: 53}}]}}]"
    )
    assert found(report(CLUSTER, text), LOCAL_DNS) == (), "no node has it"
    label = "{kubernetes.io/os: linux, kubernetes.azure.com/localdns-state: enabled}"
    made = report(CLUSTER.replace("{kubernetes.io/os: linux}", label), text)
    (item,) = certain(made, LOCAL_DNS)
    assert "169.254.10.10" in item.cilium
    (unsure,) = found(report(WEB_POD, text), LOCAL_DNS)
    assert unsure.certainty is Certainty.POSSIBLE


def test_not_looked_at_names_of_ports_of_init_containers() -> None:
    sidecar = (
        "initContainers: [{name: s, restartPolicy: Always, ports: [{name: metrics, containerPort: 9090}]}], containers"
    )
    pod = WEB_POD.replace("containers", sidecar)
    (item,) = found(report(NODES, pod, policy(f"{WEB}, ingress: [{{ports: [{{port: metrics}}]}}]")), INIT_PORT)
    assert (item.effect, item.pods) == (Effect.OPENS, ("shop/web-1",))


def test_not_looked_at_objects_of_cilium_that_are_there() -> None:
    text = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: early, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}
"""
    (item,) = found(report(CLUSTER, text, policy("podSelector: {matchLabels: {app: db}}, ingress: [{}]")), PRESENT)
    assert str(item.thing) == "CiliumNetworkPolicy/shop/early"


def test_not_looked_at_policies_of_managed_namespaces() -> None:
    text = policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", "defaultnetworkpolicy").replace(
        "namespace: shop}", "namespace: shop, labels: {kubernetes.azure.com/managedByArm: 'true'}}"
    )
    (item,) = found(report(CLUSTER, text), MANAGED)
    assert item.repairs[0].command.startswith("az aks namespace update")
