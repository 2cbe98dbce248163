"""Request cubes -> what an Allow asks beyond layer 4: `rules`, `serverNames` and `authentication`.

A cube asks for authentication, for requests of one protocol, or for both. `say_requests` refuses what has no words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cilium import lower_names
from npconv.dialects.cilium.lower_http import http_rules
from npconv.dialects.cilium.model_l7 import L7Rules, PortRuleKafka
from npconv.ir.dimensions import AUTHENTICATION, Fact, HttpMethod, HttpPath, Request
from npconv.lowering.cube import Cube

HTTP: Final = "http"
DNS: Final = "dns"
KAFKA: Final = "kafka"
TLS_NAME: Final = "tls name"
_HTTP_WORDS: Final = ("http any", "http host", "http header")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an entry asks beyond layer 4. With nothing given: nothing."""

    authentication: str = ""
    rules: L7Rules | None = None
    server_names: tuple[str, ...] = ()


NOTHING: Final = Asked()
EVERY_NAME: Final = Asked(rules=L7Rules(dns=(lower_names.selector("*"),)))
"""Any question to a DNS server, through Cilium's DNS proxy: from the answers it learns what names stand for."""


def kind_of(fact: Fact) -> str:
    """The protocol whose requests a fact is about: one of those above, or the fact's own word."""
    match fact:
        case HttpMethod() | HttpPath():
            return HTTP
        case Request(protocol, text):
            return HTTP if protocol in _HTTP_WORDS or (protocol, text) == (HTTP, "any") else protocol
        case _:
            return str(fact)


def asked(requests: Sequence[Cube]) -> tuple[Asked, ...]:
    """The cubes of the same traffic as entries: what asks for nothing takes in whatever asks for more."""
    if any(one.is_full for one in requests):
        return (NOTHING,)
    by_mode: dict[str, list[Cube]] = {}
    for cube in requests:
        by_mode.setdefault(_mode(cube), []).append(cube)
    return tuple(one for mode, cubes in by_mode.items() for one in _of_mode(mode, cubes))


def kafka(text: str) -> PortRuleKafka:
    """The Kafka rule whose meaning reads like this: see `lift_requests`."""
    given = dict(part.split("=", 1) for part in text.split(", ") if "=" in part)
    return PortRuleKafka(
        role=given.get("role"),
        api_key=given.get("apiKey"),
        api_version=given.get("apiVersion"),
        client_id=given.get("clientID"),
        topic=given.get("topic"),
    )


def _of_mode(mode: str, cubes: list[Cube]) -> Iterator[Asked]:
    by_kind: dict[str, list[Cube]] = {}
    for cube in cubes:
        kinds = {kind_of(one.fact) for one in cube.facts} - {AUTHENTICATION}
        by_kind.setdefault(min(kinds, default=""), []).append(cube)
    if "" in by_kind:
        yield Asked(authentication=mode)
        return
    for kind, found in by_kind.items():
        match kind:
            case "http":
                yield Asked(authentication=mode, rules=http_rules(found))
            case "dns":
                names = tuple(lower_names.selector(text) for text in _texts(found, DNS))
                yield Asked(authentication=mode, rules=L7Rules(dns=names))
            case "kafka":
                yield Asked(
                    authentication=mode, rules=L7Rules(kafka=tuple(kafka(text) for text in _texts(found, KAFKA)))
                )
            case "tls name":
                yield Asked(authentication=mode, server_names=_texts(found, TLS_NAME))
            case _:
                raise AssertionError(f"`{kind}` has no words in Cilium: say_requests refuses it")


def _mode(cube: Cube) -> str:
    return next((text for text in _texts([cube], AUTHENTICATION)), "")


def _texts(cubes: Iterable[Cube], protocol: str) -> tuple[str, ...]:
    found = [
        one.fact.text
        for cube in cubes
        for one in sorted(cube.facts, key=str)
        if isinstance(one.fact, Request) and one.fact.protocol == protocol
    ]
    return tuple(dict.fromkeys(found))
