"""Cilium layer 7 rules -> conditions on requests. Reads back the expressions that `lower_http` writes."""

from __future__ import annotations

from typing import Final

from npconv.dialects.cilium import lift_addresses
from npconv.dialects.cilium.model_l7 import HeaderMatch, L7Rules, PortRuleHTTP, PortRuleKafka
from npconv.dialects.cilium.model_ports import PortRule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds
from npconv.ir.dimensions import AUTHENTICATION, HttpMethod, HttpPath, PathTest, Request

_QUERY: Final = r"(\?.*)?"
_BELOW: Final = "(/.*)?"
_REST: Final = ".*"
_SPECIAL: Final = frozenset(".+*?()|[]{}^$")


def parser(rule: PortRule, profile: CiliumProfile) -> str:
    """The layer 7 protocol that traffic is parsed as: `http`, `dns`, `kafka`, an `l7proto`, or none.

    Kafka and proxylib rules are gone in 1.20, which takes the ports alone (oracle case 67).
    """
    rules = rule.rules or L7Rules()
    if rules.http:
        return "http"
    if rules.dns:
        return "dns"
    if profile.version >= (1, 20):
        return ""
    if rules.kafka:
        return "kafka"
    return rules.l7proto or "" if rules.l7 is not None or rules.l7proto else ""


def condition(rule: PortRule, profile: CiliumProfile) -> Condition:
    """What requests a port rule lets through: its allow-list, TLS names and proxy listener; anything, if it has none.

    A rule that takes any HTTP request still takes nothing else than HTTP, and says so.
    """
    return both(_allow_list(rule, profile), server_names(rule), _listener(rule), _termination(rule))


def server_names(rule: PortRule) -> Condition:
    """The TLS server names that the port rule demands."""
    if not rule.server_names:
        return ALWAYS
    return either(*(holds(Request("tls name", name.lower())) for name in rule.server_names))


def authentication(mode: str) -> Condition:
    """What mutual authentication demands of a connection; layers 3 and 4 pass before it is asked (oracle case 74).

    `test-always-fail` is for drills: nobody passes.
    """
    match mode:
        case "" | "disabled":
            return ALWAYS
        case "test-always-fail":
            return NEVER
        case _:
            return holds(Request(AUTHENTICATION, mode))


def _allow_list(rule: PortRule, profile: CiliumProfile) -> Condition:
    rules = rule.rules or L7Rules()
    match parser(rule, profile):
        case "":
            return ALWAYS
        case "http":
            return either(*(_http(one) for one in rules.http or ()))
        case "dns":
            names = (lift_addresses.pattern(one, profile) for one in rules.dns or ())
            return either(*(holds(Request("dns", name)) for name in names))
        case "kafka":
            return either(*(of_kafka(one) for one in rules.kafka or ()))
        case protocol:
            listed = [", ".join(f"{key}={value}" for key, value in sorted(one)) for one in rules.l7 or ((),)]
            return either(*(holds(Request(protocol, text or "any")) for text in listed))


def _http(rule: PortRuleHTTP) -> Condition:
    parts = [
        *([] if not rule.method else [method(rule.method)]),
        *([] if not rule.path else [holds(path(rule.path))]),
        *([] if not rule.host else [holds(Request("http host", rule.host))]),
        *(holds(Request("http header", text)) for text in rule.headers or ()),
        *(_header(one) for one in rule.header_matches or ()),
    ]
    asked = both(*parts)
    return holds(Request("http", "any")) if asked == ALWAYS else asked


def method(expression: str) -> Condition:
    """The methods that an expression matches whole; an alternation of plain words is one fact a word."""
    words = [_literal(word) for word in expression.split("|")]
    plain = [word for word in words if word is not None and word.isalpha()]
    if len(plain) == len(words):
        return either(*(holds(HttpMethod(word)) for word in plain))
    return holds(HttpMethod(expression, regex=True))


def path(expression: str) -> HttpPath:
    """The paths that an expression matches whole, query included; as a plain test if it is one that `lower` writes."""
    for suffix, test in (
        (_BELOW + _QUERY, PathTest.PREFIX),
        (_QUERY, PathTest.EXACT),
        (_REST, PathTest.TEXT_PREFIX),
    ):
        text = _literal(expression.removesuffix(suffix)) if expression.endswith(suffix) else None
        if text is None:
            continue
        if test is PathTest.TEXT_PREFIX and text.endswith("/"):
            return HttpPath(PathTest.PREFIX.value, text)
        return HttpPath(test.value, text)
    return HttpPath(PathTest.REGEX.value, expression)


def _literal(expression: str) -> str | None:
    """The only text that an expression matches; None if there are others, or it cannot be told."""
    found: list[str] = []
    escaped = False
    for character in expression:
        if escaped:
            if character.isalnum():
                return None
            found.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in _SPECIAL:
            return None
        else:
            found.append(character)
    return None if escaped else "".join(found)


def _header(header: HeaderMatch) -> Condition:
    """With `mismatch` a request without the header passes, rewritten or logged (facts 2.7)."""
    if header.mismatch:
        return ALWAYS
    secret = header.secret
    wanted = header.value or (f"of secret {secret.namespace or ''}/{secret.name}" if secret is not None else "")
    return holds(Request("http header", f"{header.name} {wanted}".strip()))


def of_kafka(rule: PortRuleKafka) -> Condition:
    """What a Kafka rule asks of a request."""
    given = (
        ("role", rule.role),
        ("apiKey", rule.api_key),
        ("apiVersion", rule.api_version),
        ("clientID", rule.client_id),
        ("topic", rule.topic),
    )
    text = ", ".join(f"{key}={value}" for key, value in given if value)
    return holds(Request("kafka", text or "any"))


def _termination(rule: PortRule) -> Condition:
    """Where TLS is ended or begun anew: only there can requests inside of it be seen."""
    contexts = (("terminated", rule.terminating_tls), ("originated", rule.originating_tls))
    return both(
        *(
            holds(Request("tls", f"{what} with secret {one.secret.namespace or ''}/{one.secret.name}"))
            for what, one in contexts
            if one is not None
        )
    )


def _listener(rule: PortRule) -> Condition:
    """What a proxy listener of the user's lets through is up to its Envoy configuration."""
    if rule.listener is None:
        return ALWAYS
    config = rule.listener.envoy_config
    return holds(Request("listener", f"{config.kind or ''}/{config.name}/{rule.listener.name}"))
