"""A condition that does not hold -> what was asked and what was found, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    Dimension,
    HttpMethod,
    HttpPath,
    Kind,
    Kinds,
    Members,
    Request,
    Scope,
)
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction
from npconv.ir.values import Values
from npconv.pipeline.trace import Mismatch, Part
from npconv.semantics.describe import PROTOCOLS
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.space import BEARERS

_MOST: Final = 3

KINDS: Final = {
    Kind.POD: "a pod",
    Kind.HOST: "the own node",
    Kind.REMOTE_NODE: "another node",
    Kind.OUTSIDE: "outside the cluster",
    Kind.HEALTH: "Cilium's health endpoint",
    Kind.INGRESS: "Cilium's ingress proxy",
    Kind.INIT: "a pod without labels yet",
    Kind.UNMANAGED: "an unmanaged pod",
}

_SCOPES: Final = {
    Scope.POD: "label",
    Scope.NAMESPACE: "namespace label",
    Scope.SERVICE_ACCOUNT: "service account label",
    Scope.NODE: "node label",
    Scope.HOST_ENDPOINT: "host endpoint label",
    Scope.CLUSTER: "cluster",
    Scope.CIDR_GROUP: "CIDR group",
    Scope.RESERVED: "mark",
    Scope.OTHER: "label",
}


def mismatch_texts(mismatches: Iterable[Mismatch], flow: Flow) -> list[str]:
    """`port is 80, not 443`, `the source's label app is absent, not web`; each said once."""
    return list(dict.fromkeys(_text(one, flow) for one in mismatches))


def _text(mismatch: Mismatch, flow: Flow) -> str:
    endpoint = flow.subject if mismatch.part is Part.SUBJECT else flow.peer
    is_source = (flow.direction is Direction.EGRESS) == (mismatch.part is Part.SUBJECT)
    whose = "the source" if is_source else "the destination"
    match mismatch.condition:
        case Within(Attribute() as attribute) if (
            BEARERS[attribute.scope] == {Kind.POD} and endpoint.kind is not Kind.POD
        ):
            return f"{whose} is {KINDS[endpoint.kind]}, not a pod"
        case condition:
            return _failing(condition, flow, endpoint, whose)


def _failing(condition: Condition, flow: Flow, endpoint: Endpoint, whose: str) -> str:
    match condition:
        case Within(Axis.KIND, Kinds() as kinds):
            return f"{whose} is {KINDS[endpoint.kind]}, not {_kinds(kinds)}"
        case Within(dimension, members):
            owner = f"{whose}'s " if isinstance(dimension, Attribute) or dimension is Axis.ADDRESS else ""
            found, asked = _found(dimension, flow, endpoint), _asked(dimension, members)
            return f"{owner}{_named(dimension)} is {found}, not {asked}"
        case Holds(HttpMethod() | HttpPath() | Request() as fact, negated):
            return f"the request {'has' if negated else 'does not have'} {fact}"
        case Holds(fact, negated):
            return f"{whose} is a {fact}" if negated else f"no {fact}"
        case Both(parts) | Either(parts):
            several = [_wanted(part) for part in parts[:_MOST]]
            several += [f"{len(parts) - _MOST} more"] if len(parts) > _MOST else []
            return f"{whose} is none of: {'; '.join(several)}"
        case Always() | Never():
            return "it matches nothing"


def _wanted(condition: Condition) -> str:
    """What a condition asks for, as a noun."""
    match condition:
        case Within(Axis.KIND, Kinds() as kinds):
            return _kinds(kinds)
        case Within(dimension, members):
            return f"{_named(dimension)} {_asked(dimension, members)}"
        case Both(parts):
            who = [part for part in parts if isinstance(part, Within) and part.dimension is Axis.KIND]
            rest = " and ".join(_wanted(part) for part in parts if part not in who)
            return f"{_wanted(who[0])} with {rest}" if who else rest
        case Either(parts):
            return " or ".join(_wanted(part) for part in parts)
        case Holds(fact, negated):
            return f"{'no ' if negated else ''}{fact}"
        case Always() | Never():
            return str(condition)


def _named(dimension: Dimension) -> str:
    if isinstance(dimension, Axis):
        return dimension.value.replace("-", " ")
    if dimension == NAMESPACE:
        return "namespace"
    if dimension == SERVICE_ACCOUNT:
        return "service account"
    return _SCOPES[dimension.scope] + ("" if dimension.key == NAME else f" {dimension.key}")


def _found(dimension: Dimension, flow: Flow, endpoint: Endpoint) -> str:
    match dimension:
        case Attribute():
            value = endpoint.attributes.get(dimension)
            return "absent" if value is None else value or "empty"
        case Axis.ADDRESS:
            return str(endpoint.address(flow.family))
        case Axis.PROTOCOL:
            return PROTOCOLS.get(flow.protocol, str(flow.protocol))
        case Axis.DST_PORT:
            return str(flow.port)
        case Axis.SRC_PORT:
            return str(flow.source_port)
        case Axis.ICMP_TYPE:
            return str(flow.icmp_type)
        case Axis.ICMP_CODE:
            return str(flow.icmp_code)
        case Axis.FAMILY:
            return f"IPv{flow.family.value}"
        case Axis.KIND:
            return endpoint.kind.value


def _asked(dimension: Dimension, members: Members) -> str:
    match members:
        case Values(named, cofinite, absent):
            listed = " or ".join(sorted(named))
            if not cofinite:
                return f"{listed} or absent" if absent and listed else listed or "absent"
            if not named:
                return "present"
            return f"anything but {listed}" if absent else f"present and another than {listed}"
        case Intervals() if dimension is Axis.PROTOCOL:
            return " or ".join(_span(low, high, PROTOCOLS) for low, high in members.spans)
        case Intervals():
            first = 1 if dimension in (Axis.DST_PORT, Axis.SRC_PORT) else 0  # 0 stands for no port
            return " or ".join(_span(max(low, first), high, {}) for low, high in members.spans if high >= first)
        case _:
            return str(members).strip("{}").replace(", ", " or ")


def _span(low: int, high: int, names: dict[int, str]) -> str:
    return names.get(low, str(low)) if low == high else f"{low}-{high}"


def _kinds(kinds: Kinds) -> str:
    return " or ".join(text for kind, text in KINDS.items() if kind in kinds)
