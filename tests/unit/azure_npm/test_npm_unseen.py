"""What Azure NPM does not see of the pods: ports that sidecars declare, and IPv6."""

from __future__ import annotations

from npm_world import LINUX, policy

from npconv.dialects.azure_npm.lift import intent
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.dialects.azure_npm.unseen import ipv6, sees_sidecars, sidecars
from npconv.dialects.cluster.model import Cluster, ContainerPort, Pod

ENFORCED = AzureNpmProfile(reading=Reading.ENFORCED)
BY_NAME = policy("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]")


def pod(name: str, *ports: ContainerPort) -> Pod:
    return Pod(namespace="shop", name=name, labels={"app": name}, ports=ports)


def port(number: int, *, sidecar: bool, name: str = "http") -> ContainerPort:
    return ContainerPort(name=name, port=number, sidecar=sidecar)


def said(*pods: Pod) -> list[str]:
    return [one.message for one in sidecars(intent([BY_NAME], LINUX).policies, Cluster(pods=pods))]


def test_a_port_of_a_sidecar_is_said() -> None:
    assert said(pod("web", port(80, sidecar=False)), pod("mesh", port(15001, sidecar=True))) == [
        "Azure NPM does not see that `shop/mesh` declares `http` (15001/TCP): a sidecar does"
    ]


def test_what_a_container_declares_too_is_not() -> None:
    assert said(pod("web", port(80, sidecar=False), port(80, sidecar=True))) == []
    assert said(pod("web", port(80, sidecar=True, name="admin"))) == []


def test_sidecars_count_where_what_is_meant_counts() -> None:
    assert sees_sidecars(LINUX)
    assert not sees_sidecars(ENFORCED)


def test_ipv6_is_said_by_the_reading() -> None:
    assert ipv6(LINUX).message == "Azure NPM does not filter IPv6, and the output does"
    assert ipv6(ENFORCED).message == "Azure NPM does not filter IPv6, and the output lets it pass, too"
