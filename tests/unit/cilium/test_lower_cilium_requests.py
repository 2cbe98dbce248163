"""What Cilium's own front end reads of names and requests, its back end writes again, as far as a profile takes it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options, text_of
from npconv.source.load import parse


def policy(sections: str, kind: str = "CiliumNetworkPolicy") -> str:
    """A policy of `app: api`, of namespace `shop` if it is of one."""
    namespace = ", namespace: shop" if kind == "CiliumNetworkPolicy" else ""
    return (
        f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: api{namespace}}}\n"
        f"spec: {{endpointSelector: {{matchLabels: {{app: api}}}}, {sections}}}\n"
    )


def translated(
    sections: str, *, to: str = "cilium", kind: str = "CiliumNetworkPolicy", of: str = "cilium"
) -> Conversion:
    """A policy of Cilium in the words of another Cilium, or of the same."""
    return convert(parse(policy(sections, kind), "a.yaml"), Options(source=parse_engine(of), target=parse_engine(to)))


def entries(found: Conversion, section: str) -> list[Any]:
    """The entries of a section of the only output, which is proven to mean what the input does."""
    assert not found.losses, [one.message for one in found.losses]
    assert found.proof is not None and not found.proof.unowned and found.proof.is_conclusive
    assert not found.failed, [one.message for one in found.diagnostics if one.is_error]
    (output,) = found.outputs
    spec: Any = output.data["spec"]
    listed: list[Any] = spec[section]
    return listed


def reasons(found: Conversion) -> set[str]:
    """What the losses say, without what they are about."""
    assert found.proof is not None and not found.proof.unowned
    return {one.message.split(": ", 1)[1] for one in found.losses}


def on(port: str, asked: str, protocol: str = "TCP") -> str:
    """A port rule with what rides on it."""
    return f"toPorts: [{{ports: [{{port: '{port}', protocol: {protocol}}}], {asked}}}]"


DNS = "{toEndpoints: [{matchLabels: {k8s-app: dns}}], " + on("53", "rules: {dns: [{matchPattern: '*'}]}", "UDP") + "}"

ALONE = (
    "rules: {http: [{}]}",
    "rules: {http: [{method: GET, path: '/a/.*', host: 'a\\.example'}]}",
    "rules: {http: [{headers: [X-Team a, X-Zone]}, {method: POST}]}",
    "rules: {kafka: [{role: produce, topic: orders}, {apiKey: fetch, clientID: c}]}",
    "serverNames: [a.example, '*.b.example']",
)


@pytest.mark.parametrize("asked", ALONE)
def test_requests_come_back_as_they_were(asked: str) -> None:
    (entry,) = entries(translated(f"ingress: [{{fromEntities: [world], {on('8080', asked)}}}]"), "ingress")
    (rule,) = entry["toPorts"]
    wanted = yaml.safe_load(f"{{{asked}}}")
    for given in (rule, wanted):  # rules add up, in any order
        for listed in (given.get("serverNames", []), *given.get("rules", {}).values()):
            listed.sort(key=str)
    assert {key: value for key, value in rule.items() if key != "ports"} == wanted


def test_dns_rules_are_for_every_protocol_that_they_were_for() -> None:
    found = entries(
        translated(
            "egress: [{toEntities: [cluster], " + on("53", "rules: {dns: [{matchName: a.example}]}", "ANY") + "}]"
        ),
        "egress",
    )
    assert {port["protocol"] for entry in found for rule in entry["toPorts"] for port in rule["ports"]} == {"ANY"}
    assert all(rule["rules"] == {"dns": [{"matchName": "a.example"}]} for entry in found for rule in entry["toPorts"])


def test_authentication_is_asked_of_the_entry_whatever_is_sent() -> None:
    (entry,) = entries(
        translated("ingress: [{fromEndpoints: [{matchLabels: {app: web}}], authentication: {mode: required}}]"),
        "ingress",
    )
    assert entry == {"fromEndpoints": [{"matchLabels": {"k8s:app": "web"}}], "authentication": {"mode": "required"}}


def test_authentication_that_always_fails_lets_nobody_in() -> None:
    drill = "ingress: [{fromEndpoints: [{matchLabels: {app: web}}], authentication: {mode: test-always-fail}}]"
    assert entries(translated(drill), "ingress") == [{}]


def test_names_stand_alone_beside_the_rule_that_learns_them() -> None:
    names = "{toFQDNs: [{matchName: a.example}, {matchPattern: '*.b.example'}], " + on("443", "") + "}"
    first, second = entries(translated(f"egress: [{names}, {DNS}]"), "egress")
    assert first["toFQDNs"] == [{"matchPattern": "*.b.example"}, {"matchName": "a.example"}]
    assert "toEndpoints" in second
    assert second["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}


def test_a_plain_way_to_dns_beside_names_gets_a_rule_that_learns_them() -> None:
    plain = "{toEndpoints: [{matchLabels: {k8s-app: dns}}], " + on("53", "", "UDP") + "}"
    _, way = entries(translated("egress: [{toFQDNs: [{matchName: a.example}]}, " + plain + "]"), "egress")
    ports = [{"port": "53", "protocol": "UDP"}]
    assert way["toPorts"] == [{"ports": ports}, {"ports": ports, "rules": {"dns": [{"matchPattern": "*"}]}}]


def test_a_way_to_dns_without_names_stays_plain() -> None:
    (way,) = entries(translated("egress: [{toEndpoints: [{}], " + on("53", "", "UDP") + "}]"), "egress")
    assert way["toPorts"] == [{"ports": [{"port": "53", "protocol": "UDP"}]}]


@pytest.mark.parametrize(
    ("section", "to", "why"),
    [
        ("egress: [{toFQDNs: [{matchPattern: '**.a.example'}]}]", "cilium=1.17", "no pattern for names of any depth"),
        ("egress: [{toFQDNs: [{matchName: a.example}]}]", "cilium=1.18,platform=aks", "Advanced Container Networking"),
        ("egress: [{toFQDNs: [{matchName: a.example}]}]", "cilium=1.19,enable-l7-proxy=false", "learns no DNS names"),
        ("ingress: [{" + on("80", "rules: {kafka: [{topic: a}]}") + "}]", "cilium=1.20", "no Kafka rules any more"),
        ("egress: [{" + on("443", "serverNames: ['*.a.example']") + "}]", "cilium=1.17", "came with Cilium 1.18"),
        (
            "egress: [{" + on("80", "listener: {envoyConfig: {name: a}, name: b}") + "}]",
            "cilium",
            "does not write proxy listeners yet",
        ),
        (
            "ingress: [{" + on("443", "terminatingTLS: {secret: {name: a}}, rules: {http: [{method: GET}]}") + "}]",
            "cilium",
            "does not write where TLS is ended",
        ),
        ("ingress: [{" + on("80", "rules: {http: [{}]}") + "}]", "cilium=1.18,platform=gke", "GKE Dataplane V2"),
    ],
)
def test_what_a_profile_does_not_take_is_a_loss_that_says_why(section: str, to: str, why: str) -> None:
    found = translated(section, to=to)
    assert any(why in one for one in reasons(found)), reasons(found)


def test_names_are_taken_on_aks_with_acns_in_clusterwide_policies_too_and_http_is_not() -> None:
    clusterwide = "CiliumClusterwideNetworkPolicy"
    names = translated(
        "egress: [{toFQDNs: [{matchName: a.example}]}]", to="cilium=1.18,platform=aks-acns", kind=clusterwide
    )
    assert "toFQDNs" in text_of(names.outputs, "yaml") and not names.failed
    http = translated(
        "ingress: [{" + on("80", "rules: {http: [{method: GET}]}") + "}]",
        to="cilium=1.18,platform=aks-acns",
        kind=clusterwide,
    )
    assert any("clusterwide" in one for one in reasons(http))


def test_peers_of_the_own_cluster_are_not_said_twice() -> None:
    """From 1.19 on Cilium means its own cluster where no other is named; before, it is said."""
    peers = "ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]"
    (entry,) = entries(translated(peers), "ingress")
    assert entry["fromEndpoints"] == [{"matchLabels": {"k8s:app": "web"}}]
    (entry,) = entries(translated(peers, to="cilium=1.18"), "ingress")
    assert entry["fromEndpoints"] == [
        {"matchLabels": {"k8s:app": "web", "k8s:io.cilium.k8s.policy.cluster": "default"}}
    ]


def test_a_deny_of_the_own_node_is_written_where_isolation_does_the_rest() -> None:
    """Cilium lets a node reach its pods whoever isolates them, so that nothing but a Deny keeps it out."""
    found = translated("ingress: [{}], ingressDeny: [{fromEntities: [host]}]")
    assert entries(found, "ingressDeny") == [{"fromEntities": ["host"]}]


def test_where_the_own_node_gets_in_by_policies_alone_isolation_is_enough() -> None:
    strict = "cilium=1.19,allow-localhost=policy"
    found = translated("ingress: [{}], ingressDeny: [{fromEntities: [host]}]", of=strict, to=strict)
    assert entries(found, "ingress") == [{}]
