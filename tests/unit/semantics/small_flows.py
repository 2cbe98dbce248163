"""Every flow of a small universe that matters, listed without the encoding."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from small_universe import API_SERVER, APP, ROLE, TEAM, TIER, VALUES, ZONE, Universe

from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    BackendOf,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    Named,
    PathTest,
)
from npconv.ir.policy import Direction
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Address, Endpoint, Flow, NamedPort
from npconv.semantics.space import BEARERS, CLUSTER_NAME, PORTED, UNKNOWN, Space

ADDRESSES = ("10.0.0.9", "10.1.0.9", "192.168.0.9", "203.0.113.9", "2001:db8::9", "2001:db9::9")
WORDS = tuple("".join(letters) for n in range(1, 5) for letters in product("abc", repeat=n) if n < 4)
METHODS = ("GET", "POST", "PUT")
PATHS = ("/", "/a", "/a?q", "/a/", "/a/b", "/ab", "/ab/c", "/c")


def flows(universe: Universe, space: Space, most: int) -> list[Flow]:
    """Every combination of what the policies can ask, that is in the space; none if there are too many to list."""
    subjects = list(_subjects(universe, space))
    peers = list(_peers(universe, space))
    traffics = list(_traffics(universe))
    pairs = _addresses(universe, space)
    if len(subjects) * len(peers) * len(traffics) * len(pairs) > most:
        return []
    every = (_flow(*parts) for parts in product(Direction, subjects, peers, traffics, pairs))
    return [flow for flow in every if not space.objections(flow)]


def _flow(
    direction: Direction,
    subject: Endpoint,
    peer: Endpoint,
    traffic: tuple,  # type: ignore[type-arg]
    pair: tuple[Address, Address],
) -> Flow:
    protocol, port, source_port, icmp_type, icmp_code, named, source_named, request = traffic
    declared = tuple(NamedPort(name, protocol, port) for name in named)
    source_declared = tuple(NamedPort(name, protocol, source_port) for name in source_named)
    inward = direction is Direction.INGRESS
    return Flow(
        direction=direction,
        subject=replace(subject, addresses=pair[:1], named_ports=declared if inward else source_declared),
        peer=replace(peer, addresses=pair[1:], named_ports=source_declared if inward else declared),
        protocol=protocol,
        port=port,
        source_port=source_port,
        icmp_type=icmp_type,
        icmp_code=icmp_code,
        family=Family(pair[0].version),
        request=request,
    )


def _subjects(universe: Universe, space: Space) -> Iterator[Endpoint]:
    if Kind.POD in space.subject_kinds:
        yield from _pods(universe, space, "subject")
    yield from _others(universe, space.subject_kinds)


def _peers(universe: Universe, space: Space) -> Iterator[Endpoint]:
    yield from _pods(universe, space, "peer")
    yield from _others(universe, frozenset({Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE}))


def _others(universe: Universe, kinds: frozenset[Kind]) -> Iterator[Endpoint]:
    facts = list(_endpoint_facts(universe))
    for one in sorted(kinds - {Kind.POD}, key=str):
        marks: list[dict[Attribute, str]] = [{}]
        for attribute in (ZONE, API_SERVER) if "kinds" in universe.themes else ():
            if one in BEARERS[attribute.scope]:
                marks = [{**mark, **more} for mark in marks for more in _choices(attribute)]
        for mark, fact in product(marks, facts):
            yield Endpoint(kind=one, attributes=mark, facts=fact)


def _choices(attribute: Attribute) -> list[dict[Attribute, str]]:
    return [{}, *({attribute: value} for value in (*VALUES[attribute], "else"))]


def _pods(universe: Universe, space: Space, name: str) -> Iterator[Endpoint]:
    themes = universe.themes
    dimensions: list[list[dict[Attribute, str]]] = [[{CLUSTER_NAME: space.cluster}]]
    if "words" in themes:
        spaces = [word for word in WORDS if len(word) < 3 or word in ("aba", "bab", "cab", "abc")]
        dimensions.append([{NAMESPACE: word, SERVICE_ACCOUNT: "bot"} for word in spaces])
    elif "teams" in themes:
        dimensions.append([{NAMESPACE: value, SERVICE_ACCOUNT: "bot"} for value in ("shop", "ops", f"else-{name}")])
        dimensions.append([{}, *({TEAM: word} for word in WORDS if len(word) < 3 or word in ("aba", "bab", "cab"))])
    elif "namespaces" in themes:
        dimensions.append([{NAMESPACE: value} for value in ("shop", "ops", f"else-{name}")])
        dimensions.append(_choices(TEAM))
        dimensions.append([{SERVICE_ACCOUNT: value} for value in ("bot", f"else-{name}")])
        dimensions.append(_choices(ROLE))
    else:
        dimensions.append([{NAMESPACE: f"else-{name}", SERVICE_ACCOUNT: f"else-{name}"}])
    if "texts" in themes:
        dimensions.append([{}, *({APP: word} for word in WORDS)])
    elif "labels" in themes:
        dimensions.append(_choices(APP))
    if "labels" in themes:
        dimensions.append(_choices(TIER))
    for parts in product(*dimensions):
        attributes = {key: value for part in parts for key, value in part.items()}
        for facts in _endpoint_facts(universe):
            yield Endpoint(kind=Kind.POD, attributes=attributes, facts=facts)


def _endpoint_facts(universe: Universe) -> Iterator[frozenset[BackendOf | Named]]:
    if "services" not in universe.themes:
        yield frozenset()
        return
    whole, at_port = BackendOf("shop", "db", False), BackendOf("shop", "db", True)
    star, exact, every = Named("*.example.com"), Named("a.example.com"), Named("*")
    for backend in ((), (whole,), (whole, at_port)):
        for names in ((), (every,), (every, star), (every, star, exact)):
            yield frozenset((*backend, *names))


def _addresses(universe: Universe, space: Space) -> list[tuple[Address, Address]]:
    if "addresses" in universe.themes or space.pod_addresses is not UNKNOWN:
        some = ADDRESSES
    elif "icmp" in universe.themes:
        some = ("10.0.0.9", "2001:db8::9")
    else:
        some = ("10.0.0.9",)
    several = [ipaddress.ip_address(one) for one in some]
    return [(one, other) for one, other in product(several, several) if one.version == other.version]


def _traffics(universe: Universe) -> Iterator[tuple]:  # type: ignore[type-arg]
    themes = universe.themes
    numbers = [TCP]
    if themes & {"traffic", "names"}:
        numbers += [UDP, 50, SCTP]
    if "icmp" in themes:
        numbers += [ICMP, ICMPV6, 51]
    for protocol in numbers:
        some_ports = (1, 80, 85, 443, 2000) if "traffic" in themes else (80,)
        some = some_ports if protocol in PORTED else (0,)
        types = (0, 8, 9) if protocol in (ICMP, ICMPV6) else (0,)
        codes = (0, 3, 4) if protocol in (ICMP, ICMPV6) else (0,)
        names: tuple[tuple[str, ...], ...] = ((),)
        sources: tuple[tuple[str, ...], ...] = ((),)
        if "names" in themes and protocol in (TCP, UDP, SCTP):
            names = ((), ("web",), ("dns",), ("web", "dns"))
            sources = ((), ("web",))
        requests = list(_requests(universe)) if protocol == TCP else [None, *[frozenset()] * (protocol in PORTED)]
        for request in requests:
            for rest in product(some, some, types, codes, names, sources):
                yield (protocol, *rest, request)


def _requests(universe: Universe) -> Iterator[frozenset[HttpMethod | HttpPath] | None]:
    yield None
    if "requests" not in universe.themes:
        return
    yield frozenset()
    for method, path in product(METHODS, PATHS):
        yield frozenset(_http_facts(method, path))


def _http_facts(method: str, path: str) -> Iterator[HttpMethod | HttpPath]:
    """What is true of a request, said once more and plainly."""
    bare = path.split("?", maxsplit=1)[0]
    if method in ("GET", "POST"):
        yield HttpMethod(method)
    if method in ("GET", "PUT"):
        yield HttpMethod("GET|PUT", regex=True)
    if bare == "/a":
        yield HttpPath(PathTest.EXACT.value, "/a")
    if bare == "/a" or bare.startswith("/a/"):
        yield HttpPath(PathTest.PREFIX.value, "/a")
    if bare.startswith("/a"):
        yield HttpPath(PathTest.TEXT_PREFIX.value, "/a")
    for pattern in ("/a", "/a([?].*)?", "/a.*"):
        if re.fullmatch(pattern, path):
            yield HttpPath(PathTest.REGEX.value, pattern)
