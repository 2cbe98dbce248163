"""Ports, protocols, families, HTTP (facts/calico.md 8, cases 38 to 48), and the lift of selectors (49 to 52)."""

from __future__ import annotations

import pytest
from calico_world import codes, global_policy, into, lifted, other, out_of, outside, pod, policy

from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.dimensions import Family, HttpMethod, HttpPath
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, NamedPort

HTTP = [NamedPort("http", TCP, 8080), NamedPort("http", UDP, 8081)]
WEB = pod(app="web", ip="10.1.0.1,fd00::1", ports=HTTP)
CLIENT = pod(app="client", ip="10.1.0.2,fd00::2")
WORLD = outside("203.0.113.9,2001:db8::9")
ALLOWED = "allow shop/p ingress[0]"
CLOSED = "deny shop/p end of default"
RAW = "crd.projectcalico.org/v1"


def rule(text: str, *, api: str = "projectcalico.org/v3") -> str:
    """A policy for every pod of the namespace with this one ingress rule."""
    return policy("p", f"{{types: [Ingress], ingress: [{{action: Allow, {text}}}]}}", api=api)


def test_38_a_port_name_without_protocol_is_of_any_protocol() -> None:
    found = lifted(rule("destination: {ports: [http]}"))
    assert into(found, WEB, CLIENT, 8080) == ALLOWED
    assert into(found, WEB, CLIENT, 8081, protocol=UDP) == ALLOWED
    assert into(found, WEB, CLIENT, 8081) == CLOSED
    assert into(found, WEB, CLIENT, 8080, protocol=SCTP) == CLOSED
    only_tcp = lifted(rule("protocol: TCP, destination: {ports: [http]}"))
    assert into(only_tcp, WEB, CLIENT, 8080) == ALLOWED
    assert into(only_tcp, WEB, CLIENT, 8081, protocol=UDP) == CLOSED


def test_39_a_dash_makes_a_name_a_colon_a_range() -> None:
    dash = lifted(rule('protocol: TCP, destination: {ports: ["80-90"]}'))
    colon = lifted(rule('protocol: TCP, destination: {ports: ["80:90"]}'))
    assert [into(dash, WEB, CLIENT, port) for port in (80, 85)] == [CLOSED, CLOSED]
    assert [into(colon, WEB, CLIENT, port) for port in (79, 80, 90, 91)] == [CLOSED, ALLOWED, ALLOWED, CLOSED]


def test_40_an_unquoted_range_is_a_range() -> None:
    found = lifted(rule("protocol: TCP, destination: {ports: [22:23]}"))
    assert [into(found, WEB, CLIENT, port) for port in (22, 23, 1343)] == [ALLOWED, ALLOWED, CLOSED]


def test_41_a_port_name_reaches_endpoints_of_any_namespace_and_no_others() -> None:
    text = "{egress: [{action: Allow, protocol: TCP, destination: {nets: [0.0.0.0/0], ports: [http]}}]}"
    found = lifted(policy("p", text))
    assert out_of(found, CLIENT, pod("other", ports=HTTP), 8080) == "allow shop/p egress[0]"
    assert out_of(found, CLIENT, WORLD, 8080) == CLOSED
    assert out_of(found, CLIENT, pod("other"), 8080) == CLOSED


def test_42_names_and_numbers_in_one_list_are_alternatives() -> None:
    found = lifted(rule("protocol: TCP, destination: {ports: [http, 9090]}"))
    assert [into(found, WEB, CLIENT, port) for port in (8080, 9090, 8081)] == [ALLOWED, ALLOWED, CLOSED]


def test_negated_ports() -> None:
    found = lifted(rule("protocol: TCP, destination: {notPorts: [http, 22]}"))
    assert [into(found, WEB, CLIENT, port) for port in (8080, 22, 80)] == [CLOSED, CLOSED, ALLOWED]
    assert into(found, CLIENT, WEB, 8080) == ALLOWED


def test_source_ports() -> None:
    found = lifted(rule("protocol: TCP, source: {ports: [http, 1000]}"))
    assert into(found, CLIENT, WEB, 80, source_port=8080) == ALLOWED
    assert into(found, CLIENT, WEB, 80, source_port=1000) == ALLOWED
    assert into(found, WEB, CLIENT, 80, source_port=8080) == CLOSED


def test_port_names_belong_to_what_the_selector_matches() -> None:
    """A pod that matches only because a set holds its address has no named ports for the rule (facts 3.7)."""
    wide = other("NetworkSet", "wide", "{nets: [10.0.0.0/8]}", namespace="shop", labels="{role: db}")
    own, bystander = pod(role="db", ports=HTTP), pod("other", ports=HTTP)
    named = lifted(
        wide, policy("p", "{egress: [{action: Allow, destination: {selector: role == 'db', ports: [http]}}]}")
    )
    assert out_of(named, CLIENT, own, 8080) == "allow shop/p egress[0]"
    assert out_of(named, CLIENT, bystander, 8080) == CLOSED
    text = "{egress: [{action: Allow, protocol: TCP, destination: {selector: role == 'db', ports: [http, 53]}}]}"
    mixed = lifted(wide, policy("p", text))
    assert out_of(mixed, CLIENT, bystander, 53) == "allow shop/p egress[0]"
    assert out_of(mixed, CLIENT, bystander, 8080) == CLOSED
    text = "{egress: [{action: Allow, protocol: TCP, destination: {selector: role == 'db', notPorts: [http, 53]}}]}"
    negated = lifted(wide, policy("p", text))
    assert out_of(negated, CLIENT, bystander, 8080) == "allow shop/p egress[0]"
    assert out_of(negated, CLIENT, bystander, 53) == CLOSED
    assert out_of(negated, CLIENT, own, 8080) == CLOSED
    assert out_of(negated, CLIENT, own, 80) == "allow shop/p egress[0]"


def test_43_icmp_by_name_is_ipv4_by_number_both() -> None:
    by_name, by_number = lifted(rule("protocol: ICMP")), lifted(rule("protocol: 1"))
    assert into(by_name, WEB, CLIENT, protocol=ICMP) == ALLOWED
    assert into(by_name, WEB, CLIENT, protocol=ICMP, family=Family.V6) == CLOSED
    assert into(by_number, WEB, CLIENT, protocol=ICMP, family=Family.V6) == ALLOWED
    six = lifted(rule("protocol: ICMPv6"))
    assert into(six, WEB, CLIENT, protocol=ICMPV6, family=Family.V6) == ALLOWED
    assert into(six, WEB, CLIENT, protocol=ICMP) == CLOSED


def test_icmp_types_and_codes() -> None:
    found = lifted(rule("protocol: ICMP, icmp: {type: 3, code: 4}"))
    answers = [into(found, WEB, CLIENT, protocol=ICMP, icmp=one) for one in ((3, 4), (3, 0), (8, 4))]
    assert answers == [ALLOWED, CLOSED, CLOSED]
    negated = lifted(rule("protocol: ICMP, notICMP: {type: 8}"))
    assert into(negated, WEB, CLIENT, protocol=ICMP, icmp=(8, 0)) == CLOSED
    assert into(negated, WEB, CLIENT, protocol=ICMP, icmp=(0, 0)) == ALLOWED
    anything_else = lifted(rule("notICMP: {type: 8}"))
    assert into(anything_else, WEB, CLIENT, 80) == ALLOWED
    assert into(anything_else, WEB, CLIENT, protocol=ICMP, icmp=(8, 0)) == CLOSED


def test_not_protocol() -> None:
    found = lifted(rule("notProtocol: TCP"))
    assert into(found, WEB, CLIENT, 80) == CLOSED
    assert into(found, WEB, CLIENT, protocol=47) == ALLOWED
    assert into(found, WEB, CLIENT, 53, protocol=UDP, family=Family.V6) == ALLOWED


def test_44_not_nets_of_one_family_make_a_rule_of_that_family() -> None:
    found = lifted(rule("source: {notNets: [10.0.0.0/8]}"))
    assert into(found, WEB, WORLD, 80) == ALLOWED
    assert into(found, WEB, CLIENT, 80) == CLOSED
    assert into(found, WEB, WORLD, 80, family=Family.V6) == CLOSED


def test_45_stored_lists_of_both_families_are_split() -> None:
    found = lifted(rule("source: {nets: [10.0.0.0/8, 'fd00::/64'], notNets: [10.1.0.2/32]}", api=RAW))
    assert into(found, WEB, pod(ip="10.1.0.9,fd00::9"), 80) == ALLOWED
    assert into(found, WEB, CLIENT, 80) == CLOSED
    # No exclusion is left for IPv6, so the rule is not there.
    assert into(found, WEB, CLIENT, 80, family=Family.V6) == CLOSED
    plain = lifted(rule("source: {nets: [10.0.0.0/8, 'fd00::/64']}", api=RAW))
    assert into(plain, WEB, CLIENT, 80, family=Family.V6) == ALLOWED
    assert into(plain, WEB, WORLD, 80, family=Family.V6) == CLOSED


def test_46_stored_addresses_are_ranges_of_one_and_masked() -> None:
    found = lifted(rule("source: {nets: [203.0.113.9, 10.1.0.5/24]}", api=RAW))
    assert into(found, WEB, WORLD, 80) == ALLOWED
    assert into(found, WEB, CLIENT, 80) == ALLOWED
    assert into(found, WEB, outside("203.0.113.8"), 80) == CLOSED
    in_set = other("GlobalNetworkSet", "s", "{nets: [203.0.113.9, 10.1.0.5/24]}", labels="{role: x}")
    by_set = lifted(in_set, rule("source: {namespaceSelector: global(), selector: role == 'x'}"))
    assert into(by_set, WEB, WORLD, 80) == ALLOWED
    assert into(by_set, WEB, CLIENT, 80) == ALLOWED


def test_47_excluding_everything_leaves_no_rule() -> None:
    found = lifted(rule("source: {notNets: [0.0.0.0/0]}", api=RAW))
    assert into(found, WEB, WORLD, 80) == "deny shop/p end of default"
    assert codes(found) == ["NPC306"]
    assert found.diagnostics[0].message == "the rule can match nothing: its addresses leave no IP family"
    clash = lifted(rule("source: {nets: [10.0.0.0/8]}, destination: {nets: ['fd00::/64']}", api=RAW))
    assert codes(clash) == ["NPC306"]
    within = lifted(rule("source: {nets: [10.0.0.0/8], notNets: [10.0.0.0/8]}"))
    assert [one.message for one in within.diagnostics] == ["the rule can match nothing: its parts exclude each other"]
    assert codes(lifted(rule("source: {nets: [10.0.0.0/8], notNets: [10.0.0.0/9]}"))) == []


def test_ip_version() -> None:
    found = lifted(rule("ipVersion: 6"))
    assert into(found, WEB, CLIENT, 80) == CLOSED
    assert into(found, WEB, CLIENT, 80, family=Family.V6) == ALLOWED


GET_A = "http: {methods: [GET, HEAD], paths: [{prefix: /a}, {exact: /b}]}"


def test_48_http_is_not_asked_where_it_is_not_enforced() -> None:
    found = lifted(rule(GET_A), profile=CalicoProfile(http="ignored"))
    assert into(found, WEB, CLIENT, 80, request=frozenset()) == ALLOWED
    assert codes(found) == ["NPC303"]
    assert found.diagnostics[0].message == "`http` is not enforced: the rule allows every request to its ports"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({HttpMethod("GET"), HttpPath("prefix", "/a")}, ALLOWED),
        ({HttpMethod("HEAD"), HttpPath("exact", "/b")}, ALLOWED),
        ({HttpMethod("GET")}, CLOSED),
        ({HttpMethod("POST"), HttpPath("exact", "/b")}, CLOSED),
        ({HttpMethod("GET"), HttpPath("text-prefix", "/a")}, CLOSED),
    ],
)
def test_http_where_it_is_enforced(facts: set[HttpMethod | HttpPath], expected: str) -> None:
    found = lifted(rule(GET_A))
    assert into(found, WEB, CLIENT, 80, request=frozenset(facts)) == expected
    assert into(found, WEB, CLIENT, 80) == ALLOWED
    assert codes(found) == ["NPC803"]


def test_http_prefixes_were_plain_text_before_3_31() -> None:
    found = lifted(rule(GET_A), profile=CalicoProfile(version=(3, 30)))
    facts = frozenset({HttpMethod("GET"), HttpPath("text-prefix", "/a")})
    assert into(found, WEB, CLIENT, 80, request=facts) == ALLOWED


def test_every_http_method_is_a_star() -> None:
    found = lifted(rule('http: {methods: ["*"], paths: [{exact: /b}]}'))
    assert into(found, WEB, CLIENT, 80, request=frozenset({HttpPath("exact", "/b")})) == ALLOWED
    assert into(found, WEB, CLIENT, 80, request=frozenset({HttpMethod("GET")})) == CLOSED
    assert codes(lifted(rule("http: {}"))) == []


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("a != 'b'", "absent other"),
        ("a not in {'b'}", "absent other"),
        ("a in {}", ""),
        ("a not in {}", "absent equal other"),
        ("a contains ''", "equal other"),
        ("has(a) && a != 'b'", "other"),
        ("a contains 'the'", "other"),
        ("a starts with 'ot'", "other"),
        ("a ends with 'b'", "equal"),
        ("!(a ends with 'b')", "absent other"),
        ("!a == 'b' && projectcalico.org/orchestrator == 'k8s'", "absent other"),
        ("projectcalico.org/orchestrator starts with 'k9'", ""),
        ("projectcalico.org/namespace == 'shop' && has(projectcalico.org/serviceaccount)", "absent equal other"),
        ("projectcalico.org/namespace contains 'hop'", "absent equal other"),
        ("pcsa.projectcalico.org/name == 'default' && pcns.projectcalico.org/name != 'x'", "absent equal other"),
        ("!has(pcns.kubernetes.io/metadata.name)", ""),
    ],
)
def test_49_52_selectors_on_pods(selector: str, expected: str) -> None:
    found = lifted(policy("p", f'{{selector: "{selector}"}}'))
    pods = {"absent": pod(), "equal": pod(a="b"), "other": pod(a="other")}
    isolated = [title for title, one in pods.items() if into(found, one, CLIENT, 80) == CLOSED]
    assert " ".join(isolated) == expected


def test_51_a_blank_selector_in_parentheses_drops_the_policy() -> None:
    found = lifted(policy("p", '{selector: " "}'))
    assert into(found, WEB, CLIENT, 80) == "allow"
    assert codes(found) == ["NPC305"]
    in_rule = lifted(policy("p", '{ingress: [{action: Allow, source: {selector: " "}}]}'))
    assert codes(in_rule) == ["NPC305"]
    alone = lifted(global_policy("p", '{selector: " ", ingress: [{action: Allow, source: {selector: " "}}]}'))
    assert into(alone, WEB, CLIENT, 80) == "allow p ingress[0]"
    assert into(alone, WEB, WORLD, 80) == "deny p end of default"
    joined = lifted(global_policy("p", '{selector: " ", namespaceSelector: all()}'))
    assert codes(joined) == ["NPC305"]
