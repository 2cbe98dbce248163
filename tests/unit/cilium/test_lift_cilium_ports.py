"""Which traffic Cilium ports and ICMP types stand for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import V1_19, ask, cnp, np, read

from npconv.dialects.cilium.lift_ports import EVERYTHING, Key, traffic
from npconv.ir.condition import ALWAYS
from npconv.semantics.flow import TCP, UDP

EXTENDED = replace(V1_19, extended_protocols=True)


def through(ports: str, questions: str, profile: object = V1_19) -> str:
    """Which traffic of db gets in to web."""
    spec = f"ingress: [{{fromEndpoints: [{{}}], toPorts: [{{ports: [{ports}]}}]}}]"
    lifted = read((cnp(spec),), profile)  # type: ignore[arg-type]
    return " ".join(one for one in questions.split() if ask(lifted, f"in db {one}").allowed)


@pytest.mark.parametrize(
    ("ports", "questions", "expected"),
    [
        ("{port: '80', protocol: TCP}", "80/TCP 81/TCP 80/UDP 8/ICMP", "80/TCP"),
        ("{port: '80', protocol: tcp}", "80/TCP 80/UDP", "80/TCP"),
        ("{port: '80'}", "80/TCP 80/UDP 80/SCTP 81/TCP 8/ICMP", "80/TCP 80/UDP 80/SCTP"),
        ("{port: '80', protocol: ANY}", "80/TCP 80/UDP 80/SCTP 81/TCP", "80/TCP 80/UDP 80/SCTP"),
        ("{port: '0', protocol: TCP}", "1/TCP 65535/TCP 1/UDP", "1/TCP 65535/TCP"),
        ("{port: '0', protocol: ANY}", "80/TCP 53/UDP 9/SCTP 8/ICMP GRE", "80/TCP 53/UDP 9/SCTP"),
        ("{port: '0', endPort: 100, protocol: TCP}", "80/TCP 8000/TCP", "80/TCP 8000/TCP"),
        ("{port: '8000', endPort: 8010, protocol: TCP}", "7999/TCP 8000/TCP 8010/TCP 8011/TCP", "8000/TCP 8010/TCP"),
        ("{port: '8000', endPort: 7000, protocol: TCP}", "7500/TCP 8000/TCP", "8000/TCP"),
        ("{port: '0100', protocol: TCP}", "64/TCP 100/TCP", "64/TCP"),
        ("{port: '0x50', protocol: TCP}", "80/TCP", ""),
        ("{port: HTTP, protocol: TCP}", "80/TCP 8080/TCP", "8080/TCP"),
        ("{port: http, protocol: UDP}", "8080/UDP 8080/TCP", ""),
        ("{port: http}", "8080/UDP 8080/TCP", "8080/TCP"),
        ("{port: '80', protocol: TCP}, {port: '53', protocol: UDP}", "80/TCP 80/UDP 53/TCP 53/UDP", "80/TCP 53/UDP"),
        ("", "80/TCP 8/ICMP", ""),
    ],
)
def test_ports(ports: str, questions: str, expected: str) -> None:
    assert through(ports, questions) == expected


def test_without_ports_every_protocol_is_meant() -> None:
    lifted = read((cnp("ingress: [{fromEndpoints: [{}], toPorts: [], icmps: []}]"),))
    assert all(ask(lifted, f"in db {one}").allowed for one in ("80/TCP", "53/UDP", "8/ICMP", "GRE", "VRRP"))


def test_protocols_without_ports_need_a_flag() -> None:
    assert through("{port: '0', protocol: VRRP}", "VRRP GRE 80/TCP") == ""
    assert through("{port: '0', protocol: VRRP}", "VRRP GRE 80/TCP", EXTENDED) == "VRRP"
    assert through("{protocol: TCP}", "80/TCP 80/UDP VRRP", EXTENDED) == "80/TCP"


def test_a_named_port_out_is_the_peer_s_own() -> None:
    policy = cnp("egress: [{toEndpoints: [{}], toPorts: [{ports: [{port: sql, protocol: TCP}]}]}]")
    lifted = read((policy,))
    assert ask(lifted, "out db 5432/TCP").allowed
    assert not ask(lifted, "out db 8080/TCP").allowed
    assert not ask(lifted, "out web 5432/TCP").allowed


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{type: 8}", "8/ICMP"),
        ("{family: IPv4, type: EchoRequest}", "8/ICMP"),
        ("{family: IPv6, type: EchoRequest}", "128/ICMPv6"),
        ("{type: 0}", "8/ICMP 3/ICMP"),
        ("", ""),
    ],
)
def test_icmp_types(field: str, expected: str) -> None:
    lifted = read((cnp(f"ingress: [{{icmps: [{{fields: [{field}]}}]}}]"),))
    questions = "8/ICMP 3/ICMP 128/ICMPv6 80/TCP"
    assert " ".join(one for one in questions.split() if ask(lifted, f"in world {one}").allowed) == expected


def test_a_deny_of_every_port_lets_ping_through() -> None:
    policy = cnp(
        "ingress: [{fromEntities: [all]}]\n"
        "ingressDeny: [{fromEndpoints: [{matchLabels: {app: db}}], toPorts: [{ports: [{port: '0'}]}]}]"
    )
    lifted = read((policy,))
    assert not ask(lifted, "in db 80/TCP").allowed
    assert ask(lifted, "in db 8/ICMP").allowed
    assert ask(lifted, "in world 80/TCP").allowed


def test_one_port_is_denied_out_of_a_range() -> None:
    policy = cnp(
        "ingress: [{toPorts: [{ports: [{port: '8000', endPort: 9000, protocol: TCP}]}]}]\n"
        "ingressDeny: [{fromEndpoints: [{matchLabels: {app: db}}],"
        " toPorts: [{ports: [{port: '8443', protocol: TCP}]}]}]"
    )
    lifted = read((policy,))
    assert not ask(lifted, "in db 8443/TCP").allowed
    assert ask(lifted, "in db 8442/TCP").allowed
    assert ask(lifted, "in world 8443/TCP").allowed


def test_ports_are_said_briefly() -> None:
    keys = (Key(TCP, 80, 80), Key(UDP, 53, 53), Key(TCP, 53, 53), Key(TCP, 443, 443))
    assert str(traffic(keys)) == "(port 53 & protocol 6, 17) | (port 80, 443 & protocol 6)"
    assert traffic((*keys, EVERYTHING)) == ALWAYS


def test_ports_of_kubernetes_default_to_tcp() -> None:
    lifted = read((np("ingress: [{ports: [{}]}]"),))
    assert ask(lifted, "in world 9999/TCP").allowed
    assert not ask(lifted, "in world 9999/UDP").allowed
