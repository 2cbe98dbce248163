"""Random concrete flows near the edges of what policy sets say."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mentioned import Mentioned

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Both, Condition, Either, Holds, Within
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Fact,
    Families,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    PathTest,
    Scope,
    SrcPortNamed,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction, PolicySet
from npconv.ir.values import Values
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.space import PORTED, Space

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
CLUSTER = Attribute.of(Scope.CLUSTER, NAME)
POD_SCOPES = (Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)
METHODS = ("GET", "PUT", "DELETE")
PATHS = ("/cart", "/cart?x=1", "/cart/1", "/api", "/apix", "/api/v1?y", "/", "/aXb", "/a.b")


@dataclass
class Wish:
    """What a flow should look like to meet some rule; empty: anything."""

    sets: dict[str, dict[object, object]] = field(default_factory=lambda: {"subject": {}, "peer": {}, "traffic": {}})
    facts: set[Fact] = field(default_factory=set)


def flows(policies: tuple[PolicySet, ...], space: Space, seed: int, count: int) -> Iterator[Flow]:
    """Flows of the space: half of them aimed at a rule, and then changed a little."""
    random_ = random.Random(seed)
    mentioned = Mentioned()
    for one in policies:
        mentioned.add(one)
    given = 0
    for _ in range(20 * count):
        flow = _flow(random_, mentioned, space, _wish(random_, mentioned))
        if flow is None or space.objections(flow):
            continue
        yield flow
        given += 1
        if given == count:
            return


def _wish(random_: random.Random, mentioned: Mentioned) -> Wish:
    wish = Wish()
    if not mentioned.rules or random_.random() < 0.2:
        return wish
    subject, rule = random_.choice(mentioned.rules)
    parts = [("subject", subject), ("subject", rule.subject), ("peer", rule.peer), ("traffic", rule.traffic)]
    if random_.random() < 0.4:
        parts.remove(random_.choice(parts))
    for name, condition in parts:
        _aim(random_, condition, wish.sets[name], wish.facts)
    return wish


def _aim(random_: random.Random, condition: Condition, sets: dict[object, object], facts: set[Fact]) -> None:
    match condition:
        case Both(parts):
            for part in parts:
                _aim(random_, part, sets, facts)
        case Either(parts):
            _aim(random_, random_.choice(parts), sets, facts)
        case Within(dimension, members):
            seen = sets.get(dimension)
            sets[dimension] = members if seen is None else seen & members  # type: ignore[operator]
        case Holds(fact, negated):
            if not negated:
                facts.add(fact)
        case _:
            pass


def _flow(random_: random.Random, mentioned: Mentioned, space: Space, wish: Wish) -> Flow | None:
    family = _family(random_, wish)
    traffic = _traffic(random_, mentioned, wish, family)
    places: dict[tuple[str, str], dict[Attribute, str]] = {}
    subject = _pod(random_, mentioned, wish.sets["subject"], places)
    kinds = wish.sets["peer"].get(Axis.KIND)
    choices = [Kind.POD, Kind.POD, Kind.OUTSIDE, Kind.OUTSIDE, Kind.HOST, Kind.REMOTE_NODE]
    meant = [kind for kind in choices if not isinstance(kinds, Kinds) or kind in kinds]
    kind = random_.choice(meant or choices)
    peer = _pod(random_, mentioned, wish.sets["peer"], places) if kind is Kind.POD else _other(random_, mentioned, kind)
    ends = []
    for end, sets in ((subject, wish.sets["subject"]), (peer, wish.sets["peer"])):
        address = _address(random_, mentioned, space, end.kind, family, sets.get(Axis.ADDRESS))
        if address is None:
            return None
        named = _named_ports(random_, mentioned, traffic) if end.kind in space.named_port_kinds else ()
        facts = _facts(random_, mentioned, wish)
        attributes = {**end.attributes, CLUSTER: space.cluster} if end.kind is Kind.POD else end.attributes
        ends.append(replace(end, attributes=attributes, addresses=(address,), named_ports=named, facts=facts))
    return Flow(
        direction=random_.choice(list(Direction)),
        subject=ends[0],
        peer=ends[1],
        family=family,
        request=_request(random_, mentioned, traffic["protocol"]),
        **traffic,
    )


def _family(random_: random.Random, wish: Wish) -> Family:
    asked = wish.sets["traffic"].get(Axis.FAMILY)
    if isinstance(asked, Families) and not asked.is_empty:
        return random_.choice(sorted(asked.members, key=lambda one: one.value))
    numbers = wish.sets["traffic"].get(Axis.PROTOCOL)
    if isinstance(numbers, Intervals) and ICMPV6 in numbers and ICMP not in numbers:
        return Family.V6
    addresses = wish.sets["peer"].get(Axis.ADDRESS)
    if isinstance(addresses, Addresses) and addresses.v4.is_empty:
        return Family.V6
    return Family.V6 if random_.random() < 0.1 else Family.V4


def _number(random_: random.Random, mentioned: Mentioned, wish: Wish, axis: Axis, more: tuple[int, ...]) -> int:
    known = sorted(mentioned.numbers.get(axis, set()) | set(more))
    asked = wish.sets["traffic"].get(axis)
    meant = [one for one in known if one in asked] if isinstance(asked, Intervals) else []
    return random_.choice(meant or known)


def _traffic(random_: random.Random, mentioned: Mentioned, wish: Wish, family: Family) -> dict[str, int]:
    own = ICMP if family is Family.V4 else ICMPV6
    protocol = _number(random_, mentioned, wish, Axis.PROTOCOL, (TCP, UDP, SCTP, own, 47, 136))
    if protocol in PORTED:
        port = _number(random_, mentioned, wish, Axis.DST_PORT, (22, 80))
        return {
            "protocol": protocol,
            "port": port,
            "source_port": _number(random_, mentioned, wish, Axis.SRC_PORT, (40000,)),
        }
    if protocol in (ICMP, ICMPV6):
        return {
            "protocol": protocol,
            "icmp_type": _number(random_, mentioned, wish, Axis.ICMP_TYPE, (0, 8, 3, 128, 200)),
            "icmp_code": _number(random_, mentioned, wish, Axis.ICMP_CODE, (0, 4)),
        }
    return {"protocol": protocol}


def _pod(
    random_: random.Random,
    mentioned: Mentioned,
    sets: dict[object, object],
    places: dict[tuple[str, str], dict[Attribute, str]],
) -> Endpoint:
    namespace = _value(random_, mentioned, sets, NAMESPACE) or "other"
    account = _value(random_, mentioned, sets, SERVICE_ACCOUNT) or "default"
    attributes: dict[Attribute, str] = {}
    for attribute in sorted(mentioned.labels):
        if attribute.scope not in POD_SCOPES or attribute in (NAMESPACE, SERVICE_ACCOUNT):
            continue
        value = _value(random_, mentioned, sets, attribute)
        if value is not None:
            attributes[attribute] = value
    shared = {
        (Scope.NAMESPACE.value, namespace): Scope.NAMESPACE,
        (Scope.SERVICE_ACCOUNT.value, f"{namespace}/{account}"): Scope.SERVICE_ACCOUNT,
    }
    for place, scope in shared.items():
        own = {one: value for one, value in attributes.items() if one.scope is scope}
        attributes = {one: value for one, value in attributes.items() if one.scope is not scope}
        attributes |= places.setdefault(place, own)
    attributes |= {NAMESPACE: namespace, SERVICE_ACCOUNT: account}
    return Endpoint(kind=Kind.POD, attributes=attributes)


def _other(random_: random.Random, mentioned: Mentioned, kind: Kind) -> Endpoint:
    return Endpoint(kind=kind)


def _value(
    random_: random.Random, mentioned: Mentioned, sets: dict[object, object], attribute: Attribute
) -> str | None:
    known: list[str | None] = [None, *sorted(mentioned.labels.get(attribute, {"other"}))]
    asked = sets.get(attribute)
    meant = [one for one in known if one in asked] if isinstance(asked, Values) else []
    return random_.choice(meant or known)


def _address(
    random_: random.Random, mentioned: Mentioned, space: Space, kind: Kind, family: Family, asked: object
) -> Address | None:
    make = ipaddress.IPv4Address if family is Family.V4 else ipaddress.IPv6Address
    known: list[Address] = [make(number) for number in sorted(mentioned.v4 if family is Family.V4 else mentioned.v6)]
    region = space.addresses(kind)
    if isinstance(region, Addresses):
        spans = (region.v4 if family is Family.V4 else region.v6).spans
        known = [one for one in known if one in region] + [make(low) for low, _ in spans[:3]]
    meant = [one for one in known if one in asked] if isinstance(asked, Addresses) else []
    return random_.choice(meant or known) if known else None


def _named_ports(random_: random.Random, mentioned: Mentioned, traffic: dict[str, int]) -> tuple[NamedPort, ...]:
    names = sorted({one.name for one in mentioned.facts if isinstance(one, DstPortNamed | SrcPortNamed)})
    found: list[NamedPort] = []
    for name in names:
        what = random_.random()
        if what < 0.4 and traffic["protocol"] in (TCP, UDP, SCTP) and traffic["port"]:
            found.append(NamedPort(name, traffic["protocol"], traffic["port"]))
        elif what < 0.6:
            found.append(NamedPort(name, TCP, 8080))
    return tuple(found)


def _facts(random_: random.Random, mentioned: Mentioned, wish: Wish) -> frozenset[Fact]:
    found: set[Fact] = set()
    for fact in sorted((one for one in mentioned.facts if isinstance(one, BackendOf)), key=str):
        if random_.random() < (0.8 if fact in wish.facts else 0.2):
            found |= {fact, replace(fact, with_port=False)}
    return frozenset(found)


def _request(random_: random.Random, mentioned: Mentioned, protocol: int) -> frozenset[Fact] | None:
    asked = [one for one in mentioned.facts if isinstance(one, HttpMethod | HttpPath)]
    if not asked or protocol != TCP or random_.random() < 0.2:
        return None
    method, path = random_.choice(METHODS), random_.choice(PATHS)
    return frozenset(one for one in asked if _is_met(one, method, path))


def _is_met(fact: HttpMethod | HttpPath, method: str, sent: str) -> bool:
    path = sent.partition("?")[0]
    match fact:
        case HttpMethod(text, regex):
            return bool(re.fullmatch(text, method)) if regex else text == method
        case HttpPath(test, text):
            match PathTest(test):
                case PathTest.EXACT:
                    return path == text
                case PathTest.PREFIX:
                    return path == text or path.startswith(text if text.endswith("/") else f"{text}/")
                case PathTest.TEXT_PREFIX:
                    return path.startswith(text)
                case PathTest.REGEX:
                    return bool(re.fullmatch(text, sent))
