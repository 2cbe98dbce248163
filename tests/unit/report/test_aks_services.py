"""Services are judged by what both engines do with their pods: who is named, with which clients, ports and policies."""

from __future__ import annotations

import pytest
from aks_cluster import CLUSTER, NODES, WEB_POD, WEB_SERVICE, certain, found, policy, report

from npconv.report.aks import Effect

SERVICE, FORWARDED = "NPC672", "NPC673"
CLOSED = policy("podSelector: {}, policyTypes: [Ingress]", "closed")
WEB = "podSelector: {matchLabels: {app: web}}"


def test_the_item_says_what_passes_today_and_what_decides_after() -> None:
    (item,) = certain(report(CLUSTER, CLOSED), SERVICE)
    assert item.effect is Effect.CLOSES
    assert item.npm == (
        "clients outside may reach 8443/TCP of the service whatever policies say: kube-proxy masquerades what comes in "
        "with externalTrafficPolicy Cluster, and accepts it before Azure NPM is asked"
    )
    assert item.cilium == (
        "clients outside are denied there: NetworkPolicy/shop/closed isolates its pods, and no rule lets them in"
    )
    assert str(item.witness) == (
        "outside address 203.0.113.10 -> pod shop/web-1 8443/TCP: today may pass: it is masqueraded, and Azure NPM is "
        "not asked where the pod's own node was reached, after the change denied: NetworkPolicy/shop/closed isolates "
        "the pod"
    )
    assert (item.thing.spot.file, item.thing.spot.path) == ("cluster.yaml", "")
    assert [str(one) for one in item.also] == ["NetworkPolicy/shop/closed"]


def test_clients_that_are_let_in_are_told() -> None:
    (item,) = certain(
        report(CLUSTER, CLOSED, policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 198.51.100.0/24}}}}]}}]")),
        SERVICE,
    )
    assert item.cilium.startswith("clients outside other than those of 198.51.100.0/24 are denied there: ")


def test_only_the_ports_that_close_are_named() -> None:
    service = WEB_SERVICE.replace("{port: 443, targetPort: 8443}", "{port: 443, targetPort: 8443}, {port: 80}")
    opened = policy(f"{WEB}, ingress: [{{ports: [{{port: 8443}}]}}]", "tls")
    (item,) = certain(report(NODES, WEB_POD, service, CLOSED, opened), SERVICE)
    assert "reach 80/TCP of" in item.npm
    assert "port: 80" in item.repairs[0].manifest
    assert "8443" not in item.repairs[0].manifest


@pytest.mark.parametrize(
    "service",
    [
        WEB_SERVICE.replace("type: LoadBalancer", "type: ClusterIP"),
        WEB_SERVICE.replace("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local"),
        WEB_SERVICE.replace("type: LoadBalancer", "type: ExternalName, externalName: example.org"),
    ],
)
def test_what_never_bypassed_npm_is_not_named(service: str) -> None:
    assert found(report(NODES, WEB_POD, service, CLOSED), SERVICE) == ()


def test_a_local_service_is_named_where_npm_drops_what_isolates_its_pods() -> None:
    service = WEB_SERVICE.replace("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local")
    dropped = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 'fd00::/8'}}}}]}}]", "v6")
    (item,) = certain(report(NODES, WEB_POD, service, dropped), SERVICE)
    assert item.npm == "clients outside reach 8443/TCP of the service: Azure NPM drops NetworkPolicy/shop/v6"


def test_without_pods_the_selector_stands_for_their_labels() -> None:
    (item,) = certain(report(NODES, WEB_SERVICE, CLOSED), SERVICE)
    assert item.because == "its pods are taken to have the labels app=web alone: the input has no pods"
    assert item.pods == ()
    opened = policy(f"{WEB}, ingress: [{{ports: [{{port: 8443}}]}}]", "tls")
    assert found(report(NODES, WEB_SERVICE, CLOSED, opened), SERVICE) == ()


def test_known_pods_settle_what_labels_leave_open() -> None:
    opened = policy("podSelector: {matchLabels: {app: web, tier: front}}, ingress: [{}]", "front")
    assert found(report(CLUSTER, CLOSED, opened), SERVICE) == ()
    canary = WEB_POD.replace("web-1", "web-2").replace("tier: front", "tier: canary").replace("0.10", "0.11")
    (item,) = certain(report(CLUSTER, canary, CLOSED, opened), SERVICE)
    assert item.pods == ("shop/web-2",)


def test_a_port_by_name_is_what_each_pod_declares() -> None:
    service = WEB_SERVICE.replace("targetPort: 8443", "targetPort: https")
    for port in ("https", "8443"):
        opened = policy(f"{WEB}, ingress: [{{ports: [{{port: {port}}}]}}]", "tls")
        assert found(report(NODES, WEB_POD, service, CLOSED, opened), SERVICE) == ()
    (item,) = certain(report(NODES, WEB_POD, service, CLOSED), SERVICE)
    assert "port: https" in item.repairs[0].manifest


def test_pods_of_the_host_network_are_nobodys_subject() -> None:
    pod = WEB_POD.replace("nodeName: node-1,", "nodeName: node-1, hostNetwork: true,").replace(
        "10.244.0.10", "10.1.0.4"
    )
    assert found(report(NODES, pod, WEB_SERVICE, CLOSED), SERVICE) == ()


def test_a_service_that_leads_outside_the_cluster_is_not_named() -> None:
    service = """
apiVersion: v1
kind: Service
metadata: {name: old, namespace: shop}
spec: {type: NodePort, ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: old-1, namespace: shop, labels: {kubernetes.io/service-name: old}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.7]}]
ports: [{port: 80, protocol: TCP}]
"""
    made = report(NODES, WEB_POD, service, CLOSED)
    assert found(made, SERVICE) == ()
    assert not any("old" in one for one in made.unknown)
    unsure = report(NODES, WEB_POD, service.replace("192.0.2.7", "10.244.0.99"), CLOSED, pod_cidrs=("10.244.0.0/16",))
    assert "service shop/old leads to 10.244.0.99, and no pod of the input has that address" in unsure.unknown
    (alone, _) = service.split("---", 1)
    assert any("has no selector" in one for one in report(NODES, WEB_POD, alone, CLOSED).unknown)


def test_what_another_node_forwards_is_said_apart() -> None:
    world = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]", "world")
    made = report(CLUSTER, world)
    assert found(made, SERVICE) == ()
    (item,) = found(made, FORWARDED)
    assert "native routing" in item.because
    commands = [one.command for one in item.repairs if one.command]
    assert commands == ['kubectl patch service web -n shop -p \'{"spec":{"externalTrafficPolicy":"Local"}}\'']
    assert found(report(CLUSTER, policy(f"{WEB}, ingress: [{{}}]", "world")), FORWARDED) == ()
