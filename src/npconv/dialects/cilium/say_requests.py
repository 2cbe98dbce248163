"""What Cilium cannot say of requests: layer 7 rules, TLS names, authentication (facts/cilium.md 1.3 to 1.5, 2.7, 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from npconv.diagnostics.codes import losses
from npconv.dialects.cilium import lift_requests, lower_names
from npconv.dialects.cilium.lower_requests import DNS, HTTP, KAFKA, TLS_NAME, kafka, kind_of
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.ir.condition import Holds, holds
from npconv.ir.dimensions import AUTHENTICATION, Axis, DstPortNamed, Fact, HttpMethod, HttpPath, Request
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Action
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.forms import TCP, WITH_PORTS
from npconv.lowering.sayable import Unsayable

_WRITTEN: Final = (HTTP, DNS, KAFKA, TLS_NAME, AUTHENTICATION)
_NOT_YET: Final = {"tls": "where TLS is ended and begun anew", "listener": "proxy listeners"}
_OF_A_SECRET: Final = " of secret "


def requests(clause: Clause, profile: CiliumProfile) -> Iterator[Unsayable]:
    """The conditions on requests for which a clause has no words."""
    asked = clause.box.request
    if asked.is_full:
        return
    facts = sorted(asked.facts, key=str)
    kinds = {kind_of(one.fact) for one in facts}
    numbers = clause.box.traffic.members(Axis.PROTOCOL)
    if kinds <= {HTTP, AUTHENTICATION} and HTTP in kinds and numbers != TCP:
        why = "HTTP rules are for TCP, what other protocols carry is no request"
        yield Unsayable("traffic", Axis.PROTOCOL, losses.HTTP_BESIDE_TCP, why)
        return
    beside = "" if kinds - set(_WRITTEN) else _beside(kinds) or _several(facts)
    for literal in facts:
        why = (
            ("layer 7 rules have no negation" if literal.negated else "")
            or _off(kind_of(literal.fact), clause, profile)
            or beside
            or _fact(literal.fact, clause.box.traffic, numbers, profile)
        )
        if why:
            yield Unsayable("request", literal, losses.REQUEST, why)


def _beside(kinds: set[str]) -> str:
    """Why these kinds of requests cannot be asked for together."""
    carried = sorted(kinds - {AUTHENTICATION})
    if len(carried) > 1:
        return f"requests of two kinds, {' and '.join(carried)}, cannot be asked for at once"
    return ""


def _several(facts: Sequence[Holds]) -> str:
    """A rule has one expression for each thing that it asks of a request; headers are a list."""
    counted = Counter(_field(one.fact) for one in facts)
    double = sorted(field for field, count in counted.items() if count > 1 and field != "http header")
    return f"a request has one {double[0]}" if double else ""


def _field(fact: Fact) -> str:
    match fact:
        case HttpMethod():
            return "method"
        case HttpPath():
            return "path"
        case Request(protocol, _):
            return protocol
        case _:
            return str(fact)


def _off(kind: str, clause: Clause, profile: CiliumProfile) -> str:
    """Why a clause may not ask for any such requests; empty if it may (platforms: facts/cilium.md 4.1, 4.2)."""
    of_dns = kind == DNS
    match profile.platform:
        case Platform.AKS:
            return "AKS has layer 7 rules only with Advanced Container Networking Services"
        case Platform.AKS_ACNS if not clause.policy.name.namespace and not of_dns:
            return "AKS has no layer 7 rules in clusterwide policies"
        case Platform.GKE:
            return "GKE Dataplane V2 has no layer 7 rules"
        case _ if clause.action is not Action.ALLOW:
            return "layer 7 rules only allow"
        case _ if not profile.l7_proxy and kind != AUTHENTICATION:
            return "layer 7 rules are off in this profile"
        case _:
            return ""


def _fact(fact: Fact, traffic: Cube, numbers: object, profile: CiliumProfile) -> str:
    """Why there are no words for one condition on requests of this traffic; empty if there are."""
    kind = kind_of(fact)
    match fact:
        case Request("http header", text) if _OF_A_SECRET in text:
            return "npconv does not write headers whose value is in a secret yet"
        case Request("dns", text):
            return _dns(traffic, numbers, profile) or lower_names.problem(text, profile)
        case Request("kafka", text):
            return _kafka(text, numbers, profile)
        case Request("tls name", text):
            return _tls_name(text, numbers, profile)
        case _ if kind not in _WRITTEN:
            return f"npconv does not write {_NOT_YET.get(kind, f'rules for `{kind}`')} yet"
        case _:
            return ""


def _dns(traffic: Cube, numbers: object, profile: CiliumProfile) -> str:
    if not isinstance(numbers, Intervals) or not (numbers & ~WITH_PORTS).is_empty:
        return "DNS rules are for TCP and UDP"
    if any(isinstance(one.fact, DstPortNamed) for one in traffic.facts):
        return ""
    asked = traffic.members(Axis.DST_PORT)
    if not isinstance(asked, Intervals):
        return "DNS rules need the port of the server"
    if profile.version >= (1, 17) and any(low != high for low, high in asked.spans):
        return "DNS rules have no ranges of ports"
    return ""


def _kafka(text: str, numbers: object, profile: CiliumProfile) -> str:
    if profile.version >= (1, 20):
        return "Cilium 1.20 has no Kafka rules any more"
    if numbers != TCP:
        return "Kafka rules are for TCP"
    return "" if lift_requests.of_kafka(kafka(text)) == holds(Request(KAFKA, text)) else f"`{text}` is no Kafka rule"


def _tls_name(text: str, numbers: object, profile: CiliumProfile) -> str:
    if not isinstance(numbers, Intervals) or not (numbers & ~WITH_PORTS).is_empty:
        return "server names are asked for at ports"
    if "*" in text and profile.version < (1, 18):
        return "patterns of server names came with Cilium 1.18"
    if profile.version < (1, 20) and "*" in text.removeprefix("**.").removeprefix("*."):
        return "before Cilium 1.20 server names have `*.` and `**.` in front only"
    return ""
