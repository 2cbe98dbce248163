"""Flows of a cluster that are judged many at once: the same differences, in the same order, as one by one."""

from __future__ import annotations

import json
import random

import pytest

from npconv.dialects.cluster.model import Cluster
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, LabelText, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import none_of, one_of
from npconv.pipeline import existing
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.read import read
from npconv.semantics.compare import Counterexample
from npconv.semantics.space import Space
from npconv.source.load import parse

APP = Attribute.of(Scope.POD, "app")


def cluster(some: random.Random) -> Cluster:
    def pod(at: int) -> dict[str, object]:
        named = [{"name": "http", "containerPort": 8080}] if some.random() < 0.3 else []
        return {
            "kind": "Pod",
            "metadata": {"name": f"p{at}", "namespace": some.choice("xy"), "labels": {"app": some.choice("abc")}},
            "spec": {"nodeName": f"n{some.choice('12')}", "containers": [{"name": "c", "ports": named}]},
            "status": {"phase": "Running", "podIP": f"10.0.0.{at}"},
        }

    def node(at: int) -> dict[str, object]:
        addresses = [{"type": "InternalIP", "address": f"10.9.0.{at}"}]
        return {"kind": "Node", "metadata": {"name": f"n{at}"}, "status": {"addresses": addresses}}

    names = [{"kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}} for name in "xy"]
    objects = [{"apiVersion": "v1", **one} for one in (*names, node(1), node(2), *map(pod, range(1, 9)))]
    loaded = parse("\n---\n".join(json.dumps(one) for one in objects), "cluster.yaml")
    return read(loaded.documents, parse_engine("k8s"), "default").cluster


def end(some: random.Random) -> Condition:
    return some.choice(
        [
            ALWAYS,
            kind(Kind.POD),
            kind(Kind.HOST),
            kind(Kind.REMOTE_NODE, Kind.OUTSIDE),
            within(APP, one_of(some.choice("abc"))),
            within(APP, none_of(some.choice("abc"))),
            both(within(NAMESPACE, one_of(some.choice("xy"))), within(APP, one_of("a", "b"))),
            either(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/30"])), within(NAMESPACE, one_of("y"))),
            negate(within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"]))),
            holds(LabelText(APP, "starts with", "a")),
        ]
    )


def traffic(some: random.Random, *, plain: bool) -> Condition:
    found = [
        ALWAYS,
        within(Axis.PROTOCOL, protocols(6, 1)),
        both(within(Axis.PROTOCOL, protocols(6)), within(Axis.DST_PORT, ports((80, 90)))),
        within(Axis.DST_PORT, ports((85, 443))),
    ]
    return some.choice(found if plain else [*found, holds(DstPortNamed("http"))])


def policy_set(some: random.Random, *, plain: bool) -> PolicySet:
    def rule() -> Rule:
        own = end(some) if some.random() < 0.3 else ALWAYS
        return Rule(action=some.choice(list(Action)), subject=own, peer=end(some), traffic=traffic(some, plain=plain))

    def policy(number: int) -> Policy:
        sections = tuple(
            Section(direction=each, isolates=some.random() < 0.6, rules=tuple(rule() for _ in range(some.randrange(4))))
            for each in Direction
            if some.random() < 0.7
        )
        return Policy(
            name=PolicyName("P", "", f"p{number}"), subject=both(kind(Kind.POD), end(some)), sections=sections
        )

    return PolicySet(
        tiers=tuple(
            Tier(name=f"t{at}", end=some.choice(list(TierEnd)), policies=tuple(map(policy, range(some.randrange(4)))))
            for at in range(2)
        )
    )


def found(old: PolicySet, new: PolicySet, known: Cluster, *, at_once: bool) -> list[Counterexample]:
    with pytest.MonkeyPatch.context() as patch:
        if not at_once:
            patch.setattr(existing, "is_plain", lambda _: False)
        return list(existing.differences(old, new, known, Space()))


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "named-ports"])
@pytest.mark.parametrize("seed", range(40))
def test_the_same_differences(seed: int, plain: bool) -> None:
    some = random.Random(f"{seed} {plain}")
    known = cluster(some)
    old, new = policy_set(some, plain=plain), policy_set(some, plain=plain)
    assert found(old, new, known, at_once=True) == found(old, new, known, at_once=False)


def test_some_of_these_differ() -> None:
    some = random.Random(1)
    known = cluster(some)
    pairs = [(policy_set(some, plain=True), policy_set(some, plain=True)) for _ in range(10)]
    assert sum(bool(found(old, new, known, at_once=True)) for old, new in pairs) > 3


def test_all_addresses_but_a_few_are_asked_about() -> None:
    """They end where IPv6 ends, and nothing stands behind that."""
    known = cluster(random.Random(1))
    peer = negate(within(Axis.ADDRESS, Addresses.of(["203.0.113.0/24"])))
    section = Section(direction=Direction.EGRESS, isolates=True, rules=(Rule(action=Action.ALLOW, peer=peer),))
    one = Policy(name=PolicyName("P", "", "p"), subject=kind(Kind.POD), sections=(section,))
    new = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(one,)),))
    flows = [each.flow for each in found(PolicySet(tiers=()), new, known, at_once=True)]
    assert [str(flow.peer.addresses[0]) for flow in flows] == ["203.0.113.10"]
