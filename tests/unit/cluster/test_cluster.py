"""Cluster objects as kubectl prints them: what is kept, what is left out, what is reported."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.cluster.kinds import claims
from npconv.dialects.cluster.model import (
    Cluster,
    ContainerPort,
    Endpoint,
    EndpointPort,
    EndpointSlice,
    Namespace,
    Node,
    Pod,
    Service,
    ServiceAccount,
    ServicePort,
)
from npconv.dialects.cluster.read import read


def obj(kind: str, name: str, *, api_version: str = "v1", namespace: str = "shop", **more: Any) -> dict[str, Any]:
    labels = more.pop("labels", None)
    metadata = {"name": name, "namespace": namespace, "uid": "1", "managedFields": [{"manager": "kubectl"}]}
    if kind in ("Namespace", "Node"):
        del metadata["namespace"]
    if labels is not None:
        metadata["labels"] = labels
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata} | more


def slice_of(service: str, name: str = "web-1", **more: Any) -> dict[str, Any]:
    labels = {"kubernetes.io/service-name": service} if service else {}
    return obj("EndpointSlice", name, api_version="discovery.k8s.io/v1", labels=labels, addressType="IPv4", **more)


@pytest.mark.parametrize(
    ("api_version", "kind", "claimed"),
    [
        ("v1", "Pod", True),
        ("discovery.k8s.io/v1", "EndpointSlice", True),
        ("v1", "ConfigMap", False),
        ("v1", "Endpoints", False),
        ("apps/v1", "Pod", False),
        ("", "Pod", False),
        ("", "", False),
    ],
)
def test_claims(document: Any, api_version: str, kind: str, claimed: bool) -> None:
    assert claims(document({"apiVersion": api_version, "kind": kind})) is claimed


def test_nothing_is_an_empty_cluster(document: Any) -> None:
    assert read([]) == (Cluster(), ())
    assert Cluster().is_empty
    passed_over = document({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
    assert read([passed_over]) == (Cluster(), ())


def test_a_namespace_always_carries_its_name(document: Any) -> None:
    cluster, said = read([document(obj("Namespace", "shop", labels={"team": "a"}, status={"phase": "Active"}))])
    assert said == ()
    labels = {"team": "a", "kubernetes.io/metadata.name": "shop"}
    assert cluster.namespaces == (Namespace(name="shop", labels=labels),)


def test_a_pod_keeps_what_policies_refer_to(document: Any) -> None:
    pod = obj(
        "Pod",
        "web-0",
        labels={"app": "web"},
        spec={
            "serviceAccountName": "web",
            "nodeName": "node-1",
            "hostNetwork": True,
            "initContainers": [
                {"name": "setup", "ports": [{"name": "setup", "containerPort": 1}]},
                {"name": "proxy", "restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 15001}]},
            ],
            "containers": [
                {"name": "web", "ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 9090}]},
                {"name": "dns", "ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]},
            ],
        },
        status={"phase": "Running", "podIP": "10.0.0.7", "podIPs": [{"ip": "10.0.0.7"}, {"ip": "fd00::7"}]},
    )
    cluster, said = read([document(pod)])
    assert said == ()
    assert cluster.pods == (
        Pod(
            namespace="shop",
            name="web-0",
            labels={"app": "web"},
            service_account="web",
            node="node-1",
            ips=("10.0.0.7", "fd00::7"),
            host_network=True,
            ports=(
                ContainerPort(name="proxy", port=15001, sidecar=True),
                ContainerPort(name="http", port=8080),
                ContainerPort(name="dns", port=53, protocol="UDP"),
            ),
            phase="Running",
        ),
    )


def test_a_bare_pod_has_the_defaults(document: Any) -> None:
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}}
    cluster, said = read([document(manifest)])
    assert said == ()
    assert cluster.pods == (Pod(namespace="default", name="web-0", service_account="default"),)


@pytest.mark.parametrize(("phase", "ended"), [("Running", False), ("", False), ("Succeeded", True), ("Failed", True)])
def test_a_pod_that_has_ended(phase: str, ended: bool) -> None:
    assert Pod(namespace="shop", name="web-0", phase=phase).has_ended is ended


def test_a_service_with_its_slices(document: Any) -> None:
    service = obj(
        "Service",
        "web",
        spec={
            "type": "LoadBalancer",
            "selector": {"app": "web"},
            "clusterIP": "10.96.0.9",
            "clusterIPs": ["10.96.0.9", "fd00:96::9"],
            "externalIPs": ["192.0.2.9"],
            "externalTrafficPolicy": "Local",
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP"},
                {"name": "dns", "port": 53, "protocol": "UDP"},
            ],
        },
        status={"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}, {"hostname": "lb.example.com"}]}},
    )
    endpoints = [
        {
            "addresses": ["10.0.0.7"],
            "conditions": {"ready": False},
            "nodeName": "node-1",
            "targetRef": {"kind": "Pod", "name": "web-0"},
        },
        {"addresses": ["10.0.0.8"], "targetRef": {"kind": "Node", "name": "node-2"}},
    ]
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "any"}]
    cluster, said = read([document(slice_of("web", endpoints=endpoints, ports=ports)), document(service)])
    assert said == ()
    assert cluster.services == (
        Service(
            namespace="shop",
            name="web",
            type="LoadBalancer",
            selector={"app": "web"},
            ports=(
                ServicePort(name="http", port=80, target="http", node_port=30080),
                ServicePort(name="dns", port=53, target=53, protocol="UDP"),
            ),
            cluster_ips=("10.96.0.9", "fd00:96::9"),
            external_ips=("192.0.2.9",),
            load_balancer_ips=("203.0.113.9",),
            external_traffic_policy="Local",
            slices=(
                EndpointSlice(
                    name="web-1",
                    address_type="IPv4",
                    endpoints=(
                        Endpoint(addresses=("10.0.0.7",), ready=False, pod="web-0", node="node-1"),
                        Endpoint(addresses=("10.0.0.8",)),
                    ),
                    ports=(EndpointPort(name="http", port=8080), EndpointPort(name="any")),
                ),
            ),
        ),
    )


def test_a_headless_service_has_no_virtual_ip(document: Any) -> None:
    cluster, _ = read([document(obj("Service", "web", spec={"clusterIP": "None", "clusterIPs": ["None"]}))])
    assert cluster.services == (Service(namespace="shop", name="web"),)


@pytest.mark.parametrize(
    ("service", "message"),
    [
        ("api", "EndpointSlice `shop/web-1` belongs to service `shop/api`, which is not given"),
        ("", "EndpointSlice `shop/web-1` belongs to no service"),
    ],
)
def test_a_slice_without_its_service_is_noted(document: Any, service: str, message: str) -> None:
    cluster, [one] = read([document(slice_of(service)), document(obj("Service", "web"))])
    assert (one.code.id, one.message) == ("NPC561", message)
    assert cluster.services == (Service(namespace="shop", name="web"),)


def test_accounts_and_nodes(document: Any) -> None:
    node = obj(
        "Node",
        "node-1",
        labels={"zone": "a"},
        spec={"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24", "fd00::/64"]},
        status={
            "addresses": [
                {"type": "Hostname", "address": "node-1"},
                {"type": "ExternalIP", "address": "192.0.2.1"},
                {"type": "InternalIP", "address": "172.16.0.1"},
            ]
        },
    )
    account = obj("ServiceAccount", "web", labels={"tier": "front"}, secrets=[{"name": "token"}])
    cluster, said = read([document(node), document(account)])
    assert said == ()
    assert cluster.nodes == (
        Node(
            name="node-1",
            labels={"zone": "a"},
            addresses=("172.16.0.1", "192.0.2.1"),
            pod_cidrs=("10.0.0.0/24", "fd00::/64"),
        ),
    )
    assert cluster.service_accounts == (ServiceAccount(namespace="shop", name="web", labels={"tier": "front"}),)


def test_the_order_of_the_input_does_not_matter(document: Any) -> None:
    given = [document(obj("Pod", name, namespace=space)) for name, space in (("b", "x"), ("a", "y"), ("a", "x"))]
    assert read(given) == read(given[::-1])
    assert [(pod.namespace, pod.name) for pod in read(given)[0].pods] == [("x", "a"), ("x", "b"), ("y", "a")]


def test_of_two_objects_the_later_one_counts(document: Any) -> None:
    given = [document(obj("Pod", "a", labels={"app": app})) for app in ("old", "new")]
    cluster, [one] = read(given)
    assert [dict(pod.labels) for pod in cluster.pods] == [{"app": "new"}]
    assert (one.code.id, one.message) == ("NPC560", "Pod `shop/a` is given twice: the later one counts")
    assert [label.text for label in one.also] == ["the earlier one"]


def test_a_wrong_shape_is_reported_and_the_object_left_out(document: Any) -> None:
    bad = document(obj("Pod", "bad", labels={"version": 1.1}))
    good = document(obj("Pod", "good"))
    cluster, [one] = read([bad, good])
    assert [pod.name for pod in cluster.pods] == ["good"]
    assert (one.code.id, one.message) == ("NPC111", "unexpected number (expected text) in `metadata.labels.version`")


def test_a_name_is_required(document: Any) -> None:
    cluster, [one] = read([document({"apiVersion": "v1", "kind": "Pod", "metadata": {}})])
    assert cluster.is_empty
    assert (one.code.id, one.message) == ("NPC112", "`metadata.name` is required")
