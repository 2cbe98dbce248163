"""Request cubes -> HTTP rules: regular expressions over method, path and host, and headers (facts/cilium.md 2.7).

Envoy matches `:path` whole, with the query string; Calico compares the path without it (facts/calico.md 3.10), so
every expression that is made of a plain path ends in an optional query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from npconv.dialects.cilium.model_l7 import L7Rules, PortRuleHTTP
from npconv.ir.dimensions import HttpMethod, HttpPath, PathTest, Request
from npconv.lowering.cube import Cube

QUERY = r"(\?.*)?"


def http_rules(cubes: Sequence[Cube]) -> L7Rules:
    """The layer 7 rules for requests in any of the cubes."""
    return L7Rules(http=tuple(dict.fromkeys(_rule(cube) for cube in cubes)))


def path_regex(path: HttpPath) -> str:
    """The expression that matches a path as Envoy sees it.

    A prefix on segments is `/a` and everything below it; on `/` it is every path.
    """
    text = re.escape(path.text).replace("/", "/").replace(r"\-", "-")
    match PathTest(path.test):
        case PathTest.EXACT:
            return text + QUERY
        case PathTest.PREFIX:
            below = text if path.text.endswith("/") else text + "(/"
            return f"{below}.*" if path.text.endswith("/") else f"{below}.*)?{QUERY}"
        case PathTest.TEXT_PREFIX:
            return f"{text}.*"
        case PathTest.REGEX:
            return path.text
        case never:
            assert_never(never)


def _rule(cube: Cube) -> PortRuleHTTP:
    """A rule that asks for all that the cube does; the empty one takes any HTTP request."""
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: list[str] = []
    for literal in sorted(cube.facts, key=str):
        match literal.fact:
            case HttpMethod(text, regex):
                method = text if regex else re.escape(text)
            case HttpPath() as asked:
                path = path_regex(asked)
            case Request("http host", text):
                host = text
            case Request("http header", text):
                headers.append(text)
            case _:
                pass  # `any` asks for HTTP and nothing of it, authentication is asked of the connection
    return PortRuleHTTP(method=method, path=path, host=host, headers=tuple(headers) or None)
