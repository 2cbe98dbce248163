"""Concrete flows of a flow space, with everything that conditions of these tests can ask for."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator

from small_sets import APP

from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import NAME, NAMESPACE, SERVICE_ACCOUNT, Attribute, Family, HttpMethod, Kind, Scope
from npconv.ir.policy import Direction
from npconv.lowering.box import Box
from npconv.semantics.flow import ICMP, ICMPV6, TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.space import Space
from npconv.semantics.verdict import meets

TEAM = Attribute.of(Scope.NAMESPACE, "team")
TEXTS = ("10.244.0.9", "10.244.3.4", "10.0.0.1", "8.8.8.8", "1.1.1.1", "192.168.0.5", "100.64.0.1")
SIX = ("2001:db8::1", "fd00::1")


def flows_of(space: Space, direction: Direction, seed: int, count: int) -> Iterator[Flow]:
    """Random flows of the space in a direction, whose subject is a pod."""
    random_ = random.Random(f"{seed} {direction.value}")
    for _ in range(60 * count):
        family = random_.choice((Family.V4, Family.V4, Family.V6))
        flow = Flow(
            direction=direction,
            subject=_endpoint(random_, space, Kind.POD, family),
            peer=_endpoint(random_, space, random_.choice(sorted(space.peer_kinds, key=str)), family),
            family=family,
            request=random_.choice((None, None, frozenset({HttpMethod("GET")}))),
            **_traffic(random_),
        )
        if not space.objections(flow):
            count -= 1
            yield flow
            if not count:
                return


def has(box: Box, flow: Flow) -> bool:
    """Whether a flow is in a box."""
    return (
        meets(box.subject.condition, flow, flow.subject)
        and meets(box.peer.condition, flow, flow.peer)
        and meets(box.traffic.condition, flow, flow.peer)
        and (flow.request is None or meets(box.request.condition, flow, flow.peer))
    )


def _endpoint(random_: random.Random, space: Space, kind: Kind, family: Family) -> Endpoint:
    known = [ipaddress.ip_address(one) for one in (TEXTS if family is Family.V4 else SIX)]
    region = space.addresses(kind)
    if isinstance(region, Addresses):
        known = [one for one in known if one in region]
        known += [ipaddress.IPv4Address(low) for low, _ in region.v4.spans[:2] if family is Family.V4]
    attributes: dict[Attribute, str] = {}
    if kind is Kind.POD:
        namespace = random_.choice(("shop", "ops"))
        attributes = {NAMESPACE: namespace, SERVICE_ACCOUNT: "default", Attribute.of(Scope.CLUSTER, NAME): "default"}
        attributes |= {TEAM: "a"} if namespace == "shop" else {}
        app = random_.choice((None, "web", "db"))
        attributes |= {APP: app} if app else {}
    named = (NamedPort("http", TCP, 80),) if kind is Kind.POD and random_.random() < 0.5 else ()
    return Endpoint(
        kind=kind, attributes=attributes, addresses=(random_.choice(known),) if known else (), named_ports=named
    )


def _traffic(random_: random.Random) -> dict[str, int]:
    protocol = random_.choice((TCP, TCP, UDP, ICMP, ICMPV6, 47, 136))
    if protocol in (TCP, UDP, 136):
        return {"protocol": protocol, "port": random_.choice((80, 443)), "source_port": random_.choice((80, 40000))}
    return {"protocol": protocol} | ({"icmp_type": random_.choice((0, 3, 8))} if protocol in (ICMP, ICMPV6) else {})
