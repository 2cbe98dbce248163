"""What Cilium and its CRD refuse about ports, and about layer 7 rules on them."""

from __future__ import annotations

import pytest
from cilium_judged import HTTP, egress, found, ingress, ports


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("{protocol: TCP}", "` must have a port"),
        ('{port: "080"}', ".port` must be a number from 0 to 65535 or a port name (found `080`)"),
        ('{port: "65536"}', ".port` must be a number from 0 to 65535 or a port name (found `65536`)"),
        ('{port: "a_b"}', ".port` must be a number from 0 to 65535 or a port name (found `a_b`)"),
        ('{port: "80", endPort: 65536}', ".endPort` must be from 0 to 65535 (found `65536`)"),
        (
            '{port: "80", protocol: tcp}',
            ".protocol` must be one of `TCP`, `UDP`, `SCTP`, `ANY`, `VRRP`, `IGMP` (found `tcp`)",
        ),
        (
            '{port: "80", protocol: ICMP}',
            ".protocol` must be one of `TCP`, `UDP`, `SCTP`, `ANY`, `VRRP`, `IGMP` (found `ICMP`)",
        ),
        ('{port: "80", protocol: VRRP}', '.port` must be left out or "0" with protocol `VRRP` (found `80`)'),
    ],
)
def test_ports(port: str, message: str) -> None:
    assert ports(f"{{ports: [{port}]}}") == [("NPC407", f"`spec.egress[0].toPorts[0].ports[0]{message}")]


@pytest.mark.parametrize("port", ['"0"', '"80"', '"0100"', '"0x50"', "http", "A1"])
def test_ports_that_cilium_takes(port: str) -> None:
    assert ports(f"{{ports: [{{port: {port}}}]}}") == []


def test_protocols_by_version() -> None:
    for name, since in [("SCTP", 16), ("VRRP", 19), ("IGMP", 19), ("GRE", 20), ("AH", 20)]:
        for minor in range(16, 21):
            refused = ports(f'{{ports: [{{port: "0", protocol: {name}}}]}}', f"cilium=1.{minor}")
            assert bool(refused) == (minor < since), (name, minor)


def test_ports_may_be_left_out_with_the_option_for_extended_protocols() -> None:
    rule = "{ports: [{protocol: VRRP}]}"
    assert [code for code, _ in ports(rule)] == ["NPC407"]
    assert ports(rule, "cilium=1.19,enable-extended-ip-protocols=true") == []


def test_forty_is_the_most() -> None:
    many = ", ".join(['{port: "80"}'] * 41)
    assert ports(f"{{ports: [{many}]}}") == [
        ("NPC413", "`spec.egress[0].toPorts[0].ports` must have at most 40 ports (found 41)")
    ]
    types = ", ".join(["{type: 8}"] * 41)
    assert ingress(f"{{icmps: [{{fields: [{types}]}}]}}") == [
        ("NPC413", "`spec.ingress[0].icmps[0].fields` must have at most 40 types (found 41)")
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            '{ports: [{port: "80", protocol: ANY}], rules: {http: [{}]}}',
            ".ports[0].protocol` must be protocol `TCP` beside layer 7 rules (found `ANY`)",
        ),
        (
            '{ports: [{port: "80"}], rules: {http: [{}]}}',
            ".ports[0]` must be protocol `TCP` beside layer 7 rules (found `ANY`)",
        ),
        (
            '{ports: [{port: "0", protocol: TCP}], rules: {http: [{}]}}',
            ".ports[0].port` must not be 0 beside layer 7 rules",
        ),
        (
            '{ports: [{port: "53", endPort: 54, protocol: UDP}], rules: {dns: [{matchPattern: "*"}]}}',
            ".ports[0].endPort` is not allowed beside DNS rules",
        ),
        (
            '{rules: {dns: [{matchPattern: "*"}]}}',
            ".rules.dns` needs `ports` beside it, with the port of the DNS server",
        ),
        (
            '{ports: [{port: "53", protocol: TCP}], rules: {dns: [{matchPattern: "*"}], http: [{}]}}',
            ".rules` must have only one kind of rules (found `http`, `dns`)",
        ),
        (
            '{ports: [{port: "53"}], rules: {}}',
            ".rules` must have one kind of rules, of `http`, `dns`, `kafka`, `l7proto`",
        ),
    ],
)
def test_layer_7(rule: str, message: str) -> None:
    assert ports(rule) == [("NPC408", f"`spec.egress[0].toPorts[0]{message}")]


def test_dns_rules_are_for_egress() -> None:
    rule = '{toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchPattern: "*"}]}}]}'
    assert ingress(rule) == [("NPC408", "`spec.ingress[0].toPorts[0].rules.dns` is not allowed on ingress")]
    assert egress(rule) == []


def test_host_policies_have_dns_rules_only() -> None:
    kind = "CiliumClusterwideNetworkPolicy"
    assert found(f"{{nodeSelector: {{}}, ingress: [{{toPorts: [{HTTP}]}}]}}", kind=kind) == [
        ("NPC408", "`spec.ingress[0].toPorts[0].rules` is not allowed on ingress in a host policy")
    ]
    assert found(f"{{nodeSelector: {{}}, egress: [{{toPorts: [{HTTP}]}}]}}", kind=kind) == [
        ("NPC408", "`spec.egress[0].toPorts[0].rules` must hold only DNS rules in a host policy")
    ]
    dns = '{ports: [{port: "53"}], rules: {dns: [{matchPattern: "*"}]}}'
    assert found(f"{{nodeSelector: {{}}, egress: [{{toPorts: [{dns}]}}]}}", kind=kind) == []


def test_http_rules() -> None:
    rule = '{ports: [{port: "80", protocol: TCP}], rules: {http: [{path: "/(?!x)", method: "("}]}}'
    start = "`spec.egress[0].toPorts[0].rules.http[0]"
    assert ports(rule) == [
        ("NPC409", f"{start}.method` must be a regular expression of Go: missing closing `)` (found `(`)"),
        (
            "NPC409",
            f"{start}.path` must be a regular expression of Go: a group that Go does not have, such as a lookahead "
            "(found `/(?!x)`)",
        ),
    ]
    assert ports(HTTP) == []


def test_names() -> None:
    assert egress('{toFQDNs: [{matchName: "*.a"}]}') == [
        ("NPC410", "`spec.egress[0].toFQDNs[0].matchName` must hold letters, digits, `-`, `_`, `.` (found `*.a`)")
    ]
    assert egress("{toFQDNs: [{}]}") == [
        ("NPC410", "`spec.egress[0].toFQDNs[0]` must have one of `matchName` and `matchPattern`")
    ]
    assert egress("{toFQDNs: [{matchName: a..b}]}") == [
        ("NPC410", "`spec.egress[0].toFQDNs[0].matchName` must have no empty label (found `a..b`)")
    ]


def test_wildcards_in_server_names_by_version() -> None:
    rule = '{{ports: [{{port: "443", protocol: TCP}}], serverNames: ["{}"]}}'
    refused = {
        name: [minor for minor in range(16, 21) if ports(rule.format(name), f"cilium=1.{minor}")]
        for name in ("a.example", "*.example", "a.*.example", "")
    }
    assert refused == {"a.example": [], "*.example": [], "a.*.example": [18, 19], "": [16, 17, 18, 19, 20]}
