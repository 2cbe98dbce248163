"""Endpoints and traffic as they are typed."""

from __future__ import annotations

import ipaddress

import pytest
from why_town import known

from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Kind, Named, Scope
from npconv.pipeline.endpoint_text import EndpointError, endpoint, split, traffic
from npconv.pipeline.existing import Traffic
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Endpoint, NamedPort
from npconv.semantics.space import CLUSTER_NAME

DB = Endpoint(kind=Kind.POD, named_ports=(NamedPort("pg", TCP, 5432),), title="pod shop/db-0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop/app=web", ("shop/app=web", "")),
        ("shop/app=web:80", ("shop/app=web", "80")),
        (
            "shop{a.b/c=d}/app.kubernetes.io/name=web@sa:80/udp",
            ("shop{a.b/c=d}/app.kubernetes.io/name=web@sa", "80/udp"),
        ),
        ("10.0.0.1:icmp/8/0", ("10.0.0.1", "icmp/8/0")),
        ("fd00::1", ("fd00::1", "")),
        ("[fd00::1]:443/tcp", ("fd00::1", "443/tcp")),
        ("[fd00::1]", ("fd00::1", "")),
        ("host:10250", ("host", "10250")),
    ],
)
def test_split(text: str, expected: tuple[str, str]) -> None:
    assert split(text) == expected


def test_pod_by_labels() -> None:
    found = endpoint("shop/app=web,app.kubernetes.io/tier=front", known(cluster=False))
    assert found.endpoint.kind is Kind.POD
    assert found.endpoint.attributes == {
        NAMESPACE: "shop",
        SERVICE_ACCOUNT: "default",
        CLUSTER_NAME: "default",
        Attribute.of(Scope.POD, "app"): "web",
        Attribute.of(Scope.POD, "app.kubernetes.io/tier"): "front",
    }
    assert found.endpoint.title == "pod with app=web and app.kubernetes.io/tier=front in namespace shop"


def test_labels_of_the_namespace_and_of_the_account_are_given_or_looked_up() -> None:
    team = Attribute.of(Scope.NAMESPACE, "team")
    role = Attribute.of(Scope.SERVICE_ACCOUNT, "role")
    given = endpoint("shop{team=blue}/app=web@builder{role=ci}", known(cluster=True)).endpoint.attributes
    assert (given[team], given[SERVICE_ACCOUNT], given[role]) == ("blue", "builder", "ci")
    looked_up = endpoint("shop/app=web", known(cluster=True)).endpoint.attributes
    assert (looked_up[team], looked_up.get(role)) == ("store", None)
    assert team not in endpoint("shop/app=web", known(cluster=False)).endpoint.attributes
    assert endpoint("shop/", known(cluster=False)).endpoint.title == "pod with no labels in namespace shop"


def test_pod_by_name() -> None:
    found = endpoint("ops/web-1", known(cluster=True))
    assert (found.node, found.endpoint.title) == ("n1", "pod ops/web-1")
    assert found.endpoint.attributes[SERVICE_ACCOUNT] == "prober"
    assert found.endpoint.addresses == (ipaddress.ip_address("10.244.1.9"),)


def test_a_pod_of_the_host_network_is_its_node() -> None:
    found = endpoint("ops/agent", known(cluster=True))
    assert (found.node, found.endpoint.kind) == ("n2", Kind.HOST)
    assert found.endpoint.title == "node n2 (pod ops/agent is of the host network)"


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("10.244.1.9", Kind.POD, "pod ops/web-1"),
        ("192.168.0.1", Kind.HOST, "node n1"),
        ("8.8.8.8", Kind.OUTSIDE, "outside address"),
        ("2001:db8::1", Kind.OUTSIDE, "outside address"),
        ("host", Kind.HOST, "the other end's own node"),
        ("remote-node", Kind.REMOTE_NODE, "another node"),
        ("world", Kind.OUTSIDE, "outside address"),
    ],
)
def test_by_address_and_by_word(text: str, kind: Kind, title: str) -> None:
    found = endpoint(text, known(cluster=True)).endpoint
    assert (found.kind, found.title) == (kind, title)


def test_a_name_is_what_policies_call_it() -> None:
    facts = frozenset({Named("*.example.com"), Named("example.com"), Named("api.example.com")})
    found = endpoint("API.example.com", known(cluster=False, facts=facts)).endpoint
    assert found.kind is Kind.OUTSIDE
    assert found.facts == {Named("*.example.com"), Named("api.example.com")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shop/web-9", "no pod `shop/web-9` is in the cluster file"),
        ("shop/a=b=c", "expected `label=value` (found `a=b=c`)"),
        ("shop/=c", "expected `label=value` (found `=c`)"),
        (
            "10.96.0.7",
            "`10.96.0.7` is the address of service `shop/db`: policies see the pods behind it, so name one of them",
        ),
        (
            "web",
            "expected `namespace/pod`, `namespace/label=value`, an address, a DNS name, `host`, `remote-node` or "
            "`world` (found `web`)",
        ),
    ],
)
def test_no_endpoint(text: str, message: str) -> None:
    with pytest.raises(EndpointError) as error:
        endpoint(text, known(cluster=True))
    assert str(error.value) == message


def test_a_name_needs_a_cluster_file() -> None:
    with pytest.raises(EndpointError) as error:
        endpoint("shop/web-0", known(cluster=False))
    assert str(error.value) == "no pod `shop/web-0` is known without a cluster file (`--cluster`)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", Traffic(TCP, port=80, source_port=50000)),
        ("53/udp", Traffic(UDP, port=53, source_port=50000)),
        ("9/SCTP", Traffic(SCTP, port=9, source_port=50000)),
        ("pg", Traffic(TCP, port=5432, source_port=50000)),
        ("icmp", Traffic(ICMP, icmp_type=8)),
        ("icmp/3/1", Traffic(ICMP, icmp_type=3, icmp_code=1)),
        ("icmpv6", Traffic(ICMPV6, icmp_type=128)),
    ],
)
def test_traffic(text: str, expected: Traffic) -> None:
    assert traffic(text, DB) == (expected, DB)


def test_a_port_can_be_given_its_name() -> None:
    sent, reached = traffic("web=8080/udp", DB)
    assert sent == Traffic(UDP, port=8080, source_port=50000)
    assert reached.named_ports == (NamedPort("pg", TCP, 5432), NamedPort("web", UDP, 8080))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("80/tpc", "expected `port/protocol` with `tcp`, `udp`, `sctp`, or `icmp` (found `80/tpc`)"),
        ("70000", "expected a port from 1 to 65535 (found `70000` in `70000`)"),
        ("x=0/udp", "expected a port from 1 to 65535 (found `0` in `x=0/udp`)"),
        ("pg/udp", "pod shop/db-0 declares no port `pg`: say its number, as `pg=8080`"),
        ("icmp/x", "expected a number of at most 255 (found `x` in `icmp/x`)"),
    ],
)
def test_no_traffic(text: str, message: str) -> None:
    with pytest.raises(EndpointError) as error:
        traffic(text, DB)
    assert str(error.value) == message
