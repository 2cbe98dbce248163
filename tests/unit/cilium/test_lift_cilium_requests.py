"""What Cilium layer 7 rules let through, once a connection stands."""

from __future__ import annotations

import pytest
from town import V1_19, V1_20, ask, cnp, np, read

from npconv.dialects.cilium.lift_requests import method, path
from npconv.dialects.cilium.lower_http import path_regex
from npconv.ir.condition import either, holds
from npconv.ir.dimensions import Fact, HttpMethod, HttpPath, PathTest, Request

GET, POST = HttpMethod("GET"), HttpMethod("POST")
ANY_HTTP = Request("http", "any")


def port_rule(rest: str, peers: str = "fromEndpoints: [{}], ", port: str = "80", protocol: str = "TCP") -> str:
    """An entry with one port, and what rides on it."""
    return f"{{{peers}toPorts: [{{ports: [{{port: '{port}', protocol: {protocol}}}], {rest}}}]}}"


def passes(entries: str, *request: Fact, way: str = "in", extra: str = "", question: str = "db 80/TCP") -> bool:
    """Whether a request gets through, after its connection has."""
    section = "ingress" if way == "in" else "egress"
    lifted = read((cnp(f"{section}: [{entries}]\n{extra}"),))
    return ask(lifted, f"{way} {question}", request=request).allowed


def test_a_connection_passes_before_any_request_is_known() -> None:
    lifted = read((cnp(f"ingress: [{port_rule('rules: {http: [{method: GET}]}')}]"),))
    assert ask(lifted, "in db 80/TCP").allowed
    assert not ask(lifted, "in farm 80/TCP").allowed


def test_methods_and_paths_of_one_rule_go_together_and_rules_add_up() -> None:
    rules = "rules: {http: [{method: GET, path: '/a(\\?.*)?'}, {method: POST}]}"
    entry = port_rule(rules)
    assert passes(entry, GET, HttpPath("exact", "/a"))
    assert passes(entry, POST)
    assert not passes(entry, GET)
    assert not passes(entry, HttpPath("exact", "/a"))


def test_a_rule_for_any_request_is_for_http_all_the_same() -> None:
    assert passes(port_rule("rules: {http: [{}]}"), ANY_HTTP)
    assert not passes(port_rule("rules: {http: [{}]}"), Request("tls name", "a.example"))


@pytest.mark.parametrize("rules", ["rules: {}", "rules: {http: []}"])
def test_empty_rules_are_none(rules: str) -> None:
    assert passes(port_rule(rules))


def test_an_allow_without_layer_7_lifts_the_filter_wherever_it_stands() -> None:
    filtered = port_rule("rules: {http: [{method: GET}]}")
    assert not passes(filtered, POST)
    assert passes(f"{filtered}, {{fromEndpoints: [{{}}]}}", POST)
    lifted = read((cnp(f"ingress: [{filtered}]"), np("ingress: [{ports: [{port: 80}]}]")))
    assert ask(lifted, "in db 80/TCP", request=(POST,)).allowed


def test_a_deny_of_the_port_wins_over_every_request() -> None:
    deny = "ingressDeny: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]"
    assert not passes(port_rule("rules: {http: [{method: GET}]}"), GET, extra=deny)


def test_a_rule_that_does_not_isolate_filters_nothing() -> None:
    soft = "enableDefaultDeny: {ingress: false}"
    assert passes(port_rule("rules: {http: [{method: GET}]}"), POST, extra=soft)


def test_headers_and_hosts() -> None:
    entry = port_rule("rules: {http: [{host: 'a\\.example', headers: ['X-Team red']}]}")
    host, header = Request("http host", r"a\.example"), Request("http header", "X-Team red")
    assert passes(entry, host, header)
    assert not passes(entry, host)


def test_a_header_that_may_be_missing_restricts_nothing() -> None:
    lenient = port_rule("rules: {http: [{headerMatches: [{name: X-Team, value: red, mismatch: LOG}]}]}")
    strict = port_rule("rules: {http: [{headerMatches: [{name: X-Team, value: red}]}]}")
    assert passes(lenient, ANY_HTTP)
    assert not passes(strict, ANY_HTTP)
    assert passes(strict, Request("http header", "X-Team red"))


def test_names_that_may_be_asked_for() -> None:
    entry = port_rule("rules: {dns: [{matchName: Shop.Example}]}", peers="", port="53", protocol="UDP")
    assert passes(entry, Request("dns", "shop.example"), way="out", question="db 53/UDP")
    assert not passes(entry, Request("dns", "farm.example"), way="out", question="db 53/UDP")


def test_tls_names() -> None:
    entry = port_rule("serverNames: ['Shop.example']", port="443")
    assert passes(entry, Request("tls name", "shop.example"), question="db 443/TCP")
    assert not passes(entry, Request("tls name", "farm.example"), question="db 443/TCP")


def test_kafka_rules_are_gone_in_1_20() -> None:
    policy = cnp(f"ingress: [{port_rule('rules: {kafka: [{topic: orders}]}')}]")
    asked = (Request("kafka", "topic=refunds"),)
    assert not ask(read((policy,), V1_19), "in db 80/TCP", request=asked).allowed
    assert ask(read((policy,), V1_20), "in db 80/TCP", request=asked).allowed


def test_proxylib_rules() -> None:
    policy = cnp(f"ingress: [{port_rule('rules: {l7proto: cassandra, l7: [{query_action: select}]}')}]")
    lifted = read((policy,))
    assert ask(lifted, "in db 80/TCP", request=(Request("cassandra", "query_action=select"),)).allowed
    assert not ask(lifted, "in db 80/TCP", request=(Request("cassandra", "query_action=drop"),)).allowed


def test_authentication_is_asked_of_the_connection_that_passed() -> None:
    lifted = read((cnp("ingress: [{fromEndpoints: [{}], authentication: {mode: required}}]"),))
    assert ask(lifted, "in db 80/TCP").allowed
    assert not ask(lifted, "in db 80/TCP", request=()).allowed
    assert ask(lifted, "in db 80/TCP", request=(Request("authentication", "required"),)).allowed
    none = read((cnp("ingress: [{fromEndpoints: [{}], authentication: {mode: disabled}}]"),))
    assert ask(none, "in db 80/TCP", request=()).allowed


@pytest.mark.parametrize(
    "asked",
    [
        HttpPath("exact", "/"),
        HttpPath("exact", "/a-b/c.d"),
        HttpPath("exact", "/what?"),
        HttpPath("prefix", "/a"),
        HttpPath("prefix", "/"),
        HttpPath("text-prefix", "/a.b"),
        HttpPath("regex", "/[a-z]+"),
    ],
)
def test_what_is_written_for_a_path_is_read_back(asked: HttpPath) -> None:
    assert path(path_regex(asked)) == asked


@pytest.mark.parametrize("expression", ["/a", "/a|/b", r"/\d+", "/a(/.*)?", "/v[12](/.*)?(\\?.*)?", "/x.*(\\?.*)?"])
def test_other_paths_stay_expressions(expression: str) -> None:
    assert path(expression) == HttpPath(PathTest.REGEX.value, expression)


def test_methods_that_are_words_are_told_apart() -> None:
    assert method("GET") == holds(GET)
    assert method("GET|POST") == either(holds(GET), holds(POST))
    assert method("GET|P.*") == holds(HttpMethod("GET|P.*", regex=True))
