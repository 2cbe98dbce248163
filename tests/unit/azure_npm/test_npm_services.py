"""Services that may bypass Azure NPM: which are named, for which ports and policies, and which are not."""

from __future__ import annotations

import pytest
from npm_world import LINUX, policy

from npconv.dialects.azure_npm.lift import intent
from npconv.dialects.azure_npm.services import bypassing
from npconv.dialects.cluster.model import Service, ServicePort
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.lowering.pods_apart import KnownPod, KnownPort

CLOSED = policy("policyTypes: [Ingress]", "closed")
HTTPS = ServicePort(port=443, target=8443)


def service(port: ServicePort = HTTPS, **changes: object) -> Service:
    given: dict[str, object] = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": (port,), **changes}
    return Service(namespace="shop", name="web", **given)  # type: ignore[arg-type]


def pod(port: int = 0, **labels: str) -> KnownPod:
    return KnownPod(
        title="shop/web-1",
        attributes={NAMESPACE: "shop", **{Attribute.of(Scope.POD, key): value for key, value in labels.items()}},
        ports=(KnownPort("https", 6, port),) if port else (),
    )


def notes(one: Service, *specs: str, pods: tuple[KnownPod, ...] = ()) -> list[str]:
    policies = intent([CLOSED, *(policy(spec, f"p{number}") for number, spec in enumerate(specs))], LINUX).policies
    return [said.notes[0] for said in bypassing([one], policies, pods)]


def test_an_isolated_service_is_named_with_its_ports_and_policies() -> None:
    (said,) = bypassing([service()], intent([CLOSED], LINUX).policies)
    assert said.code.id == "NPC368"
    assert said.message == (
        "what comes from outside to service `shop/web` (LoadBalancer, `externalTrafficPolicy: Cluster`) may bypass "
        "Azure NPM, and is judged in the output"
    )
    assert said.notes == (
        "isolated by `NetworkPolicy/shop/closed`, and not open to everybody: `8443/TCP`",
        "its pods are not in the input: taken to have the labels `app: web`",
    )
    assert said.help == (
        "if it is to be reached from outside, allow ingress to `8443/TCP` of `{app: web}` before the migration; "
        "npconv explain NPC368"
    )


@pytest.mark.parametrize(
    "one",
    [
        service(type="NodePort"),
        service(type="ClusterIP", external_ips=("198.51.100.1",)),
        service(external_traffic_policy="Cluster"),
    ],
)
def test_every_way_in_from_outside_counts(one: Service) -> None:
    assert len(notes(one)) == 1


@pytest.mark.parametrize(
    "one",
    [
        service(type="ClusterIP"),
        service(external_traffic_policy="Local"),
        service(selector={}),
        service(ports=()),
    ],
)
def test_what_never_bypassed_it_is_not_named(one: Service) -> None:
    assert notes(one) == []


@pytest.mark.parametrize(
    "spec",
    [
        "ingress: [{}]",
        "ingress: [{ports: [{port: 8443}]}]",
        "ingress: [{ports: [{port: 8000, endPort: 9000}]}]",
        "ingress: [{ports: [{protocol: TCP}]}]",
        "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 8443}]}]",
        "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]",
        "podSelector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}, ingress: [{}]",
    ],
)
def test_what_is_open_to_everybody_needs_nothing(spec: str) -> None:
    assert notes(service(), spec) == []


@pytest.mark.parametrize(
    "spec",
    [
        "ingress: [{ports: [{port: 443}]}]",
        "ingress: [{ports: [{port: 8443, protocol: UDP}]}]",
        "ingress: [{from: [{podSelector: {}}]}]",
        "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.0/24]}}]}]",
        "policyTypes: [Egress], ingress: [{}]",
        "podSelector: {matchLabels: {app: web, track: canary}}, ingress: [{}]",
    ],
)
def test_what_is_open_to_some_is_not_enough(spec: str) -> None:
    (said,) = notes(service(), spec)
    assert said.startswith("isolated by `NetworkPolicy/shop/closed`")
    assert said.endswith(", and not open to everybody: `8443/TCP`")


def test_policies_on_other_pods_isolate_nobody_here() -> None:
    other = intent([policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]", "db")], LINUX).policies
    assert list(bypassing([service()], other)) == []
    egress = intent([policy("policyTypes: [Egress]", "out")], LINUX).policies
    assert list(bypassing([service()], egress)) == []


def test_known_pods_settle_what_labels_leave_open() -> None:
    spec = "podSelector: {matchLabels: {app: web, track: canary}}, ingress: [{}]"
    assert notes(service(), spec, pods=(pod(app="web", track="canary"),)) == []
    assert len(notes(service(), spec, pods=(pod(app="web", track="stable"),))) == 1


def test_a_named_port_is_what_the_pods_declare() -> None:
    one = service(ServicePort(port=443, target="https"))
    by_name, by_number = "ingress: [{ports: [{port: https}]}]", "ingress: [{ports: [{port: 8443}]}]"
    assert notes(one, by_name) == []
    assert [said.rpartition(" ")[2] for said in notes(one, by_number)] == ["`https/TCP`"]
    for spec in (by_name, by_number):
        assert notes(one, spec, pods=(pod(8443, app="web"),)) == []
    assert notes(service(), by_name, pods=(pod(8443, app="web"),)) == []
