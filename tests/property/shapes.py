"""Random policy sets in the shapes that the lifts of Kubernetes and of Cilium give."""

from __future__ import annotations

import random

from policies import APP, CIDRS, TEAM, _pod, _traffic

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    DstPortNamed,
    Kind,
    LabelText,
    Named,
    Scope,
)
from npconv.ir.intervals import protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of

CLUSTER = Attribute.of(Scope.CLUSTER, NAME)
INSIDE = ("10.244.0.0/24", "10.0.0.0/8", "192.168.0.0/16")


def kubernetes(random_: random.Random) -> PolicySet:
    """Admin policies, NetworkPolicies with the own node let in and out, baseline policies."""
    own = Policy(
        name=PolicyName("Kubernetes", "", "own-node"),
        subject=kind(Kind.POD),
        sections=tuple(
            Section(direction=one, isolates=False, rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),))
            for one in Direction
        ),
    )
    main = tuple(_network_policy(random_, number) for number in range(random_.randint(1, 3)))
    tiers = [Tier(name="networkpolicy", end=TierEnd.DENY, policies=(own, *main))]
    if random_.random() < 0.4:
        tiers.insert(0, Tier(name="admin", end=TierEnd.PASS, policies=tuple(_admin(random_, "a", n) for n in range(2))))
    if random_.random() < 0.4:
        tiers.append(Tier(name="baseline", end=TierEnd.PASS, policies=(_admin(random_, "b", 0),)))
    return PolicySet(tiers=tuple(tiers))


def cilium(random_: random.Random) -> PolicySet:
    """Denies, then allows with default deny for some, peers by identity."""
    denies: list[Policy] = []
    allows: list[Policy] = []
    for number in range(random_.randint(1, 4)):
        namespace = random_.choice(("", "shop", "ops"))
        subject: Condition = both(kind(Kind.POD), within(NAMESPACE, one_of(namespace)), _pod(random_))
        if not namespace:
            subject = both(negate(kind(Kind.HOST)), _pod(random_) if random_.random() < 0.7 else ALWAYS)
        name = PolicyName("P", namespace, f"c{number}")
        directions = random_.choice(([Direction.INGRESS], [Direction.EGRESS], list(Direction)))
        isolates = {one: random_.random() < 0.75 for one in directions}
        denied = tuple(
            Section(direction=one, isolates=False, rules=_rules(random_, Action.DENY, random_.randint(1, 2)))
            for one in directions
            if random_.random() < 0.4
        )
        if denied:
            denies.append(Policy(name=name, subject=subject, sections=denied))
        allowed = tuple(
            Section(direction=one, isolates=isolates[one], rules=_rules(random_, Action.ALLOW, random_.randint(0, 3)))
            for one in directions
        )
        allows.append(Policy(name=name, subject=subject, sections=allowed))
    section = Section(
        direction=Direction.INGRESS, isolates=False, rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),)
    )
    localhost = Policy(
        name=PolicyName("Cilium", "", "allow-localhost"), subject=negate(kind(Kind.HOST)), sections=(section,)
    )
    tiers = (
        Tier(name="deny", end=TierEnd.PASS, policies=tuple(denies)),
        Tier(name="allow", end=TierEnd.DENY, policies=(localhost, *allows)),
    )
    return PolicySet(tiers=tuple(tier for tier in tiers if tier.policies))


def _rules(random_: random.Random, action: Action, count: int) -> tuple[Rule, ...]:
    return tuple(Rule(action=action, peer=_identity(random_), traffic=_cilium_traffic(random_)) for _ in range(count))


def _identity(random_: random.Random) -> Condition:
    """A peer as Cilium has it: entities, selectors with the cluster's name, addresses outside, names."""
    what = random_.random()
    if what < 0.1:
        return ALWAYS
    if what < 0.3:
        entity = random_.choice(
            (
                kind(Kind.OUTSIDE),
                kind(Kind.HOST),
                kind(Kind.REMOTE_NODE),
                kind(Kind.HOST, Kind.REMOTE_NODE),
                either(kind(Kind.HOST, Kind.REMOTE_NODE), within(CLUSTER, one_of("default"))),
            )
        )
        return either(entity, _selected(random_)) if random_.random() < 0.2 else entity
    if what < 0.6:
        asked = Addresses.of(random_.sample((*CIDRS, *INSIDE), random_.randint(1, 2)))
        if random_.random() < 0.3:
            asked &= ~Addresses.of(random_.sample((*CIDRS[1:], *INSIDE), 1))
        return both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, asked))
    if what < 0.64:
        return both(kind(Kind.OUTSIDE), holds(Named("api.example.com")))
    return _selected(random_)


def _selected(random_: random.Random) -> Condition:
    parts: list[Condition] = [_pod(random_), within(CLUSTER, one_of("default"))]
    if random_.random() < 0.6:
        named = within(NAMESPACE, random_.choice((one_of("shop"), one_of("ops", "lab"), none_of("shop"), PRESENT)))
        parts.append(random_.choice((named, within(TEAM, random_.choice((one_of("a"), none_of("a"), ABSENT))))))
    if random_.random() < 0.15:
        parts.append(within(SERVICE_ACCOUNT, random_.choice((one_of("api"), none_of("api")))))
    if random_.random() < 0.1:
        parts.append(holds(LabelText(APP, "contains", "e")))
    return both(*parts)


def _cilium_traffic(random_: random.Random) -> Condition:
    if random_.random() < 0.1:
        return both(_any_ported(), holds(DstPortNamed("http")))
    return _traffic(random_)


def _any_ported() -> Condition:
    return within(Axis.PROTOCOL, protocols(6, 17, 132))


def _network_policy(random_: random.Random, number: int) -> Policy:
    namespace = random_.choice(("shop", "ops"))
    subject = both(kind(Kind.POD), within(NAMESPACE, one_of(namespace)), _pod(random_))
    directions = random_.choice(([Direction.INGRESS], [Direction.EGRESS], list(Direction)))
    sections = tuple(
        Section(
            direction=one,
            isolates=True,
            rules=tuple(_kubernetes_rule(random_, Action.ALLOW) for _ in range(random_.randint(0, 3))),
        )
        for one in directions
    )
    return Policy(name=PolicyName("P", namespace, f"n{number}"), subject=subject, sections=sections)


def _admin(random_: random.Random, prefix: str, number: int) -> Policy:
    actions = (Action.ALLOW, Action.DENY, Action.PASS) if prefix == "a" else (Action.ALLOW, Action.DENY)
    sections = tuple(
        Section(
            direction=one,
            isolates=False,
            rules=tuple(_kubernetes_rule(random_, random_.choice(actions)) for _ in range(random_.randint(1, 2))),
        )
        for one in Direction
    )
    subject = both(kind(Kind.POD), within(NAMESPACE, PRESENT), _pod(random_) if random_.random() < 0.6 else ALWAYS)
    return Policy(name=PolicyName("P", "", f"{prefix}{number}"), subject=subject, sections=sections)


def _kubernetes_rule(random_: random.Random, action: Action) -> Rule:
    what = random_.random()
    if what < 0.2 and action is Action.ALLOW:
        peer: Condition = ALWAYS
    elif what < 0.45:
        peer = within(Axis.ADDRESS, Addresses.of(random_.sample((*CIDRS, *INSIDE), random_.randint(1, 2))))
        peer = both(kind(Kind.OUTSIDE), peer) if action is Action.ALLOW else peer
    else:
        peer = both(kind(Kind.POD), _selected(random_))
    return Rule(action=action, peer=peer, traffic=_traffic(random_))
