"""Random policy sets in the shape that Calico's have, and flows that tell their conditions apart."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, kind, negate, within
from npconv.ir.dimensions import NAME, NAMESPACE, Attribute, Axis, Kind, Scope
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import (
    Action,
    Direction,
    Policy,
    PolicyName,
    PolicySet,
    Rule,
    Section,
    Tier,
    TierEnd,
)
from npconv.ir.values import ABSENT, PRESENT, Values, none_of, one_of
from npconv.semantics.flow import ICMP, TCP, UDP, Endpoint, Flow

APP = Attribute.of(Scope.POD, "app")
ROLE = Attribute.of(Scope.POD, "role")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
CIDRS = ("0.0.0.0/0", "8.8.8.0/24", "8.8.8.8/32", "169.254.169.254/32", "203.0.113.0/24")
NAMESPACES = {"shop": {"team": "a"}, "ops": {"team": "b"}, "lab": {}}


def policy_set(random_: random.Random) -> PolicySet:
    """A few tiers of a few policies; the last one is Calico's `default`, which denies."""
    tiers = [
        Tier(name=f"t{number}", end=random_.choice(list(TierEnd)), policies=_policies(random_, f"t{number}"))
        for number in range(random_.choice((0, 0, 1, 2)))
    ]
    own_node = Policy(
        name=PolicyName("built-in", "", "own-node"),
        subject=kind(Kind.POD),
        sections=(
            Section(
                direction=Direction.INGRESS,
                isolates=False,
                rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),),
            ),
        ),
    )
    first = Tier(name="own-node", end=TierEnd.PASS, policies=(own_node,))
    last = Tier(name="default", end=TierEnd.DENY, policies=_policies(random_, "default"))
    return PolicySet(tiers=(first, *tiers, last))


def _policies(random_: random.Random, tier: str) -> tuple[Policy, ...]:
    return tuple(_policy(random_, f"{tier}-p{number}") for number in range(random_.randint(1, 3)))


def _policy(random_: random.Random, name: str) -> Policy:
    namespace = random_.choice(("", "shop", "ops"))
    subject = both(kind(Kind.POD), _pod(random_) if random_.random() < 0.7 else ALWAYS)
    if namespace:
        subject = both(subject, within(NAMESPACE, one_of(namespace)))
    directions = random_.choice(([Direction.INGRESS], [Direction.EGRESS], list(Direction)))
    sections = tuple(
        Section(
            direction=direction,
            isolates=True,
            rules=tuple(_rule(random_) for _ in range(random_.randint(0, 3))),
        )
        for direction in directions
    )
    return Policy(name=PolicyName("P", namespace, name), subject=subject, sections=sections)


def _rule(random_: random.Random) -> Rule:
    action = random_.choices((Action.ALLOW, Action.DENY, Action.PASS, Action.LOG), (5, 3, 1, 0.3))[0]
    own = _pod(random_) if random_.random() < 0.1 else ALWAYS
    return Rule(action=action, peer=_peer(random_), traffic=_traffic(random_), subject=own)


def _values(random_: random.Random) -> Values:
    names = random_.sample(("web", "db", "api"), random_.randint(1, 2))
    return random_.choice((one_of(*names), one_of(*names), none_of(*names), PRESENT, ABSENT))


def _pod(random_: random.Random) -> Condition:
    parts = [within(APP, _values(random_))]
    if random_.random() < 0.3:
        parts.append(within(ROLE, _values(random_)))
    if random_.random() < 0.2:
        return either(*parts)
    return both(*parts)


def _peer(random_: random.Random) -> Condition:
    what = random_.random()
    if what < 0.25:
        return ALWAYS
    if what < 0.5:
        cidrs = Addresses.of(random_.sample(CIDRS, random_.randint(1, 2)))
        without = Addresses.of(random_.sample(CIDRS[1:], 1)) if random_.random() < 0.4 else None
        condition = within(Axis.ADDRESS, cidrs)
        return both(condition, negate(within(Axis.ADDRESS, without))) if without else condition
    pod = both(kind(Kind.POD), _pod(random_))
    if random_.random() < 0.5:
        named = within(NAMESPACE, random_.choice((one_of("shop"), one_of("ops", "lab"), none_of("shop"))))
        labelled = within(TEAM, random_.choice((one_of("a"), none_of("a"), ABSENT)))
        pod = both(pod, random_.choice((named, labelled)))
    if what > 0.93:
        return negate(pod)
    return pod


def _traffic(random_: random.Random) -> Condition:
    what = random_.random()
    if what < 0.3:
        return ALWAYS
    if what < 0.4:
        return within(Axis.PROTOCOL, protocols(random_.choice((TCP, UDP))))
    if what < 0.5:
        return both(within(Axis.PROTOCOL, protocols(ICMP)), within(Axis.ICMP_TYPE, icmp(8)))
    if what < 0.55:
        return negate(within(Axis.PROTOCOL, protocols(TCP)))
    spans = random_.choice((((80, 80),), ((443, 443), (8000, 8080)), ((1, 1024),)))
    asked = within(Axis.DST_PORT, ports(*spans))
    return both(within(Axis.PROTOCOL, protocols(TCP)), negate(asked) if random_.random() < 0.15 else asked)


def endpoints() -> Iterator[Endpoint]:
    """Pods of every namespace with every value that a condition can tell apart, nodes, and addresses outside."""
    number = 0
    for namespace, labels in NAMESPACES.items():
        for app in (None, "web", "db", "api", "other"):
            for role in (None, "web", "other"):
                number += 1
                attributes = {NAMESPACE: namespace, Attribute.of(Scope.CLUSTER, NAME): "default"}
                attributes |= {Attribute.of(Scope.NAMESPACE, key): value for key, value in labels.items()}
                attributes |= {APP: app} if app else {}
                attributes |= {ROLE: role} if role else {}
                address = ipaddress.IPv4Address(f"10.244.0.{number}")
                yield Endpoint(
                    kind=Kind.POD,
                    attributes=attributes,
                    addresses=(address,),
                    title=f"{namespace}/{app}/{role}",
                )
    yield Endpoint(kind=Kind.HOST, addresses=(ipaddress.IPv4Address("10.0.0.1"),), title="host")
    yield Endpoint(kind=Kind.REMOTE_NODE, addresses=(ipaddress.IPv4Address("10.0.0.2"),), title="remote node")
    for text in ("8.8.8.8", "8.8.8.9", "169.254.169.254", "203.0.113.7", "1.1.1.1"):
        yield Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.IPv4Address(text),), title=text)


TRAFFIC = (
    {"protocol": TCP, "port": 80},
    {"protocol": TCP, "port": 443},
    {"protocol": TCP, "port": 8081},
    {"protocol": TCP, "port": 22},
    {"protocol": UDP, "port": 53},
    {"protocol": ICMP, "icmp_type": 8},
    {"protocol": ICMP, "icmp_type": 3},
    {"protocol": 47},
)


def flows(random_: random.Random, count: int) -> Iterator[Flow]:
    """Random flows whose subject is a pod."""
    known = list(endpoints())
    pods = [one for one in known if one.kind is Kind.POD]
    for _ in range(count):
        yield Flow(
            direction=random_.choice(list(Direction)),
            subject=random_.choice(pods),
            peer=random_.choice(known),
            **random_.choice(TRAFFIC),
        )
