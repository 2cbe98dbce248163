"""What Cilium allows say to each other: conflicts, and demands that hold for all."""

from __future__ import annotations

import pytest
from town import TOWN, Lifted, ask, ccnp, cnp, read

from npconv.ir.dimensions import Fact, Request

HTTP = "rules: {http: [{}]}"
DNS = "rules: {dns: [{matchPattern: '*'}]}"


def out(rest: str, peers: str = "", port: str = "53", protocol: str = "TCP", name: str = "p", **options: str) -> str:
    """A policy with one egress entry of one port."""
    ports = f"ports: [{{port: '{port}', protocol: {protocol}}}]"
    return cnp(f"egress: [{{{peers}toPorts: [{{{ports}{', ' if rest else ''}{rest}}}]}}]", name=name, **options)


def found(*texts: str) -> list[str]:
    """The messages about policies."""
    return [one.message for one in read(texts).diagnostics]


def test_two_protocols_on_one_port_of_one_peer() -> None:
    (finding,) = read((out(HTTP, name="one"), out(DNS, protocol="ANY", name="two"))).diagnostics
    assert finding.code.id == "NPC491"
    assert finding.message == (
        "`CiliumNetworkPolicy/shop/one` and `CiliumNetworkPolicy/shop/two` cannot be merged for egress on `53/TCP`: "
        "conflicting L7 parsers (http/dns)"
    )
    assert finding.origin is not None
    assert finding.origin.dotted == "spec.egress[0].toPorts[0]"
    assert [label.text for label in finding.also] == ["the other one"]


@pytest.mark.parametrize(
    "other",
    [
        out(DNS, name="two", port="54"),
        out(DNS, name="two", protocol="UDP"),
        out(DNS, name="two", peers="toEndpoints: [{matchLabels: {app: db}}], "),
        out(DNS, name="two", subject="{matchLabels: {app: db}}"),
        out(DNS, name="two", namespace="farm"),
        out(HTTP, name="two"),
    ],
)
def test_no_conflict_without_the_same_filter_and_subject(other: str) -> None:
    assert found(out(HTTP, name="one"), other) == []


def test_rules_of_one_policy_conflict_too() -> None:
    ports = "ports: [{port: '53', protocol: TCP}]"
    policy = cnp(f"egress: [{{toPorts: [{{{ports}, {HTTP}}}]}}, {{toPorts: [{{{ports}, {DNS}}}]}}]")
    assert found(policy) == [
        "rules of `CiliumNetworkPolicy/shop/p` cannot be merged for egress on `53/TCP`: "
        "conflicting L7 parsers (http/dns)"
    ]


def test_two_ways_to_authenticate() -> None:
    policy = "ingress: [{{fromEndpoints: [{{}}], authentication: {{mode: {0}}}}}]"
    required, disabled = cnp(policy.format("required"), name="one"), cnp(policy.format("disabled"), name="two")
    assert found(required, disabled) == [
        "`CiliumNetworkPolicy/shop/one` and `CiliumNetworkPolicy/shop/two` cannot be merged for ingress on "
        "`every port`: conflicting authentication types (required/disabled)"
    ]
    assert found(required, required) == []


def test_two_certificates() -> None:
    tls = "terminatingTLS: {{secret: {{name: {0}, namespace: certs}}}}"
    conflicting = found(out(tls.format("red"), port="443", name="one"), out(tls.format("blue"), port="443", name="two"))
    assert [message.rpartition(": ")[2] for message in conflicting] == ["conflicting terminating TLS contexts"]
    assert found(out(tls.format("red"), port="443"), out(tls.format("red"), port="443", name="two")) == []


def test_two_listeners() -> None:
    listener = "listener: {{envoyConfig: {{name: proxies}}, name: {0}{1}}}"
    one, two = out(listener.format("red", ""), name="one"), out(listener.format("blue", ""), name="two")
    assert [message.rpartition(": ")[2] for message in found(one, two)] == [
        "conflicting listeners of the same priority (proxies/red, proxies/blue)"
    ]
    assert found(one, out(listener.format("blue", ", priority: 5"), name="two")) == []


def test_tls_names_beside_requests() -> None:
    names = out("serverNames: [a.example]", port="443", name="names")
    requests = out(HTTP, port="443", name="requests")
    assert [message.rpartition(": ")[2] for message in found(names, requests)] == [
        "server names beside L7 rules without TLS termination"
    ]


def reaches(lifted: Lifted, question: str, *facts: Fact) -> bool:
    """Whether a request with these facts gets through."""
    return ask(lifted, question, request=facts).allowed


def test_tls_names_are_demanded_of_all_that_share_the_filter() -> None:
    names, plain = out("serverNames: [a.example]", port="443", name="names"), out("", port="443", name="plain")
    alone, together = read((plain,)), read((plain, names))
    assert reaches(alone, "out world 443/TCP")
    assert not reaches(together, "out world 443/TCP")
    assert reaches(together, "out world 443/TCP", Request("tls name", "a.example"))
    assert ask(together, "out world 443/TCP").allowed


@pytest.mark.parametrize(
    "plain",
    [
        out("", port="443", name="plain", peers="toEntities: [world], "),
        out("", port="0", name="plain"),
        cnp("egress: [{toEntities: [all]}]", name="plain"),
    ],
)
def test_tls_names_are_demanded_of_nothing_else(plain: str) -> None:
    together = read((plain, out("serverNames: [a.example]", port="443", name="names")))
    assert reaches(together, "out world 443/TCP")


def test_other_ports_of_the_same_entry_keep_what_they_allow() -> None:
    plain = cnp("egress: [{toPorts: [{ports: [{port: '443', protocol: TCP}, {port: '80', protocol: TCP}]}]}]", "plain")
    together = read((plain, out("serverNames: [a.example]", port="443", name="names")))
    assert not reaches(together, "out world 443/TCP")
    assert reaches(together, "out world 80/TCP")


def test_a_demand_holds_for_the_subjects_of_its_policy_only() -> None:
    wide = ccnp("endpointSelector: {}\negress: [{toPorts: [{ports: [{port: '443', protocol: TCP}]}]}]")
    lifted = read((wide, out("serverNames: [a.example]", port="443", name="names")))
    assert not ask(lifted, "out world 443/TCP", "web", request=()).allowed
    assert ask(lifted, "out world 443/TCP", "db", request=()).allowed
    assert TOWN["db"] != TOWN["web"]


def test_authentication_is_demanded_of_all_that_share_the_filter() -> None:
    policy = cnp("ingress: [{fromEndpoints: [{}], authentication: {mode: required}}, {fromEndpoints: [{}]}]")
    lifted = read((policy,))
    assert ask(lifted, "in db 80/TCP").allowed
    assert not reaches(lifted, "in db 80/TCP")
    assert reaches(lifted, "in db 80/TCP", Request("authentication", "required"))
